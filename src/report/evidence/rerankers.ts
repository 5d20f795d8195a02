import { isNotApplicable } from '../../core/absence.ts';
import type { RerankerResult } from '../../model/scores.ts';
import { type Html, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { difference, quoted } from '../marks.ts';

import { count, percent } from '../number.ts';
import { table } from '../table.ts';

/** What reaches each re-ranker; null where none is named. */
export function rerankers({ evaluation }: ReportInput): Html | null {
  if (evaluation.rerankers.length === 0) return null;
  const share =
    (of: (relevant: Exclude<RerankerResult['relevant'], { notApplicable: string }>) => number | null) => (result: RerankerResult) =>
      isNotApplicable(result.relevant) ? 'not known' : percent(of(result.relevant));
  const rows = table<RerankerResult>(
    'What reaches each re-ranker',
    [
      {
        head: 'Re-ranker',
        rowHead: true,
        cell: ({ reranker: { name, usedBy } }) =>
          html`${quoted(name, 120)}${usedBy !== null && html` <span class="small">${quoted(usedBy, 120)}</span>`}`,
      },
      { head: 'Results it gets', numeric: true, cell: ({ depthUsed }) => count(depthUsed) },
      { head: 'New to it', numeric: true, cell: ({ unseen }) => percent(unseen) },
      { head: 'Relevant, before', numeric: true, cell: share(({ old }) => old) },
      { head: 'Relevant, now', numeric: true, cell: share((relevant) => relevant.new) },
      { head: 'Of those before, still', numeric: true, cell: share(({ kept }) => kept) },
      {
        head: 'Difference',
        numeric: true,
        cell: ({ relevant }) =>
          isNotApplicable(relevant) ? 'not known' : difference(relevant.difference.mean, 'higher', relevant.difference.interval),
      },
    ],
    evaluation.rerankers,
  );
  const why = evaluation.rerankers
    .map(({ relevant }) => (isNotApplicable(relevant) ? relevant.notApplicable : null))
    .find((text) => text !== null);
  return html`<p>A re-ranker can only reorder what reaches it: a relevant document below its depth is lost.</p>${rows}${why !== undefined && html`<p>Relevant documents are not known: ${quoted(why, 300)}.</p>`}`;
}
