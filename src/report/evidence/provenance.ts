import type { Timings } from '../../model/evaluation.ts';
import { type Fill, html, verbatim } from '../html.ts';
import { code, quoted, sentence } from '../marks.ts';
import { boundConfidence } from '../measures.ts';
import { count, decimal, percent } from '../number.ts';
import type { Section } from '../section.ts';
import { facts } from '../table.ts';

const METHOD = verbatim`<p>The same documents and queries were embedded under both versions. No vector of one was ever compared with a vector of the other. Each query got its nearest documents twice: by full scan (<em>exact</em>) and through the index (<em>served</em>). Old and new are compared query by query.</p>
<ul>
<li><strong>Non-inferior within m</strong>: the mean paired difference new − old gets two one-sided bounds. The check passes if the lower bound is above −m, fails if the upper bound is below −m, and is inconclusive between. Failures are corrected over the rules (Holm).</li>
<li><strong>No harm beyond m</strong>: a slice fails only where the corrected upper bound is below −m. Where the lower bound is below −m too, it is not shown safe.</li>
<li><strong>At least, at most</strong>: the new version’s value against a fixed limit, or one of its bounds where the rule says so.</li>
<li>One failure outweighs anything inconclusive. A check without a value fails unless its rule may be skipped.</li>
<li>Means are over needs, each need once: paraphrases of one need are averaged first. Bounds are Gaffke’s, with an unseen need: an average need that loses all it had, and as large a share of needs like none seen as so many needs leave possible.</li>
<li>Documents that nobody judged count as not relevant. In pooled or sampled judgements a check also looks at the worst and the best that they could be: what no judging could change is decided, and only the rest is inconclusive and asks for judgements.</li>
</ul>
<p>Differences are taken before rounding, so a last digit may seem to be off by one.</p>`;

/** How the gate decided, in full: its reasons, its policy, its method. */
export const decided: Section = {
  id: 'decided',
  title: 'How it was decided',
  finding: ({ verdict }) =>
    `${count(verdict.policy.rules.length)} rules at ${percent(boundConfidence(verdict))} confidence, each bound one-sided.`,
  render: ({ verdict, evaluation }) => {
    const { policy } = verdict;
    return html`<h4>Reasons</h4><ul>${verdict.reasons.map((reason) => html`<li>${sentence(reason)}</li>`)}</ul>
<h4>Method</h4>${METHOD}${facts([
      ['Confidence of each bound', percent(boundConfidence(verdict))],
      ['Resamples', `${count(policy.resamples)}, seed ${count(evaluation.seed)}`],
      ['Needs for a slice to decide', count(policy.minimumNeeds)],
      ['An inconclusive verdict', policy.inconclusive === 'block' ? 'blocks (exit code 3)' : 'warns (exit code 0)'],
    ])}`;
  },
};

function machine({ machine: { cpu, cores, memoryBytes, platform, node } }: Timings): readonly (readonly [string, Fill])[] {
  return [
    ['Processor', html`${quoted(cpu, 120)}, ${count(cores)} cores`],
    ['Memory', `${decimal(memoryBytes / 2 ** 30, 1)} GiB`],
    ['Platform', quoted(platform, 120)],
    ['Node.js', quoted(node, 60)],
  ];
}

export const provenance: Section = {
  id: 'provenance',
  title: 'Provenance',
  finding: ({ verdict, evaluation }) => html`As of ${quoted(verdict.asOf, 40)}, cutover ${quoted(evaluation.cutoverVersion, 40)}.`,
  render: ({ evaluation, verdict, timings }) =>
    html`<p>The same input gives the same evaluation and verdict, byte for byte, on one kind of machine; another processor may round differently.</p>${facts(
      [
        ['As of', quoted(verdict.asOf, 40)],
        ['cutover, evaluation', quoted(evaluation.cutoverVersion, 40)],
        ['cutover, verdict', quoted(verdict.cutoverVersion, 40)],
        ['Seed', count(evaluation.seed)],
        ['evaluation.json, SHA-256', code(verdict.evaluation)],
        ['Policy, SHA-256', code(verdict.policyHash)],
        ['Exit code', count(verdict.exitCode)],
        ...(timings === null ? [] : machine(timings)),
      ],
    )}`,
};
