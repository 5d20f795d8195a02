import type { MetricMeta } from '../../model/metric.ts';
import { type Html, html, verbatim } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { metricAnchor, outLink, pictureAnchor, quoted } from '../marks.ts';
import { count, percent, plain } from '../number.ts';
import type { Section } from '../section.ts';
import { PICTURES, type PictureKind, SWEEP_PICTURES } from '../views/pictures.ts';

const WORDS = verbatim`<h3>What was compared</h3>
<p>The same documents and queries were embedded under both versions, each into vectors of its own. No vector of one version was ever compared with a vector of the other: their coordinates have nothing to do with each other. Each query then got its nearest documents twice: by full scan (<em>exact</em>) and through the index (<em>as served</em>). Old and new are compared query by query.</p>
<h3>How the gate decides</h3>
<ul>
<li><strong>Non-inferior within m</strong>: the mean paired difference new − old gets two one-sided bounds. The rule passes if the lower bound is above −m, fails if the upper bound is below −m, and is inconclusive between. Every such rule has to pass; failures are corrected by Holm’s method over the rules.</li>
<li><strong>No harm beyond m</strong>: a slice fails only where the Holm-adjusted upper bound lies below −m; otherwise it passes, with what the slice could have shown beside it.</li>
<li><strong>At least, at most</strong>: the new version’s value against a fixed limit, or one of its bounds where the rule says so.</li>
<li>One failure outweighs anything inconclusive. A rule without a value fails unless it says that it may be skipped.</li>
<li>Bounds are BCa bootstrap intervals; percentile where BCa is not defined. Paraphrases of one need are not independent, so resampling goes by need.</li>
<li>Documents that nobody judged count as not relevant. Where that could turn the verdict, the rule is inconclusive and asks for judgements.</li>
</ul>
<p>Differences are taken before rounding, so a last digit may seem to be off by one.</p>`;

function definition(id: string, meta: MetricMeta): Html {
  const { source, range } = meta;
  const address = source.doi === undefined ? source.url : `https://doi.org/${source.doi}`;
  const way = { higher: 'higher is better', lower: 'lower is better', none: 'neither way is better' }[meta.direction];
  const unit = meta.unit === '' ? '' : `, in ${meta.unit}`;
  return html`<div id="${metricAnchor(id)}"><dt>${meta.title} <span class="muted">(${id})</span></dt><dd><p>${meta.description}</p><p class="formula">${meta.formula}</p><p class="small">From ${plain(range[0])} ${range[1] === null ? 'upwards' : `to ${plain(range[1])}`}${unit}; ${way}. Source: ${address === undefined ? quoted(source.title) : outLink(address, source.title)}</p></dd></div>\n`;
}

function definitions({ evaluation }: ReportInput): Html | null {
  const metas = Object.entries(evaluation.metrics).sort(([a], [b]) => (a < b ? -1 : 1));
  if (metas.length === 0) return null;
  return html`<h3 id="definitions">Definitions</h3><dl class="definitions">${metas.map(([id, meta]) => definition(id, meta))}</dl>`;
}

function pictures(): Html {
  const kinds = (Object.keys(PICTURES) as PictureKind[]).filter((kind) => !SWEEP_PICTURES.includes(kind));
  const entries = kinds.map(
    (kind) => html`<div id="${pictureAnchor(kind)}"><dt>${PICTURES[kind].title}</dt><dd><p>${PICTURES[kind].words}</p></dd></div>\n`,
  );
  return html`<h3 id="pictures">The pictures</h3><dl class="definitions">${entries}</dl>`;
}

export const method: Section = {
  id: 'method',
  title: 'Method',
  render: (input) => {
    const { policy } = input.verdict;
    return html`${WORDS}<p>In this report every bound is at ${percent(policy.confidence)}, one-sided, from ${count(policy.resamples)} resamples with seed ${count(input.evaluation.seed)}; a slice decides from ${count(policy.minimumNeeds)} needs on.</p>${pictures()}${definitions(input)}`;
  },
};
