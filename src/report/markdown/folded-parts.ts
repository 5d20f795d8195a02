import type { ConsumerResult } from '../../model/evaluation.ts';
import { count, decimal, percent, signed } from '../number.ts';
import { consumerStatus, KEEP_WORDS } from '../views/consumers.ts';
import { type MeasureRow, qualityRows, whyNoQuality } from '../views/measures.ts';
import { orderedRules } from '../views/rules.ts';
import { versionDifferences } from '../views/version-differences.ts';
import { codeMarkdown, escapeMarkdown } from './escape.ts';
import { type Part, ruleTable } from './parts.ts';
import { markdownFold, markdownTable } from './table.ts';

/** Rows a folded table shows at most. */
const MOST = 40;

function limited<Row>(rows: readonly Row[], write: (rows: readonly Row[]) => string): string {
  const more = rows.length > MOST ? `\n\nand ${rows.length - MOST} more in the full report` : '';
  return write(rows.slice(0, MOST)) + more;
}

const quality: Part = ({ evaluation }) => {
  const why = whyNoQuality(evaluation);
  if (why !== null) return `Quality was not measured: ${escapeMarkdown(why, 400)}`;
  const rows = qualityRows(evaluation).filter(({ judgedOnly }) => !judgedOnly);
  const table = limited(rows, (shown) =>
    markdownTable<MeasureRow>(
      [
        { head: 'Measure', cell: ({ measure }) => escapeMarkdown(measure, 80) },
        { head: 'Old, served', numeric: true, cell: ({ served }) => decimal(served?.old ?? null) },
        { head: 'New, served', numeric: true, cell: ({ served }) => decimal(served?.new ?? null) },
        { head: 'Difference', numeric: true, cell: ({ served }) => signed(served?.difference ?? null) },
        { head: 'Difference, exact', numeric: true, cell: ({ exact }) => signed(exact?.difference ?? null) },
      ],
      shown,
    ),
  );
  return markdownFold('Quality', table);
};

const neighbours: Part = ({ evaluation }) => {
  const rows = Object.entries(evaluation.neighbours);
  if (rows.length === 0) return null;
  const table = limited(rows, (shown) =>
    markdownTable<(typeof rows)[number]>(
      [
        { head: 'Measure', cell: ([measure]) => escapeMarkdown(measure, 80) },
        { head: 'As served', numeric: true, cell: ([, { served }]) => decimal(served?.mean ?? null) },
        { head: 'Exact', numeric: true, cell: ([, { exact }]) => decimal(exact?.mean ?? null) },
      ],
      shown,
    ),
  );
  return markdownFold('Neighbours', `Low overlap is not harm by itself; quality says whether lists got worse.\n\n${table}`);
};

const consumers: Part = ({ evaluation }) => {
  if (evaluation.consumers.length === 0) return null;
  const table = limited(evaluation.consumers, (shown) =>
    markdownTable<ConsumerResult>(
      [
        { head: 'Consumer', cell: ({ consumer }) => codeMarkdown(consumer.name, 80) },
        { head: 'Status', cell: (result) => consumerStatus(result).words },
        { head: 'Old value', numeric: true, cell: ({ before }) => decimal(before.threshold) },
        { head: 'Translated', numeric: true, cell: ({ translated }) => decimal(translated?.threshold ?? null) },
        { head: 'Accepted', numeric: true, cell: ({ accepted }) => decimal(accepted?.threshold ?? null) },
        { head: 'Keeps', cell: ({ consumer }) => KEEP_WORDS[consumer.keep] },
        { head: 'Cut if unchanged', numeric: true, cell: ({ flips }) => count(flips.lost) },
        { head: 'Let through if unchanged', numeric: true, cell: ({ flips }) => count(flips.gained) },
      ],
      shown,
    ),
  );
  const lines = evaluation.consumers.flatMap(({ patch }) => (patch === null ? [] : [`- ${codeMarkdown(patch, 1000)}`]));
  const accept =
    lines.length === 0
      ? ''
      : `\n\nTo accept the translated values, put these in the place of their lines under \`consumers:\`:\n\n${lines.join('\n')}`;
  return markdownFold('Consumers of scores', `${table}${accept}`);
};

const versions: Part = ({ evaluation }) => {
  if (evaluation.versions === null) return null;
  const { old, new: fresh } = evaluation.versions;
  const { differing } = versionDifferences(evaluation.versions);
  const value = (text: string | null): string => (text === null ? 'not set' : codeMarkdown(text, 120));
  const table = limited(differing, (shown) =>
    markdownTable<(typeof differing)[number]>(
      [
        { head: 'Field', cell: ({ field }) => codeMarkdown(field, 120) },
        { head: 'Old', cell: (row) => value(row.old) },
        { head: 'New', cell: (row) => value(row.new) },
      ],
      shown,
    ),
  );
  const fingerprints = `Fingerprints: ${codeMarkdown(old.fingerprint.slice(0, 12))} → ${codeMarkdown(fresh.fingerprint.slice(0, 12))}`;
  return markdownFold('What differs between the versions', `${fingerprints}\n\n${table}`);
};

const allRules: Part = ({ verdict }) =>
  verdict.rules.length === 0 ? null : markdownFold(`All rules (${verdict.rules.length})`, limited(orderedRules(verdict.rules), ruleTable));

const provenance: Part = ({ evaluation, verdict }) => {
  const lines = [
    `- evaluation.json, SHA-256: ${codeMarkdown(verdict.evaluation)}`,
    `- policy, SHA-256: ${codeMarkdown(verdict.policyHash)}`,
    `- corpus, SHA-256: ${codeMarkdown(evaluation.dataset.hashes.corpus)}`,
    `- seed ${evaluation.seed}, bounds at ${percent(verdict.policy.confidence)}, cutover ${escapeMarkdown(evaluation.cutoverVersion, 40)}`,
  ];
  return markdownFold('Provenance', lines.join('\n'));
};

/** Folded details, most wanted first, each with its name. */
export const FOLDED: readonly (readonly [name: string, part: Part])[] = [
  ['quality', quality],
  ['consumers of scores', consumers],
  ['what differs between the versions', versions],
  ['neighbours', neighbours],
  ['all rules', allRules],
  ['provenance', provenance],
];
