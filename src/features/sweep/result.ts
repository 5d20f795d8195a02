import type { SweepCandidate } from '../../model/config.ts';
import type { Evaluation } from '../../model/evaluation.ts';
import { columnsOf } from '../../model/lookup.ts';
import type { SearchParams } from '../../model/search.ts';
import type { Sweep, SweepCost, SweepResult } from '../../model/sweep.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { Side } from '../../model/version.ts';
import { graphBytes } from '../../project/index-size.ts';
import { paramsOf, SEARCH_ENGINES, servingEngine } from '../../search/registry.ts';

/** One candidate, evaluated and judged. */
export interface Judgement {
  readonly candidate: SweepCandidate;
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
}

/** How a candidate came out, not yet compared with the others. */
export function resultOf({ candidate, evaluation, verdict }: Judgement): Omit<SweepResult, 'dominated'> {
  const version = evaluation.versions?.new;
  if (version === undefined) throw new TypeError('A sweep compares versions.');
  const { lead } = verdict;
  const columns = lead === null ? null : columnsOf(evaluation, lead);
  const rule = verdict.rules.find(({ rule: { metric, on }, slice }) => metric === lead?.measure && on === lead.on && slice === null);
  return {
    name: candidate.name,
    version: { id: version.id, fingerprint: version.fingerprint },
    outcome: verdict.outcome,
    headline: verdict.headline,
    reasons: verdict.reasons,
    quality: columns?.new.mean ?? null,
    difference: rule?.difference ?? null,
    interval: rule?.interval ?? null,
    cost: costOf(candidate.search, 'new', evaluation),
  };
}

/** What a side costs as it is served. */
export function costOf(search: SearchParams, side: Side, { versions, dataset }: Pick<Evaluation, 'versions' | 'dataset'>): SweepCost {
  const dimension = versions?.[side].dimension ?? 0;
  const { hnsw, k, ...params } = paramsOf(search, side);
  const engine = servingEngine(params).id;
  if (engine === SEARCH_ENGINES.exact.id)
    return { dimension, bytes: dimension * Float32Array.BYTES_PER_ELEMENT, engine, hnsw: null, visited: dataset.documents };
  return {
    dimension,
    bytes: graphBytes(1, dimension, hnsw.m),
    engine,
    hnsw,
    visited: Math.min(Math.max(hnsw.efSearch, k), dataset.documents),
  };
}

type Undecided = Omit<SweepResult, 'dominated'>;

/** Memory grows with the bytes of a document, work of a search with the documents that it looks at. */
function costs({ cost }: Undecided): readonly [bytes: number, visited: number] {
  return [cost.bytes, cost.visited];
}

/** Whether `other` is nowhere worse than `one`, and somewhere better. Without quality only cost counts. */
function dominates(other: Undecided, one: Undecided): boolean {
  const pairs = [[other.quality ?? 0, one.quality ?? 0], ...costs(other).map((cost, i) => [-cost, -(costs(one)[i] ?? 0)])] as [
    number,
    number,
  ][];
  return pairs.every(([a, b]) => a >= b) && pairs.some(([a, b]) => a > b);
}

/** Marks what is dominated by one that passes: a candidate that fails is no alternative, however cheap. Pure. */
export function marked(results: readonly Undecided[]): SweepResult[] {
  const passing = results.filter(({ outcome }) => outcome === 'pass');
  return results.map((one) => ({ ...one, dominated: passing.some((other) => dominates(other, one)) }));
}

/**
 * The candidate that passes at the least bytes, then the fewest documents looked at, then the highest quality. A full scan keeps
 * no links, so that it always has the fewest bytes: it counts only where nothing that passes looks at fewer documents.
 */
export function cheapestPass(results: readonly SweepResult[]): Sweep['cheapest'] {
  const passing = results.filter(({ outcome }) => outcome === 'pass');
  const fewest = Math.min(...passing.map(({ cost }) => cost.visited));
  const fair = passing.filter(({ cost: { hnsw, visited } }) => hnsw !== null || visited <= fewest);
  const order = (a: SweepResult, b: SweepResult): number => {
    const [left, right] = [costs(a), costs(b)];
    return left[0] - right[0] || left[1] - right[1] || (b.quality ?? 0) - (a.quality ?? 0);
  };
  return fair.sort(order)[0]?.name ?? null;
}
