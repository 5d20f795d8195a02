import { topMargin } from '../../measure/metrics/margin/topMargin.ts';
import { auc } from '../../measure/metrics/separation/auc.ts';
import { scoreShift } from '../../measure/score-shift.ts';
import { scoreSummary } from '../../measure/score-summary.ts';
import type { Evaluation, ScoreShift, ScoreSummary, SeparationSide } from '../../model/evaluation.ts';
import type { Run } from '../../model/search.ts';
import type { Compared } from './input.ts';

/** Results of each list that separation looks at. */
const TOP = 10;

/** Which of a run's results, by rank from 1 and relevance. */
type Wanted = (rank: number, relevant: boolean) => boolean;

function scoresOf(run: Run, { qrels }: Compared, wanted: Wanted): number[] {
  return [...run].flatMap(([query, list]) => {
    const grades = qrels.get(query);
    return Array.from(list.scores).filter((_, i) => wanted(i + 1, (grades?.get(list.ids[i] ?? '') ?? 0) >= 1));
  });
}

/** Scores by rank and by relevance; kinds that one of the runs has none of are left out. */
export function rankedShifts(compared: Compared): ScoreShift[] {
  const kinds: readonly [id: string, title: string, wanted: Wanted][] = [
    ['top-1', 'Score of the first result', (rank) => rank === 1],
    ['rank-10', 'Score of the tenth result', (rank) => rank === 10],
    ['rank-50', 'Score of the fiftieth result', (rank) => rank === 50],
    ['relevant', 'Score of relevant results', (_, relevant) => relevant],
    ['other', 'Score of other results', (_, relevant) => !relevant],
  ];
  const { old: before, new: after } = compared.runs;
  return kinds.flatMap(([id, title, wanted]) => {
    const samples = [scoresOf(before.run, compared, wanted), scoresOf(after.run, compared, wanted)] as const;
    return samples.some((sample) => sample.length === 0) ? [] : [scoreShift(id, title, ...samples)];
  });
}

/** How well scores tell relevant results from others among the first ten; empty where a run has only one kind. */
export function resultSeparation(compared: Compared): Evaluation['separation'] {
  const side = (run: Run): SeparationSide | null => {
    const relevant = scoresOf(run, compared, (rank, isRelevant) => rank <= TOP && isRelevant);
    const other = scoresOf(run, compared, (rank, isRelevant) => rank <= TOP && !isRelevant);
    if (relevant.length === 0 || other.length === 0) return null;
    return { relevant: relevant.length, other: other.length, auc: auc.compute(relevant, other) };
  };
  const [before, after] = [side(compared.runs.old.run), side(compared.runs.new.run)];
  if (before === null || after === null) return [];
  return [{ id: 'results', title: 'Relevant against other results among the first ten', old: before, new: after }];
}

/** First result's score less the second's, over all queries of a run; null where a run has no list of two. */
export function topMargins({ runs }: Compared): Evaluation['margin'] {
  const side = (run: Run): ScoreSummary | null => {
    const margins = [...run.values()].flatMap(({ scores }) => topMargin.compute(scores) ?? []);
    return margins.length === 0 ? null : scoreSummary(margins);
  };
  const [before, after] = [side(runs.old.run), side(runs.new.run)];
  return before === null || after === null ? null : { old: before, new: after };
}
