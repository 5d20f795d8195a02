import { columnsOf, directionOf } from '../../model/lookup.ts';
import type { PipelineRecord } from '../../model/pipeline.ts';
import type { UserReach } from '../../model/verdict.ts';
import { type Fill, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { code, difference, measureTerm, quoted } from '../marks.ts';
import { boundsOf } from '../measures.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { table } from '../table.ts';

/** `0.45 [0.30, 0.61]`, or why there is none. */
function shareWords({ share, interval }: UserReach): string {
  if (share === null || interval === null) return 'not given: the vectors’ difference can’t be told from none';
  return `${decimal(share, 2)} [${decimal(interval.lower, 2)}, ${decimal(interval.upper, 2)}]`;
}

function wordsSource({ lexical }: PipelineRecord): Fill {
  if (lexical.source === 'run') return html`the run file ${code(lexical.file, 120)} (SHA-256 ${code(lexical.sha256.slice(0, 12))})`;
  const stop = lexical.stopWords.length === 0 ? 'no stop words' : `${count(lexical.stopWords.length)} stop words`;
  return html`BM25 with k1 ${decimal(lexical.k1, 2)} and b ${decimal(lexical.b, 2)}, ${stop}, no stemmer`;
}

function fusionWords({ fusion, tuned }: PipelineRecord): string {
  if (fusion.method === 'rrf') return `by rank (RRF, k ${count(fusion.k)})`;
  if (fusion.method === 'dbsf') return 'by scores scaled by mean and spread (DBSF)';
  if (tuned === undefined) return `by scores scaled to 0…1, the vectors with a weight of ${decimal(Number(fusion.vectors), 2)}`;
  const of = ([first, second]: readonly [number, number]) => `${decimal(first, 2)} and ${decimal(second, 2)}`;
  return `by scores scaled to 0…1; the weight of the vectors is tuned by ${tuned.measure} on each half of the needs and judged on the other (old ${of(tuned.vectors.old)}, new ${of(tuned.vectors.new)})`;
}

const RERANKERS = { model: 'The cross-encoder', service: 'The service', run: 'The run file' } as const;

function rerankWords({ source, name, fingerprint, pairs }: NonNullable<PipelineRecord['rerank']>, limit: number): Fill {
  const short = fingerprint === undefined ? '' : ` (fingerprint ${fingerprint.slice(0, 12)})`;
  return html` ${RERANKERS[source]} ${code(name, 120)}${short} orders them again, of which the user gets ${count(limit)}; it scored ${count(pairs)} pairs.`;
}

/** What reaches the user, by measure. */
export function reachTable(input: ReportInput): Fill {
  const { evaluation, verdict } = input;
  const rows = verdict.reach ?? [];
  if (rows.length === 0) return null;
  const means = (measure: string, on: 'served' | 'pipeline') => {
    const found = columnsOf(evaluation, { measure, on });
    return `${decimal(found?.old.mean ?? null)} → ${decimal(found?.new.mean ?? null)}`;
  };
  const moved = (row: UserReach, on: 'served' | 'pipeline') =>
    difference(on === 'served' ? row.vectors : row.pipeline, directionOf(evaluation, row.measure), boundsOf(verdict, row.measure, on));
  return table<UserReach>(
    'How much of a difference of the vectors reaches the user',
    [
      { head: 'Measure', rowHead: true, cell: ({ measure }) => measureTerm(evaluation, measure) },
      { head: 'Words alone', numeric: true, cell: ({ measure }) => decimal(evaluation.pipeline?.wordsAlone[measure] ?? null) },
      { head: 'Vectors alone', numeric: true, cell: ({ measure }) => means(measure, 'served') },
      { head: 'Difference', numeric: true, cell: (row) => moved(row, 'served') },
      { head: 'What the user gets', numeric: true, cell: ({ measure }) => means(measure, 'pipeline') },
      { head: 'Difference', numeric: true, cell: (row) => moved(row, 'pipeline') },
      { head: 'Share that reaches the user', numeric: true, cell: shareWords },
    ],
    rows,
    'stack',
  );
}

/** How what the user gets comes about, in a sentence. */
export function pipelineWords(record: PipelineRecord): Fill {
  return html`The first ${count(record.vectors)} of the vectors and the first ${count(record.lexical.depth)} found by words (${wordsSource(record)}) become one list of ${count(record.rerank?.depth ?? record.limit)}, ${fusionWords(record)}.${record.rerank !== undefined && rerankWords(record.rerank, record.limit)}`;
}

const METHOD =
  'The share is the mean difference of what the user gets, divided by that of the vectors as served, over the same needs; bounds by Fieller. Above 1 the rest of the search makes the difference larger, below 0 it turns it round.';

export const reach: Section = {
  id: 'reach',
  title: 'What reaches the user',
  finding: ({ verdict }) => {
    const [first] = verdict.reach ?? [];
    if (first === undefined) return 'No rule asks for it.';
    return html`${quoted(first.measure)}: ${shareWords(first)} of the vectors’ difference.`;
  },
  render: (input): Fill[] | null => {
    const { pipeline } = input.evaluation;
    return pipeline === undefined ? null : [html`<p>${pipelineWords(pipeline)}</p>`, reachTable(input), html`<p>${METHOD}</p>`];
  },
};
