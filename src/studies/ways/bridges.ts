import { seededRandom, shuffled } from '../../core/random.ts';
import { across, type Bridge, type BridgeMethod, orthogonalBridge, type Pairs, rounded } from '../../measure/spaces/bridge.ts';
import { netBridge } from '../../measure/spaces/net-bridge.ts';
import { lowRankBridge, ridgeBridge } from '../../measure/spaces/regression-bridge.ts';
import type { VectorSet } from '../../model/vectors.ts';
import { pause } from '../backfill-forecast.ts';
import type { StudyContext, VersionVectors } from '../study.ts';

/** Pairs that bridges are fitted on; the most that half of the documents allow is among them. */
const PAIRS = [100, 400, 1_600, 6_400];
/** Above so many dimensions bridges are fitted on few pairs only: the cost goes with the third power of the smaller of both. */
const MOST_DIMENSIONS = 1_024;
const FEW_PAIRS = 400;
/** Fewer pairs fit nothing. */
export const LEAST_PAIRS = 20;
/** Documents carried over between two looks at whether to stop. */
const AT_ONCE = 4_096;

export type Vectors = { readonly old: VersionVectors<'old'>; readonly new: VersionVectors<'new'> };

/** A bridge before it is fitted. */
export interface BridgePlan {
  readonly method: BridgeMethod;
  readonly pairs: number;
}

const FITTINGS: { readonly [M in BridgeMethod]: (pairs: Pairs, seed: number) => Bridge } = {
  orthogonal: orthogonalBridge,
  ridge: ridgeBridge,
  'low-rank': lowRankBridge,
  net: (pairs, seed) => netBridge(pairs, seededRandom(seed, 'ways-net')),
};

/** What decides which bridges are tried; goes up with how they are fitted. */
export const BRIDGES = { pairs: PAIRS, methods: Object.keys(FITTINGS) as BridgeMethod[], form: 3 };

/**
 * Numbers of pairs that are tried, ascending.
 * @param most pairs that there are
 * @example curveOf(900) // 100, 400, 900
 */
export function curveOf(most: number): number[] {
  const [largest = most] = PAIRS.slice(-1);
  return [...PAIRS.filter((pairs) => pairs < Math.min(most, largest)), Math.min(most, largest)];
}

/** The learning curve of every kind of bridge. Empty where there are too few pairs. */
export function bridgesTried({ old, new: fresh }: Vectors): BridgePlan[] {
  const most = Math.floor(old.documents.ids.length / 2);
  if (most < LEAST_PAIRS) return [];
  const widest = Math.max(old.documents.dimension, fresh.documents.dimension);
  const curve = curveOf(widest > MOST_DIMENSIONS ? Math.min(most, FEW_PAIRS) : most);
  return BRIDGES.methods.flatMap((method) => curve.map((pairs) => ({ method, pairs })));
}

/** A bridge and the documents that it has not seen. */
export interface FittedBridge {
  readonly bridge: Bridge;
  /** Rows of the documents, in no order. */
  readonly heldOut: readonly number[];
}

/** Two bridges, each fitted on documents of one half and to be used on those of the other, whatever else is asked. */
export function fittedBridges(
  seed: number,
  { old, new: fresh }: Vectors,
  { method, pairs }: BridgePlan,
): readonly [FittedBridge, FittedBridge] {
  const [from, to] = [old.documents.dimension, fresh.documents.dimension];
  const order = shuffled(seededRandom(seed, 'ways-halves'), old.documents.ids.length);
  const middle = Math.ceil(order.length / 2);
  const bridgeOf = (fitted: readonly number[], heldOut: readonly number[]): FittedBridge => {
    const rows = fitted.slice(0, pairs);
    const bridge = FITTINGS[method]({ old: rowsOf(old.documents, rows), new: rowsOf(fresh.documents, rows), from, to }, seed);
    return { bridge: rounded(bridge), heldOut };
  };
  const halves = [order.slice(0, middle), order.slice(middle)] as const;
  return [bridgeOf(halves[1], halves[0]), bridgeOf(halves[0], halves[1])];
}

/** Every old document as a bridge has it that was fitted on documents of the other half. */
export async function crossFitted(
  { config, signal }: Pick<StudyContext, 'config' | 'signal'>,
  vectors: Vectors,
  plan: BridgePlan,
): Promise<Float32Array> {
  const to = vectors.new.documents.dimension;
  const { documents } = vectors.old;
  const result = new Float32Array(documents.ids.length * to);
  for (const { bridge, heldOut } of fittedBridges(config.seed, vectors, plan))
    for (let first = 0; first < heldOut.length; first += AT_ONCE) {
      const rows = heldOut.slice(first, first + AT_ONCE);
      const mapped = across(bridge, rowsOf(documents, rows));
      rows.forEach((row, place) => {
        result.set(mapped.subarray(place * to, (place + 1) * to), row * to);
      });
      await pause({ signal });
    }
  return result;
}

export function rowsOf({ data, dimension }: VectorSet, rows: readonly number[]): Float32Array {
  const picked = new Float32Array(rows.length * dimension);
  rows.forEach((row, place) => {
    picked.set(data.subarray(row * dimension, (row + 1) * dimension), place * dimension);
  });
  return picked;
}
