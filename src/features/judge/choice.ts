import type { Random } from '../../core/random.ts';
import { shuffled } from '../../core/random.ts';

/** A query that could be judged. */
export interface Candidate {
  readonly query: string;
  readonly need: string;
  /** How far judging could move its value. */
  readonly spread: number;
  /** Whether it has any judgement, and so counts in the mean already. */
  readonly isMeasured: boolean;
}

/** A query to judge, and why. */
export interface Chosen {
  readonly query: string;
  readonly spread: number;
  /** `spread`: judging narrows the measured mean most; `drawn`: at random among queries without any judgement; `asked`: a reviewer of the report wants it judged. */
  readonly by: 'asked' | 'spread' | 'drawn';
}

/** Below this a spread is rounding. */
const NOTHING = 1e-12;

/**
 * Picks the queries whose judging narrows the mean most. A query's value is uncertain within its spread; queries of one need
 * go together (paraphrases share their relevant documents), needs are independent. So the variance of the mean goes with
 * Σ over needs of (Σ spreads of its open queries)², and judging a query of spread s in a need with S open takes
 * S² − (S − s)² = s · (2S − s) away. The largest such gain goes first, again and again; ties by query id.
 *
 * Queries without any judgement are not in the mean yet. Picking them by how much the versions disagree would make the sample
 * unlike the queries that people ask, so they come last and are drawn at random, needs that no judged query has first.
 * @param asked queries that reviewers of the report want judged: they come first
 * @param candidates ascending by query id, each with something to judge
 * @param covered needs of which a query is judged
 */
export function chooseQueries(
  candidates: readonly Candidate[],
  covered: ReadonlySet<string>,
  n: number,
  random: Random,
  asked: ReadonlySet<string> = new Set(),
): Chosen[] {
  const first = candidates.filter(({ query }) => asked.has(query)).slice(0, n);
  const others = candidates.filter(({ query }) => !asked.has(query));
  const chosen = [
    ...first.map(({ query, spread }): Chosen => ({ query, spread, by: 'asked' })),
    ...bySpread(
      others.filter(({ isMeasured }) => isMeasured),
      n - first.length,
    ),
  ];
  return [...chosen, ...drawn(others, covered, n - chosen.length, random)];
}

function bySpread(candidates: readonly Candidate[], n: number): Chosen[] {
  const open = new Map<string, number>();
  for (const { need, spread } of candidates) open.set(need, (open.get(need) ?? 0) + spread);
  const rest = new Set(candidates.filter(({ spread }) => spread > NOTHING));
  const gain = ({ need, spread }: Candidate) => spread * (2 * (open.get(need) ?? 0) - spread);
  const chosen: Chosen[] = [];
  while (chosen.length < n && rest.size > 0) {
    let best: Candidate | null = null;
    for (const candidate of rest) if (best === null || gain(candidate) > gain(best) + NOTHING) best = candidate;
    if (best === null) break;
    rest.delete(best);
    open.set(best.need, (open.get(best.need) ?? 0) - best.spread);
    chosen.push({ query: best.query, spread: best.spread, by: 'spread' });
  }
  return chosen;
}

function drawn(candidates: readonly Candidate[], covered: ReadonlySet<string>, n: number, random: Random): Chosen[] {
  const fresh = candidates.filter(({ isMeasured }) => !isMeasured);
  const needs = new Set(covered);
  const first: Candidate[] = [];
  const later: Candidate[] = [];
  for (const place of shuffled(random, fresh.length)) {
    const candidate = fresh[place];
    if (candidate === undefined) continue;
    (needs.has(candidate.need) ? later : first).push(candidate);
    needs.add(candidate.need);
  }
  return [...first, ...later].slice(0, Math.max(0, n)).map(({ query, spread }) => ({ query, spread, by: 'drawn' }));
}
