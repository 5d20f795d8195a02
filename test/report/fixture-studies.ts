import type { Fingerprint } from '../../src/core/brand.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import type { NoiseSample, Studies, Way } from '../../src/model/studies.ts';
import type { WaysVerdict } from '../../src/model/verdict.ts';
import type { Case } from './fixture-verdicts.ts';

const sample: NoiseSample = {
  repetitions: 4,
  queries: 120,
  overlapLoss: { '10': { mean: 0.01, p95: 0.2 } },
  scoreDifference: { p95: 0, max: 0.0001 },
};
const unbatched = { notApplicable: 'the configuration names no `production.batchSize`' };

const way = (id: string, kind: Way['kind'], toEmbed: number, more: Partial<Way> = {}): Way => {
  return { id, kind, setting: null, method: null, toEmbed, vectors: 1, values: {}, ...more };
};
const WAYS: readonly Way[] = [
  way('stay', 'stay', 0),
  way('queries-first', 'queries-first', 0),
  way('bridge-orthogonal-100', 'bridge', 100, { setting: 100, method: 'orthogonal' }),
  way('rescore-20', 'rescore', 300, { setting: 20, vectors: 2 }),
  way('in-place', 'in-place', 360, { setting: 0.5 }),
  way('beside', 'beside', 360, { vectors: 2 }),
];

/** What the gate makes of them. */
export const JUDGED_WAYS: WaysVerdict = {
  ways: WAYS.slice(1).map(({ id, kind }, i) => ({
    id,
    outcome: kind === 'queries-first' ? 'fail' : kind === 'rescore' ? 'inconclusive' : 'pass',
    results: [
      {
        rule: 'nDCG@10 nonInferior 0.02 on served',
        measure: 'nDCG@10',
        value: 0.7 + 0.001 * i,
        difference: 0.002 * i - 0.002,
        interval: { lower: -0.01, upper: 0.012, confidence: 0.99, method: 'gaffke' },
        outcome: kind === 'queries-first' ? 'fail' : 'pass',
      },
    ],
  })),
  cheapest: 'bridge-orthogonal-100',
  summary: 'Serve over a bridge until all is embedded.',
};

/** What every study found; every number is invented. */
export function studies(changes: Partial<Studies> = {}): Studies {
  return {
    noiseFloor: {
      old: { rebuild: sample, batches: unbatched },
      new: { rebuild: sample, batches: unbatched },
      overlap: { '10': { change: 0.6, floor: 0.2, minimum: 0.1, overNoise: 3 } },
      score: { change: 0.14, floor: 1.1e-7, minimum: 1.1e-7, overNoise: 1272727.3 },
    },
    backfillForecast: {
      measure: 'nDCG@10',
      orders: 5,
      old: [
        { share: 0, mean: 0.7, low: 0.7, high: 0.7 },
        { share: 0.5, mean: 0.3, low: 0.28, high: 0.33 },
        { share: 1, mean: 0.65, low: 0.65, high: 0.65 },
      ],
      new: { notApplicable: 'a reason' },
      routed: [
        { share: 0, mean: 0.7, low: 0.7, high: 0.7 },
        { share: 0.5, mean: 0.69, low: 0.67, high: 0.7 },
        { share: 1, mean: 0.71, low: 0.71, high: 0.71 },
      ],
      summary: 'If you backfill in place, it falls to 0.690.',
    },
    harms: { notApplicable: 'a reason' },
    costs: { notApplicable: 'a reason' },
    ways: { documents: 360, measures: ['nDCG@10'], ways: WAYS },
    efSearchSweep: {
      k: 10,
      configured: 40,
      points: [
        { efSearch: 10, old: 0.91, new: 0.88 },
        { efSearch: 40, old: 0.99, new: 0.97 },
        { efSearch: 160, old: 1, new: 1 },
      ],
    },
    attribution: {
      queries: 115,
      measures: [
        {
          measure: 'nDCG@10',
          old: 0.7,
          new: 0.55,
          parts: { oldIndex: 0.01, model: -0.12, newIndex: -0.04 },
          modelParts: [-0.15, 0.03],
        },
      ],
      split: [
        { field: 'prefixes', old: '<b>', new: 'q: ' },
        { field: 'pooling', old: 'cls', new: 'mean' },
      ],
    },
    counterfactual: {
      version: 'mini',
      fingerprint: 'ab'.repeat(32) as Fingerprint,
      disagreements: [{ field: 'pooling', specified: 'cls', published: 'mean' }],
      texts: 1440,
      queries: 115,
      measures: [{ measure: 'nDCG@10', old: 0.7, specified: 0.56, published: 0.72, difference: 0.16 }],
      summary: 'With mean pooling, as the model of mini publishes, nDCG@10 would be 0.7200 instead of 0.5600.',
    },
    ...changes,
  };
}

const studied = new WeakMap<Evaluation, Evaluation>();

/** A case whose studies ran; without changes the same case gives the same evaluation, which is rendered once. */
export function withStudies({ evaluation, verdict }: Case, changes: Partial<Studies> = {}): Case {
  const plain = Object.keys(changes).length === 0;
  const made = (plain ? studied.get(evaluation) : undefined) ?? { ...evaluation, studies: studies(changes) };
  if (plain) studied.set(evaluation, made);
  const isJudged = made.studies !== undefined && made.studies !== null && 'ways' in made.studies.ways;
  return { evaluation: made, verdict: isJudged ? { ...verdict, ways: JUDGED_WAYS } : verdict };
}
