import { plain } from '../core/printable.ts';
import { plural } from '../core/words.ts';
import type { MigrationPlan } from '../live/migrate/migrate.ts';
import type { MigrationStatus } from '../live/migrate/status.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import type { Host } from './host.ts';
import { paintFor } from './terminal.ts';
import { alignedRows } from './text.ts';

const NEXT: Readonly<Record<string, string>> = {
  registered: 'cutover migrate backfill',
  backfilling: 'cutover migrate backfill',
  backfilled: 'cutover audit --attest, cutover run, then cutover migrate promote --certificate …',
  evaluated: 'cutover migrate promote --certificate …',
  'cut-over': 'watch it; then cutover migrate retire, or cutover migrate rollback',
  'rolled-back': 'cutover migrate promote again, or cutover migrate retire to give it up',
};

/** How far a store is, and what comes next. */
export function printStatus(host: Host, { store, live, migration, tags, progress, rows: counted }: MigrationStatus): void {
  const paint = paintFor(host);
  const lines = [paint.bold(plain(store))];
  const nameOf = (tag: string | null) => {
    const name = tags.find((row) => row.tag === tag)?.name ?? null;
    return tag === null ? 'nothing' : `${name === null ? '' : `${plain(name)} `}(${tag.slice(0, 12)})`;
  };
  lines.push(`live       ${nameOf(live)}`);
  if (migration !== null) lines.push(`migration  ${nameOf(migration.from)} → ${nameOf(migration.to)}: ${migration.state}`);
  if (progress !== null)
    lines.push(
      `progress   ${progress.done} of ${progress.total} documents${progress.stale > 0 ? `, ${progress.stale} of them changed since` : ''}`,
    );
  if (counted !== null) lines.push(...countedLines(counted));
  const hasColumns = tags.some(({ column }) => column !== undefined);
  const rows = tags.map((row) => [
    row.tag === null ? 'untagged' : row.tag.slice(0, 12),
    plain(row.name ?? ''),
    String(row.rows),
    ...(hasColumns ? [plain(row.column ?? '')] : []),
  ]);
  lines.push('', ...alignedRows([['tag', 'version', 'rows', ...(hasColumns ? ['column'] : [])], ...rows]).map((line) => `  ${line}`));
  const isOver = migration?.state === 'rolled-back' && counted === null;
  const next = migration === null ? 'cutover migrate start' : isOver ? undefined : NEXT[migration.state];
  if (next !== undefined) lines.push('', `${paint.dim('next')}  ${next}`);
  host.stdout.write(`${lines.join('\n')}\n`);
}

function countedLines({ lacking, withoutText, empty, nextOnly, examples }: NonNullable<MigrationStatus['rows']>): string[] {
  const lines: string[] = [];
  const have = (rows: number) => `${plural(rows, 'row')} ${rows === 1 ? 'has' : 'have'}`;
  if (lacking.current > 0) lines.push(`lagging    ${have(lacking.current)} no proved vector of the live version`);
  if (lacking.next > 0) lines.push(`lagging    ${have(lacking.next)} none of the other one, such as ${examples.map(plain).join(', ')}`);
  if (withoutText > 0) lines.push(`no text    ${have(withoutText)} a vector and no text: nobody can embed them`);
  if (nextOnly > 0) lines.push(`beside     ${have(nextOnly)} a vector of the other version only`);
  if (empty > 0) lines.push(`empty      ${have(empty)} no vector yet: the application has still to embed them`);
  return lines;
}

/** A statement on its own lines, as it can be copied. */
export function statementText(statement: string): string {
  const text = statement
    .split('\n')
    .map((line) => `  ${plain(line)}`)
    .join('\n');
  // What is no SQL is a sentence.
  return text.trimStart().startsWith('--') || /^\s*[a-z]/.test(text) ? text : `${text};`;
}

/** What a migration will do, for people: what would stop it first. */
export function printPlan(host: Host, plan: MigrationPlan, wasTried: boolean): void {
  const paint = paintFor(host);
  const lines = [paint.bold(plain(plan.title))];
  for (const { reason, next } of plan.refusals)
    lines.push(`${paint.bad('REFUSED')} ${plain(reason)}`, `     ${paint.dim('next')} ${plain(next)}`);
  for (const warning of plan.warnings) lines.push(`${paint.warn('note')} ${plain(warning)}`);
  const { rows, perSecond, measured, hours } = plan.estimate;
  const size = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
  lines.push('', `rows       ${rows} to embed`);
  if (perSecond !== null && hours !== null)
    lines.push(
      `time       ${hours.toFixed(2)} hours at ${perSecond.toFixed(0)} texts/s, measured on ${measured} of them here, one at a time`,
    );
  lines.push(`disk       about ${size(plan.disk.column)} for the column, ${size(plan.disk.indexes)} for its indexes`);
  lines.push('', wasTried && plan.refusals.length === 0 ? 'Tried and rolled back:' : 'Start will run:');
  lines.push(...plan.statements.map(statementText));
  lines.push('', 'The switch will run, all at once:');
  lines.push(...plan.exchange.map(statementText));
  host.stdout.write(`${lines.join('\n')}\n`);
}

/** The ledger as a table. */
export function printHistory(host: Host, entries: readonly LedgerEntry[]): void {
  if (entries.length === 0) {
    host.stdout.write('nothing has been written to the ledger yet\n');
    return;
  }
  const short = (tag: string | null) => (tag === null ? '' : tag.slice(0, 12));
  const rows = entries.map((entry) => [
    String(entry.seq),
    entry.at,
    entry.event.type === 'migration'
      ? entry.event.state
      : `tagged ${entry.event.tagging.rows} rows, at most ${(100 * entry.event.tagging.bound).toFixed(1)} % false`,
    short(entry.from),
    short(entry.to),
    short(entry.live),
    `${entry.forced ? 'forced: ' : ''}${plain(entry.reason ?? '')}`,
    short(entry.hash),
  ]);
  for (const line of alignedRows([['#', 'at', 'what', 'from', 'to', 'live', 'reason', 'hash'], ...rows])) host.stdout.write(`${line}\n`);
}
