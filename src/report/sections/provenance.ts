import type { Timings } from '../../model/evaluation.ts';
import { type Fill, html } from '../html.ts';
import { code, quoted } from '../marks.ts';
import { count, decimal, percent } from '../number.ts';
import type { Section } from '../section.ts';
import { facts } from '../table.ts';

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
  render: ({ evaluation, verdict, timings }) => {
    const { policy } = verdict;
    return html`<p>The same input gives the same evaluation and verdict, byte for byte, on one kind of machine; another processor may round differently.</p>${facts(
      [
        ['As of', quoted(verdict.asOf, 40)],
        ['cutover, evaluation', quoted(evaluation.cutoverVersion, 40)],
        ['cutover, verdict', quoted(verdict.cutoverVersion, 40)],
        ['Seed', count(evaluation.seed)],
        ['evaluation.json, SHA-256', code(verdict.evaluation)],
        ['Policy, SHA-256', code(verdict.policyHash)],
        ['Confidence of each bound', percent(policy.confidence)],
        ['Resamples', count(policy.resamples)],
        ['Needs for a slice to decide', count(policy.minimumNeeds)],
        ['An inconclusive verdict', policy.inconclusive === 'block' ? 'blocks (exit code 3)' : 'warns (exit code 0)'],
        ['Exit code', count(verdict.exitCode)],
        ...(timings === null ? [] : machine(timings)),
      ],
    )}`;
  },
};
