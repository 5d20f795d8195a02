import { topMargin } from '../../measure/metrics/margin/topMargin.ts';
import { auc } from '../../measure/metrics/separation/auc.ts';
import { scoreShift, scoreSummary } from '../../measure/score-shift.ts';
import type { Qrels } from '../../model/dataset.ts';
import type { Evaluation } from '../../model/evaluation.ts';
import type { ScoreShift, Separation } from '../../model/scores.ts';
import type { Rankings } from '../../model/search.ts';
import type { ScoredPairs } from '../../search/pair-table.ts';
import type { SideNeighbours } from './artifacts.ts';
import type { TopScores } from './slices.ts';

type Sides = { readonly old: SideNeighbours; readonly new: SideNeighbours };

const RANKS: readonly (readonly [rank: number, name: string])[] = [
  [1, 'first'],
  [2, 'second'],
  [5, 'fifth'],
  [10, 'tenth'],
  [50, 'fiftieth'],
];
/** Results whose relevant ones are told from the others. */
const RESULTS = 10;

/** How scores moved at some ranks, and those of relevant and other pairs; kinds without a pair are left out. */
export function scoreShifts(sides: Sides, qrels: Qrels | null): ScoreShift[] {
  const kinds: readonly [id: string, title: string, sample: (side: SideNeighbours) => number[]][] = [
    ...RANKS.map(([rank, name]): [string, string, (side: SideNeighbours) => number[]] => [
      rank === 1 ? 'top-1' : `rank-${rank}`,
      `Score of the ${name} result`,
      // Production sees no ranks below its limit.
      (side) => atRank(rank <= side.served.k ? side.served : side.exact, rank).flatMap((score) => score ?? []),
    ]),
    ['relevant', 'Score of relevant query-document pairs', (side) => scoresWhere(side.judged, qrels, true)],
    ['other', 'Score of other query-document pairs', (side) => scoresWhere(side.pairs['query-document'], qrels, false)],
  ];
  return kinds.flatMap(([id, title, sample]) => {
    const [before, after] = [sample(sides.old), sample(sides.new)];
    return before.length === 0 || after.length === 0 ? [] : [scoreShift(id, title, before, after)];
  });
}

/** Score of each query's first result under both versions. */
export function topScores({ old, new: fresh }: Sides): TopScores {
  return { old: atRank(old.served, 1), new: atRank(fresh.served, 1) };
}

/**
 * How well scores tell relevant pairs from others: over all pairs, which is what one threshold sees, and among results,
 * which is the harder question. Kinds of which a version has no relevant or no other pair are left out.
 */
export function separations(sides: Sides, qrels: Qrels | null): Separation[] {
  if (qrels === null) return [];
  const kinds: readonly [id: Separation['id'], title: string, sample: (side: SideNeighbours) => { relevant: number[]; other: number[] }][] =
    [
      [
        'all',
        'Judged relevant pairs against sampled other pairs',
        (side) => ({
          relevant: scoresWhere(side.judged, qrels, true),
          other: scoresWhere(side.pairs['query-document'], qrels, false),
        }),
      ],
      ['results', `Relevant against other pairs among the first ${RESULTS} results`, (side) => resultScores(side.served, qrels)],
    ];
  return kinds.flatMap(([id, title, sample]) => {
    const [before, after] = [separation(sample(sides.old)), separation(sample(sides.new))];
    return before === null || after === null ? [] : [{ id, title, old: before, new: after }];
  });
}

function separation({ relevant, other }: { relevant: number[]; other: number[] }): Separation['old'] | null {
  if (relevant.length === 0 || other.length === 0) return null;
  return { relevant: relevant.length, other: other.length, auc: auc.compute(relevant, other) };
}

/** How far the first result is above the second, over queries. */
export function topMargins({ old, new: fresh }: Sides): Evaluation['margin'] {
  const margins = ({ served }: SideNeighbours): number[] => {
    const [first, second] = [atRank(served, 1), atRank(served, 2)];
    return first.flatMap((score, row) => {
      const next = second[row] ?? null;
      return score === null || next === null ? [] : (topMargin.compute([score, next]) ?? []);
    });
  };
  const [before, after] = [margins(old), margins(fresh)];
  return before.length === 0 || after.length === 0 ? null : { old: scoreSummary(before), new: scoreSummary(after) };
}

function atRank({ queryIds, k, neighbours, scores }: Rankings, rank: number): (number | null)[] {
  return queryIds.map((_, row) => {
    const place = row * k + rank - 1;
    return rank > k || (neighbours[place] ?? -1) < 0 ? null : (scores[place] ?? null);
  });
}

function resultScores({ queryIds, documentIds, k, neighbours, scores }: Rankings, qrels: Qrels): { relevant: number[]; other: number[] } {
  const split: { relevant: number[]; other: number[] } = { relevant: [], other: [] };
  queryIds.forEach((query, row) => {
    const grades = qrels.get(query);
    for (let place = row * k; place < row * k + Math.min(RESULTS, k); place++) {
      const document = documentIds[neighbours[place] ?? -1];
      if (grades === undefined || document === undefined) continue;
      split[(grades.get(document) ?? 0) >= 1 ? 'relevant' : 'other'].push(scores[place] ?? 0);
    }
  });
  return split;
}

function scoresWhere(pairs: ScoredPairs | null, qrels: Qrels | null, relevant: boolean): number[] {
  if (pairs === null) return [];
  const { left, right, rows, columns, scores } = pairs;
  const kept: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    const grade = qrels?.get(left[rows[i] ?? -1] ?? '')?.get(right[columns[i] ?? -1] ?? '') ?? 0;
    if (grade >= 1 === relevant) kept.push(scores[i] ?? 0);
  }
  return kept;
}
