import type { Judgements, Qrels, Silence } from '../model/dataset.ts';

/** Known-item sets have a second right document for hardly any query. */
const ONE_RELEVANT = 0.9;

/**
 * What it means that a document is not listed for a query: what the data set says, else what its judgements look like. Pools keep the
 * documents that were judged and found not relevant, as grade 0. Where no such row exists, only what is relevant was written down,
 * and there is no telling an unjudged document from one that is not relevant.
 * @param stated what the data set says; null where it says nothing
 * @param isWeak grades made of clicks: what nobody clicked is unknown
 */
export function silenceOf(qrels: Qrels | null, stated: Judgements | null, isWeak = false): Silence | null {
  const judged = [...(qrels?.values() ?? [])].filter(({ size }) => size > 0);
  if (judged.length === 0) return null;
  const looks = looksLike(judged, isWeak);
  return stated === null ? { ...looks, stated: false } : { means: stated, stated: true, reason: 'the data set says so' };
}

function looksLike(judged: readonly ReadonlyMap<string, number>[], isWeak: boolean): Omit<Silence, 'stated'> {
  const grades = judged.map((documents) => [...documents.values()]);
  if (isWeak) return { means: 'pooled', reason: 'grades are made of clicks, and what nobody was shown has none' };
  if (grades.some((own) => own.some((grade) => grade <= 0)))
    return { means: 'pooled', reason: 'judged documents that are not relevant are listed too, with grade 0' };
  const single = grades.filter((own) => own.length === 1).length / judged.length;
  return single >= ONE_RELEVANT
    ? { means: 'complete', reason: 'nearly every query has one relevant document and no document has grade 0, as in a known-item set' }
    : { means: 'complete', reason: 'only relevant documents are listed, and no document has grade 0' };
}
