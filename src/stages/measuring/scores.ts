import type { Qrels } from '../../contract/dataset.ts';
import type { ScoreShift } from '../../contract/evaluation.ts';
import type { Rankings } from '../../contract/search.ts';
import { scoreShift } from '../../metrics/score-shift.ts';
import type { ScoredPairs } from '../../search/pair-table.ts';
import type { SideNeighbours } from './artifacts.ts';

type Sides = { readonly old: SideNeighbours; readonly new: SideNeighbours };

/** How top-1 scores, rank-10 scores, and scores of relevant and other pairs moved; kinds without a pair are left out. */
export function scoreShifts(sides: Sides, qrels: Qrels | null): ScoreShift[] {
  const kinds: readonly [id: string, title: string, sample: (side: SideNeighbours) => number[]][] = [
    ['top-1', 'Score of the first result', (side) => scoresAtRank(side.served, 1)],
    ['rank-10', 'Score of the tenth result', (side) => scoresAtRank(side.served, 10)],
    ['relevant', 'Score of relevant query-document pairs', (side) => scoresWhere(side.judged, qrels, true)],
    ['other', 'Score of other query-document pairs', (side) => scoresWhere(side.pairs['query-document'], qrels, false)],
  ];
  return kinds.flatMap(([id, title, sample]) => {
    const [before, after] = [sample(sides.old), sample(sides.new)];
    return before.length === 0 || after.length === 0 ? [] : [scoreShift(id, title, before, after)];
  });
}

function scoresAtRank({ queryIds, k, neighbours, scores }: Rankings, rank: number): number[] {
  if (rank > k) return [];
  return queryIds.flatMap((_, row) => {
    const place = row * k + rank - 1;
    return (neighbours[place] ?? -1) < 0 ? [] : [scores[place] ?? 0];
  });
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
