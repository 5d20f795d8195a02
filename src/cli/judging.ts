import { plain } from '../core/printable.ts';
import type { JudgeImportResult } from '../features/judge/import.ts';
import type { JudgeNextResult } from '../features/judge/next.ts';
import type { Host } from './host.ts';
import { paintFor } from './terminal.ts';

function some(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Prints what was picked to judge; nothing of it tells which version returned what. */
export function printSheet(host: Host, result: JudgeNextResult, quiet: boolean): void {
  const { target, queries, documents, leftOut, open, files } = result;
  const paint = paintFor(host);
  const goal = target.rule ?? `${target.measure.name} on ${target.on}`;
  const drawn = queries.filter(({ by }) => by === 'drawn').length;
  const lines = [
    `${paint.bold(some(queries.length, 'query', 'queries'))} with ${some(documents, 'document', 'documents')} to judge, for ${plain(goal)}`,
  ];
  if (target.outcome !== 'inconclusive')
    lines.push(paint.dim('  no rule that needs judgements is inconclusive; this one is the first that would gain'));
  if (open.now > 0)
    lines.push(
      `  open documents leave ${target.measure.name} undecided by ${open.now.toFixed(4)} on average; with this sheet by ${open.after.toFixed(4)}`,
    );
  const asked = queries.filter(({ by }) => by === 'asked').length;
  if (asked > 0) lines.push(`  ${some(asked, 'query', 'queries')} that reviewers of the report want judged`);
  if (drawn > 0) lines.push(`  ${some(drawn, 'query without any judgement was', 'queries without any judgement were')} drawn at random`);
  if (leftOut > 0) lines.push(paint.dim(`  ${some(leftOut, 'document', 'documents')} of these pools are judged already and left out`));
  if (!quiet) host.stderr.write(`${lines.join('\n')}\n`);
  for (const file of files) host.stdout.write(`${plain(file)}\n`);
  if (!quiet)
    host.stderr.write(`${paint.dim('next')}  Grade in judge.html or in the table, then \`cutover judge import FILE --judge NAME\`.\n`);
}

/** Prints what an import did. */
export function printImport(host: Host, result: JudgeImportResult, quiet: boolean): void {
  const paint = paintFor(host);
  const { added, replaced, unchanged, unfilled, agreement, imports, isNews, isMarked } = result;
  if (!isMarked && !quiet)
    host.stderr.write(`${paint.warn('note')}  the file does not say which data set it was made for; its ids were checked, not the texts\n`);
  const counts = [`${added} added`, `${replaced} replaced`, `${unchanged} left as they were`];
  if (unfilled > 0) counts.push(`${some(unfilled, 'row', 'rows')} without a grade skipped`);
  host.stdout.write(`judgements  ${counts.join(', ')}\n`);
  for (const { judges, pairs, kappa } of agreement)
    host.stdout.write(
      `agreement   ${judges.map(plain).join(' and ')}: kappa ${kappa === null ? 'undefined (one and the same grade throughout)' : kappa.toFixed(3)} on ${some(pairs, 'pair', 'pairs')}\n`,
    );
  if (quiet) return;
  if (!isNews) host.stderr.write('Everything was there already; nothing was written.\n');
  else if (added + replaced > 0)
    host.stderr.write(
      `Judged again ${some(imports, 'time', 'times')} so far; the report says so.\n${paint.dim('next')}  \`cutover run\` measures and decides again.\n`,
    );
}
