import { isNotApplicable } from '../core/absence.ts';
import { plain } from '../core/printable.ts';
import type { Difference } from '../features/compare/diff.ts';
import type { Host } from './host.ts';
import { aligned } from './tables.ts';
import { paintFor } from './terminal.ts';

interface Files {
  readonly old: string;
  readonly new: string;
  readonly qrels?: string | undefined;
}

/** Prints what a first look found on stdout, and how to make a gate of it on stderr. */
export function printDifference(host: Host, difference: Difference, files: Files): void {
  host.stdout.write(`${aligned(rowsOf(difference)).join('\n')}\n\n${meaning(difference)}\n`);
  const paint = paintFor(host);
  const lines = gateLines(difference, files).map((line) => `  ${plain(line)}`);
  host.stderr.write(`${paint.dim('To make it a gate:')}\n${lines.join('\n')}\n`);
}

function rowsOf({ vectors, asked, overlap, topChange, topScores, quality }: Difference): string[][] {
  const { k } = asked;
  const chance = overlap.chance === null ? '' : `, ${percent(overlap.chance)} by chance`;
  return [
    ...(vectors === null ? [] : vectorRows(vectors)),
    [`neighbours@${k}`, `${percent(overlap.mean)} kept${chance} (${count(asked.lists)} ${asked.by} asked)`],
    ['first result', `another one for ${percent(topChange)}`],
    ['its score', `median ${topScores.old.median.toFixed(3)} before, ${topScores.new.median.toFixed(3)} after`],
    ...Object.entries(quality).map(([name, { old: before, new: after, paired }]) => [
      name,
      `${before.toFixed(4)} before, ${after.toFixed(4)} after: ${interval(paired)} over ${count(paired.n)} judged queries`,
    ]),
  ];
}

function vectorRows(vectors: NonNullable<Difference['vectors']>): string[][] {
  const { onlyOld, onlyNew, same, dimensions } = vectors;
  const alone = onlyOld + onlyNew === 0 ? '' : `; ${count(onlyOld)} only before, ${count(onlyNew)} only after (left out)`;
  const width =
    dimensions.old === dimensions.new ? `${dimensions.old} dimensions` : `${dimensions.old} dimensions before, ${dimensions.new} after`;
  return [
    ['vectors', `${count(vectors.shared)} in both files${alone}`],
    ['shape', width],
    ['unchanged', `${count(same)} of ${count(vectors.shared)} vectors are the same`],
  ];
}

function interval({ mean, ci95 }: Difference['quality'][string]['paired']): string {
  const range = isNotApplicable(ci95) ? '' : ` [${signed(ci95[0])}, ${signed(ci95[1])}]`;
  return `${signed(mean)}${range}`;
}

/** What follows, in one or two sentences. */
function meaning({ vectors, overlap, asked }: Difference): string {
  if (vectors !== null && vectors.same === vectors.shared) return 'Both files hold the same vectors: nothing changes.';
  if (overlap.chance !== null && overlap.mean < 2 * overlap.chance)
    return 'The lists share no more than chance would give. Check that both files hold the same texts under the same ids.';
  const share = `Of ${asked.k} neighbours, ${(asked.k * (1 - overlap.mean)).toFixed(1)} are others on average.`;
  const scores =
    vectors === null ? '' : ' Vectors of the two files must not stand in one index, and every score threshold has to be set again.';
  return `${share}${scores}`;
}

function gateLines({ vectors }: Difference, files: Files): string[] {
  if (vectors !== null) return ['cutover init', 'cutover run'];
  const qrels = files.qrels ?? 'QRELS';
  return [
    `cutover compare --qrels ${qrels} --old ${files.old} --new ${files.new} --measures nDCG@10 R@10`,
    `cutover compare --qrels ${qrels} --old ${files.old} --new ${files.new} --measures nDCG@10 --policy policy.yaml --output reports/compare`,
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.01 ? 2 : 0)} %`;
const count = (n: number): string => n.toLocaleString('en-US');
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
