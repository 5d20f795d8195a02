import type { RuleResult } from '../../model/verdict.ts';
import type { ReportInput } from '../input.ts';
import { at } from '../input.ts';
import { OUTCOME_WORDS } from '../marks.ts';
import { count, decimal, signed } from '../number.ts';
import { changedQueries } from '../views/changed-queries.ts';
import { onWords } from '../views/measures.ts';
import { cautionLines, decidingRules, headlineWords, ruleWords, whyInforms } from '../views/rules.ts';
import { sliceView } from '../views/slices.ts';
import { whatToDo } from '../views/studies.ts';
import { dataNotes, unknownQuality } from '../views/trust.ts';
import { codeMarkdown, escapeMarkdown } from './escape.ts';
import { markdownTable } from './table.ts';

/** One part of the summary; null where there is nothing to say. */
export type Part = (input: ReportInput) => string | null;

const ICONS: Readonly<Record<RuleResult['outcome'], string>> = { pass: '✅', fail: '❌', inconclusive: '❔', skipped: '➖' };

function bullets(title: string, items: readonly string[], most: number): string | null {
  if (items.length === 0) return null;
  const more = items.length > most ? [`- and ${items.length - most} more in the full report`] : [];
  return [`**${title}**`, '', ...items.slice(0, most).map((item) => `- ${escapeMarkdown(item, 400)}`), ...more].join('\n');
}

/** Verdict, versions, reasons, warnings, next steps. */
export const opening: Part = (input) => {
  const { evaluation, verdict } = input;
  const { versions, dataset } = evaluation;
  const sides = versions === null ? 'old run → new run' : `${codeMarkdown(versions.old.id, 120)} → ${codeMarkdown(versions.new.id, 120)}`;
  const unknown = unknownQuality(input);
  const told = new Set([...cautionLines(verdict), unknown]);
  const parts = [
    `## ${ICONS[verdict.outcome]} ${OUTCOME_WORDS[verdict.outcome]}: embedding cutover`,
    `**${escapeMarkdown(headlineWords(verdict), 500)}**`,
    `${sides} · data set ${codeMarkdown(dataset.name, 120)}: ${count(dataset.documents)} documents, ${count(dataset.queries)} queries · as of ${escapeMarkdown(verdict.asOf, 40)}`,
    ...(verdict.cautions ?? []).map(({ title, text }) => `⚠️ **${escapeMarkdown(title)}.** ${escapeMarkdown(text, 600)}`),
    unknown === null ? null : `⚠️ **Quality was not measured.** ${escapeMarkdown(unknown, 600)}`,
    bullets('⚠️ About the data set', [...dataNotes(input), ...input.evaluation.dataset.warnings], 5),
    bullets(
      'Why',
      verdict.reasons.filter((reason) => !told.has(reason)),
      5,
    ),
    bullets('⚠️ Warnings about the new version', versions?.new.warnings ?? [], 5),
    bullets('What to do next', whatToDo(input), 6),
  ];
  return parts.filter((part) => part !== null).join('\n\n');
};

function measureAndRule({ rule, slice }: RuleResult): string {
  const where = slice === null ? '' : `, slice ${escapeMarkdown(`${slice.field} = ${slice.value}`, 120)}`;
  return `${escapeMarkdown(rule.metric, 80)} ${escapeMarkdown(ruleWords(rule))}${where}`;
}

/** A table of rules with their bounds. */
export function ruleTable(rules: readonly RuleResult[]): string {
  const difference = ({ rule }: RuleResult): boolean => rule.kind === 'nonInferior' || rule.kind === 'noHarm';
  return markdownTable<RuleResult>(
    [
      {
        head: 'Outcome',
        cell: (row) => `${ICONS[row.outcome]} ${OUTCOME_WORDS[row.outcome]}${row.decides ? '' : ` (${whyInforms(row)})`}`,
      },
      { head: 'Rule', cell: measureAndRule },
      { head: 'Expected', cell: (row) => escapeMarkdown(row.expected, 200) },
      { head: 'Found', cell: (row) => escapeMarkdown(row.found, 200) },
      {
        head: 'Bounds',
        cell: (row) => {
          const number = difference(row) ? signed : decimal;
          return row.interval === null ? '' : `${number(row.interval.lower)} to ${number(row.interval.upper)}`;
        },
      },
    ],
    rules,
  );
}

/** The rules that made the verdict. */
export const deciding: Part = ({ verdict }) => {
  const rules = decidingRules(verdict);
  if (rules.length === 0) return null;
  const shown = rules.slice(0, 12);
  const more = rules.length > shown.length ? `\n\nand ${rules.length - shown.length} more in the full report` : '';
  return `### Rules that decide\n\n${ruleTable(shown)}${more}`;
};

/** The five slices that lost most. */
export const worstSlices: Part = (input) => {
  const { lead, rows } = sliceView(input);
  if (lead === null) return null;
  const isLoss = (difference: number) => (lead.direction === 'lower' ? difference > 0 : difference < 0);
  const worst = rows
    .flatMap((row) => (row.bounds !== null && isLoss(row.bounds.difference ?? 0) ? [{ ...row, ...row.bounds }] : []))
    .slice(0, 5);
  if (worst.length === 0) return null;
  const table = markdownTable<(typeof worst)[number]>(
    [
      { head: 'Slice', cell: ({ slice }) => escapeMarkdown(`${slice.field} = ${slice.value}`, 120) },
      { head: 'Old', numeric: true, cell: ({ old }) => decimal(old) },
      { head: 'New', numeric: true, cell: (row) => decimal(row.new) },
      { head: 'Difference', numeric: true, cell: ({ difference }) => signed(difference) },
      { head: 'Needs', numeric: true, cell: ({ slice, decides }) => `${count(slice.needs)}${decides ? '' : ' (informs only)'}` },
    ],
    worst,
  );
  const order = 'Sure losses first, then by how clearly a slice lost: a slice of few needs may lose much by luck.';
  return `### Worst slices by ${escapeMarkdown(lead.measure, 80)}, ${onWords(lead.on)}\n\n${order}\n\n${table}`;
};

/** The five queries that lost most. */
export const worstQueries: Part = (input) => {
  const { by, ordered, rows, counts } = changedQueries(input, 5);
  if (by === null || ordered !== 'loss' || rows.length === 0 || counts === null) return null;
  const table = markdownTable<(typeof rows)[number]>(
    [
      { head: 'Query', cell: ({ index }) => codeMarkdown(at(input.evaluation.queries.texts, index), 160) },
      { head: 'Old', numeric: true, cell: ({ pair }) => decimal(pair?.old ?? null) },
      { head: 'New', numeric: true, cell: ({ pair }) => decimal(pair?.new ?? null) },
      { head: 'Difference', numeric: true, cell: ({ pair }) => signed(pair?.difference ?? null) },
    ],
    rows,
  );
  const tally = `${count(counts.lost)} queries lost, ${count(counts.gained)} gained, ${count(counts.same)} stayed.`;
  return `### Queries that lost most by ${escapeMarkdown(by.measure, 80)}, ${onWords(by.on)}\n\n${tally}\n\n${table}`;
};
