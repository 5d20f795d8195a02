import { parseMeasure } from '../../src/measure/measure-name.ts';
import { lossOverNoise } from '../../src/measure/metrics/summary/overlapLossOverNoise.ts';
import { countUntranslated } from '../../src/measure/metrics/summary/untranslatedConsumers.ts';
import { neighbourColumns } from '../../src/measure/neighbour-columns.ts';
import { qualityColumns } from '../../src/measure/quality-columns.ts';
import { type MetricRegistry, REGISTRY } from '../../src/measure/registry.ts';
import { type Space, spaceOf } from '../../src/measure/spaces/space.ts';
import { runOf } from './golden.ts';

/** One input, what the metric gives for it, and what it is by hand. */
export type Worked = readonly [input: string, value: number | null | undefined, byHand: number];

/** Ranked x (unjudged), a (grade 2), n (0), b (1); c (1) is missed. */
const GRADES = new Map([
  ['a', 2],
  ['b', 1],
  ['c', 1],
  ['n', 0],
]);
const log3 = Math.log2(3);

function quality(name: string, byHand: number): Worked {
  const { columns } = qualityColumns([parseMeasure(name)], runOf({ q: [...'xanb'] }), new Map([['q', GRADES]]), ['q']);
  return [name, columns[name]?.perQuery[0], byHand];
}

/** Letters are documents. */
function neighbours(name: string, old: string, fresh: string, byHand: number): Worked {
  const columns = neighbourColumns([name], runOf({ q: [...old] }), runOf({ q: [...fresh] }), ['q']);
  return [`${name} of ${old} and ${fresh}`, columns[name]?.perQuery[0], byHand];
}

type Kind = keyof MetricRegistry;

function metric<K extends Kind>(kind: K, id: string): MetricRegistry[K][number] {
  const found = REGISTRY[kind].find((candidate) => candidate.id === id);
  if (found === undefined) throw new RangeError(`No ${kind} metric ${id}.`);
  return found;
}

const of = (...values: number[]): Float64Array => Float64Array.from(values);

function shift(id: string, input: string, old: Float64Array, fresh: Float64Array, byHand: number): Worked {
  return [input, metric('shift', id).compute(old, fresh), byHand];
}

const space = (...rows: readonly (readonly number[])[]): Space => spaceOf(Float32Array.from(rows.flat()), rows[0]?.length ?? 0);

function geometry(id: string, input: string, byHand: number, old: Space, fresh: Space = old): Worked {
  const found = metric('geometry', id);
  return [input, found.spaces === 1 ? found.compute(old) : found.compute(old, fresh), byHand];
}

const CROSS = space([1, 0], [-1, 0], [0, 1], [0, -1]);
/** Twelve directions, seven degrees from one to the next: the one of eleven others that is not among the ten nearest is at an end. */
const degrees = (places: readonly number[]): Space =>
  space(...places.map((place) => [Math.cos((place * 7 * Math.PI) / 180), Math.sin((place * 7 * Math.PI) / 180)]));
