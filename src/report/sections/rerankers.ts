import { isNotApplicable } from '../../core/absence.ts';
import type { RerankerRelevant, RerankerResult } from '../../model/evaluation.ts';
import { histogram } from '../charts/histogram.ts';
import { type Html, html } from '../html.ts';
import { measureLink, quoted } from '../marks.ts';
import { count, decimal, percent, signed } from '../number.ts';
import type { Section } from '../section.ts';
import { facts } from '../table.ts';

function reach({ total, old, new: fresh, kept, difference }: RerankerRelevant): Html {
  const { interval } = difference;
  return facts([
    ['Relevant documents', count(total)],
    ['Share that reached it before', percent(old)],
    ['Share that reaches it now', percent(fresh)],
    [
      'Difference',
      interval === null
        ? signed(difference.mean)
        : html`${signed(difference.mean)} <span class="muted">(${percent(difference.confidence)} interval ${signed(interval.lower)} to ${signed(interval.upper)}, ${count(difference.needs)} needs)</span>`,
    ],
    ['Of those that reached it before, still do', percent(kept)],
  ]);
}

export const rerankers: Section = {
  id: 'rerankers',
  title: 'Re-rankers',
  render: ({ evaluation }) => {
    if (evaluation.rerankers.length === 0) return null;
    const block = ({ reranker, depthUsed, relevant, unseen, scores }: RerankerResult): Html => {
      const distances = Object.entries(scores.distances).map(
        ([id, value], i) => html`${i > 0 && ' · '}${measureLink(evaluation, id)} <span class="nowrap">${decimal(value)}</span>`,
      );
      return html`<h3>${quoted(reranker.name, 120)}</h3>
<p>${reranker.usedBy !== null && html`Used by ${quoted(reranker.usedBy, 200)}. `}Gets the first ${count(depthUsed)} results of each query as served. <strong>${percent(unseen)}</strong> of its candidates are ones that the old version did not hand it for the same query.</p>
${isNotApplicable(relevant) ? html`<p>How many relevant documents reach it is not known: ${quoted(relevant.notApplicable, 300)}</p>` : reach(relevant)}
${histogram(scores)}<p>Shift of the scores it is fed: ${distances}. It matters where the re-ranker takes the score as a feature.</p>`;
    };
    return html`<p>A re-ranker can only reorder what reaches it: a relevant document below its depth is lost whatever it does.</p>${evaluation.rerankers.map(block)}`;
  },
};
