import { isNotApplicable } from '../../core/absence.ts';
import type { Evaluation } from '../../model/evaluation.ts';
import { qualityOf } from '../../model/lookup.ts';
import type { ReportInput } from '../input.ts';
import { count, percent, plain } from '../number.ts';

/** Less of the first results judged than this: most of what people see is counted as not relevant unseen. */
const JUDGED_ENOUGH = 0.5;
export const JUDGE_NEXT = '`cutover judge next` writes the sheet of documents to judge';

/** Why nothing can be said about quality, in the gate's words; null where it was measured. */
export function unknownQuality({ verdict }: ReportInput): string | null {
  return verdict.unknownQuality ?? null;
}

/** What a reader must know of the data before any figure, a sentence each, from what the evaluation holds. No rule sees it. */
export function dataNotes({ evaluation, verdict }: ReportInput): readonly string[] {
  return [
    ...fewNeeds(evaluation, verdict.policy.minimumNeeds),
    ...smallCorpus(evaluation),
    ...fewQueries(evaluation),
    ...fewJudged(evaluation),
  ];
}

/** Quality speaks for the queries that were judged. */
function fewQueries({ dataset: { judgedQueries, queries }, quality }: Evaluation): string[] {
  if (isNotApplicable(quality) || judgedQueries >= JUDGED_ENOUGH * queries) return [];
  return [`Queries with judgements: ${count(judgedQueries)} of ${count(queries)}. Quality is that of these alone.`];
}

function fewNeeds({ queries, dataset, quality }: Evaluation, minimum: number): string[] {
  const measured = !isNotApplicable(quality);
  const needs = measured ? new Set(queries.needs.filter((_, i) => queries.judged[i] === true)).size : dataset.needs;
  if (needs >= minimum) return [];
  return [
    `${measured ? 'Judged needs' : 'Needs'}: ${count(needs)}, fewer than ${count(minimum)}. Bounds are wide, and few rules can settle.`,
  ];
}

function smallCorpus({ dataset, search }: Evaluation): string[] {
  const documents = dataset.parents ?? dataset.documents;
  if (search === null || documents > search.k) return [];
  return [
    `Documents: ${count(documents)}, no more than search.k (${plain(search.k)}). Every list holds the whole corpus, so recall at k is 1 and means nothing.`,
  ];
}

/** The shallowest measure of how much was judged: people look at the top. */
function fewJudged(evaluation: Evaluation): string[] {
  for (const [measure, { served, exact }] of Object.entries(qualityOf(evaluation))) {
    if (!measure.startsWith('Judged@')) continue;
    const { old, new: fresh } = served ?? exact ?? {};
    const shares = [old?.mean, fresh?.mean].filter((mean) => typeof mean === 'number');
    if (shares.length === 0 || Math.min(...shares) >= JUDGED_ENOUGH) return [];
    const [before = null, now = null] = shares;
    return [
      `${measure}: ${percent(before)} for the old and ${percent(now)} for the new version. The other results count as not relevant though nobody looked at them.`,
    ];
  }
  return [];
}

/** What to do about it; the gate's own steps speak of rules alone. */
export function judgingSteps(input: ReportInput): readonly string[] {
  if (unknownQuality(input) !== null)
    return [`Judge first: ${JUDGE_NEXT}. Then run again; until then no rule speaks of quality, and a pass says only that little changed.`];
  return fewJudged(input.evaluation).length === 0 ? [] : [`Judge more of the first results of both versions: ${JUDGE_NEXT}.`];
}
