import { isNotApplicable } from '../../core/absence.ts';
import type { Evaluation } from '../../model/evaluation.ts';
import { qualityOf } from '../../model/lookup.ts';
import type { ReportInput } from '../input.ts';

import { count, percent, plain } from '../number.ts';

/** Less of the first results judged than this: most of what people see is counted as not relevant unseen. */
const JUDGED_ENOUGH = 0.5;

export const JUDGE_NEXT = 'cutover judge next';

/** What a reader must know of the data before any figure, a sentence each, from what the evaluation holds. No rule sees it. */
export function dataNotes({ evaluation, verdict }: Pick<ReportInput, 'evaluation' | 'verdict'>): readonly string[] {
  return [
    ...fewNeeds(evaluation, verdict.policy.minimumNeeds),
    ...smallCorpus(evaluation),
    ...fewQueries(evaluation),
    ...(verdict.cautions?.some(({ id }) => id === 'few-judged') ? [] : fewJudged(evaluation)),
    ...irreproducible(evaluation),
  ];
}

function irreproducible({ search }: Evaluation): string[] {
  if (search?.reproducible !== false) return [];
  return [
    `The results come from an index (${search.engine}) of which no two builds are alike. A check close to its limit may come out differently next time.`,
  ];
}

/** Quality speaks for the queries that were judged. */
function fewQueries({ dataset: { judgedQueries, queries }, quality }: Evaluation): string[] {
  if (isNotApplicable(quality) || judgedQueries >= JUDGED_ENOUGH * queries) return [];
  return [`Only ${count(judgedQueries)} of ${count(queries)} queries have judgements. Quality is that of these alone.`];
}

function fewNeeds({ queries, dataset, quality }: Evaluation, minimum: number): string[] {
  const measured = !isNotApplicable(quality);
  const needs = measured ? new Set(queries.needs.filter((_, i) => queries.judged[i] === true)).size : dataset.needs;
  if (needs >= minimum) return [];
  return [
    `Only ${count(needs)} ${measured ? 'judged ' : ''}${needs === 1 ? 'need' : 'needs'}, fewer than ${count(minimum)}: intervals are wide, and few checks can settle.`,
  ];
}

function smallCorpus({ dataset, search }: Evaluation): string[] {
  const documents = dataset.parents ?? dataset.documents;
  if (search === null || documents > search.k) return [];
  return [
    `The corpus has ${count(documents)} documents, no more than search.k (${plain(search.k)}). Every list holds the whole corpus, so recall at k is 1 and means nothing.`,
  ];
}

/** The shallowest measure of how much was judged: people look at the top. */
export function judgedShare(evaluation: Evaluation): { readonly measure: string; readonly old: number; readonly new: number } | null {
  const found = Object.entries(qualityOf(evaluation)).find(([measure]) => measure.startsWith('Judged@'));
  const column = found?.[1].pipeline ?? found?.[1].served ?? found?.[1].exact;
  const [old, fresh] = [column?.old.mean, column?.new.mean];
  return found === undefined || typeof old !== 'number' || typeof fresh !== 'number' ? null : { measure: found[0], old, new: fresh };
}

function fewJudged(evaluation: Evaluation): string[] {
  const share = judgedShare(evaluation);
  if (share === null || Math.min(share.old, share.new) >= JUDGED_ENOUGH) return [];
  const cutoff = share.measure.split('@')[1] ?? '';
  return [
    `Of the first ${cutoff} results ${percent(share.old)} (old) and ${percent(share.new)} (new) are judged. The others count as not relevant though nobody looked at them.`,
  ];
}

/** Whether more judgements would say more. */
export function wantsJudging(evaluation: Evaluation): boolean {
  return isNotApplicable(evaluation.quality) || fewJudged(evaluation).length > 0;
}