const FAN = degrees([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
/** Rows 0 and 1 exchanged: the six rows of the other half now miss row 1 where they missed row 0. */
const SWAPPED = degrees([1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);

/** At least one value of every registered metric that a reader can work out with a pencil. */
export const WORKED: Readonly<Record<string, readonly Worked[]>> = {
  nDCG: [quality('nDCG@3', 2 / log3 / (2 + 1 / log3 + 1 / 2)), quality("nDCG(dcg='exp-log2')@3", 3 / log3 / (3 + 1 / log3 + 1 / 2))],
  R: [quality('R@2', 1 / 3)],
  P: [quality('P@5', 2 / 5)],
  RR: [quality('RR', 1 / 2)],
  AP: [quality('AP', (1 / 2 + 2 / 4) / 3)],
  Success: [quality('Success@1', 0), quality('Success@2', 1)],
  Bpref: [quality('Bpref', (1 + (1 - 1 / 1)) / 3)],
  Rprec: [quality('Rprec', 1 / 3)],
  RBP: [quality('RBP(rel=1,p=0.5)', 0.5 * (0.5 + 0.125))],
  Judged: [quality('Judged@10', 3 / 4)],
  overlap: [neighbours('overlap@2', 'abc', 'bcd', 1 / 2), neighbours('overlap@10', 'abc', 'bcd', 2 / 10)],
  jaccard: [neighbours('jaccard@2', 'abc', 'bcd', 1 / 3), neighbours('jaccard@10', 'abc', 'bcd', 2 / 4)],
  rbo: [neighbours('rbo@2', 'ab', 'ac', 0.1 * (1 + 0.9 / 2) + 0.5 * 0.81)],
  kendall: [neighbours('kendall@3', 'abc', 'acb', 1 / 3), neighbours('kendall@9', 'abxc', 'cyba', -1)],
  // Yilmaz et al. 2008: swapping the top pair costs more than swapping the last one.
  apCorrelation: [
    neighbours('apCorrelation@3', 'abc', 'bac', (2 / 2) * (0 / 1 + 2 / 2) - 1),
    neighbours('apCorrelation@3', 'abc', 'acb', (2 / 2) * (1 / 1 + 1 / 2) - 1),
  ],
  topChange: [neighbours('topChange', 'abc', 'abd', 0), neighbours('topChange', 'abc', 'bac', 1)],
  // a: rank 1 → 3; b: 4 → 11, one behind the cutoff; x and y are not relevant.
  rankChurn: [['axyb and yxa', metric('churn', 'rankChurn').compute([...'axyb'], [...'yxa'], new Set('ab'), 10), (2 + 7) / 2]],
  ks: [
    shift('ks', 'half of both samples apart', of(1, 2), of(2, 3), 1 / 2),
    shift('ks', 'ties', of(1, 1, 1, 2), of(1, 2, 2, 2), 1 / 2),
    shift('ks', 'unequal sizes', of(1), of(0, 2), 1 / 2),
  ],
  wasserstein: [
    shift('wasserstein', 'a shift', of(0, 1), of(2, 3), 2),
    shift('wasserstein', 'unequal sizes', of(0), of(0, 1), 1 / 2),
    shift('wasserstein', 'negative scores', of(-1, -1), of(1, -1), 1),
  ],
  // Old fills ten bins evenly, new falls into the last one alone.
  psi: [
    shift(
      'psi',
      'ten bins and one',
      of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
      of(9, 9),
      9 * (1e-4 - 0.1) * Math.log(1e-4 / 0.1) + (1 - 0.1) * Math.log(1 / 0.1),
    ),
  ],
  auc: [
    ['a tie counts half', metric('separation', 'auc').compute([0.9, 0.5], [0.5, 0.1]), (1 + 1 + 0.5 + 1) / 4],
    ['apart', metric('separation', 'auc').compute([1], [0]), 1],
    ['equal', metric('separation', 'auc').compute([0, 0], [0]), 1 / 2],
  ],
  topMargin: [['the first gap', metric('margin', 'topMargin').compute([0.75, 0.5, 0.25]), 0.25]],
  annRecall: [['one of three missed', metric('index', 'annRecall').compute([0.9, 0.8, 0.6], [0.9, 0.8, 0.7], 3), 2 / 3]],
  // Centred, the columns are 1, −1, 0 and 1, 0, −1: (1 · 1)² / (2 · 2).
  cka: [geometry('cka', 'one column each', 1 / 4, space([6], [4], [5]), space([6], [5], [4]))],
  // Ranks of the three cosines 3, 1, 2 and 2, 1, 3: 1 − 6 · 2 / 24.
  rsa: [geometry('rsa', 'three rows', 1 / 2, space([1, 0], [3, 1], [0, 1]), space([1, 0], [1, 3], [0, 1]))],
  // √(2 + 8 − 2 · 4) / √8
  procrustes: [geometry('procrustes', 'twice the length', 1 / 2, space([1, 0], [0, 1]), space([2, 0], [0, 2]))],
  // Six rows have the same ten neighbours, six share nine of eleven.
  knnJaccard: [geometry('knnJaccard', 'two rows exchanged', (6 + (6 * 9) / 11) / 12, FAN, SWAPPED)],
  effectiveRank: [geometry('effectiveRank', 'a cross', 2, CROSS)],
  // Of six pairs two are opposite, four at right angles.
  anisotropy: [
    geometry('anisotropy', 'a cross', (2 * -1) / 6, CROSS),
    geometry('anisotropy', 'lengths do not count', 4 / 5, space([3, 4], [0, 1])),
  ],
  // Ten rows are found eleven times, the two at the ends five times: mean 10, moments 5 and −20.
  hubness: [geometry('hubness', 'a fan', -20 / 5 ** 1.5, FAN)],
  meanNorm: [geometry('meanNorm', 'lengths 5 and 1', 3, space([3, 4], [0, 1]))],
  untranslatedConsumers: [['one of two', countUntranslated([{ withinTolerance: true }, { withinTolerance: false }]), 1]],
  // At (3 − 1) · 0.95 = 1.9 of 10, 20, 30.
  queryMs: [['three queries', metric('cost', 'queryMs').compute([30, 10, 20]), 29]],
  coldLoadMs: [['three loads', metric('cost', 'coldLoadMs').compute([900, 700, 800]), 800]],
  bytesPerDocument: [['two documents', metric('cost', 'bytesPerDocument').compute([1600, 1700]), 1650]],
  modelBytes: [['two files', metric('cost', 'modelBytes').compute([33_000, 700]), 33_700]],
  costPerMillion: [['two documents', metric('cost', 'costPerMillion').compute([0.000002, 0.000004]), 3]],
  overlapLossOverNoise: [['the floor is raised to 1/k', lossOverNoise(0.4, 0.05, 10), 6]],
};
