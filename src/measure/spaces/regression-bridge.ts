import { type Bridge, type BridgeMethod, checked, type Pairs, rightOf, scaled, takeMean } from './bridge.ts';
import { crossProduct, frobenius, rowProducts, transposed } from './linear-algebra.ts';

/** Penalties that are tried, as shares of the mean eigenvalue. */
const PENALTIES = [0.001, 0.01, 0.1, 1, 10];
/** Pairs that each penalty is tried on. */
const TRIED = 300;

/**
 * Ridge regression of new vectors on old ones, with an offset; the penalty is the one that predicts each pair best from all the others.
 * Source: Hoerl & Kennard 1970, doi:10.1080/00401706.1970.10488634; leaving one out: Allen 1974, doi:10.1080/00401706.1974.10489157.
 * @throws RangeError unless both sides have the same number of rows, two at least
 * @example ridgeBridge({ old: [0, 1, 2], new: [1, 3, 5], from: 1, to: 1 }) // weights 1.998, offset 1.002
 */
export function ridgeBridge(pairs: Pairs): Bridge {
  const solved = solve(pairs);
  return placedBack('ridge', pairs, solved, solved.weights);
}

/**
 * Ridge regression whose predictions keep to the few directions in which they vary most; how many predicts each pair best from all the
 * others. Where the new space has directions that the old one knows nothing of, a full matrix fills them with noise.
 * Source: reduced-rank regression, Izenman 1975, doi:10.1016/0047-259X(75)90042-1; with a penalty, Mukherjee & Zhu 2011, doi:10.1002/sam.10138.
 * @throws RangeError as {@link ridgeBridge} does
 */
export function lowRankBridge(pairs: Pairs): Bridge {
  const { to } = pairs;
  const solved = solve(pairs);
  const { values, vectors } = rightOf(rowProducts(solved.a, transposed(solved.weights, to), pairs.from), to);
  const order = values.map((_, j) => j).sort((x, y) => (values[y] as number) - (values[x] as number));
  const kept = order.slice(0, bestRank(solved, vectors, order));
  // Float64Array [to × rank], the strongest direction first.
  const directions = Float64Array.from({ length: to * kept.length }, (_, i) => {
    const [row, j] = [Math.floor(i / kept.length), kept[i % kept.length] as number];
    return vectors[row * values.length + j] as number;
  });
  const placed = rowProducts(solved.weights, transposed(directions, kept.length), to);
  return placedBack('low-rank', pairs, solved, rowProducts(placed, directions, kept.length));
}

/** Directions after which another one predicts the left-out pairs no better; one at least. */
function bestRank({ fit, factors }: Solved, vectors: Float64Array, order: readonly number[]): number {
  const { to } = fit;
  const { truth, missed } = leftOut(fit, factors);
  const columns = transposed(vectors, order.length);
  const [known, wrong] = [rowProducts(truth, columns, to), rowProducts(missed, columns, to)];
  let [sum, least, rank] = [0, Number.POSITIVE_INFINITY, 1];
  order.forEach((j, place) => {
    for (let i = j; i < known.length; i += order.length) sum += (wrong[i] as number) ** 2 - (known[i] as number) ** 2;
    if (sum < least) [least, rank] = [sum, place + 1];
  });
  return rank;
}

/** A ridge regression on centred pairs. */
interface Solved {
  /** Float64Array [n × from], centred. */
  readonly a: Float64Array;
  readonly meanA: Float64Array;
  readonly meanC: Float64Array;
  /** Float64Array [from × to]. */
  readonly weights: Float64Array;
  readonly fit: Fit;
  /** One a direction of the old space. */
  readonly factors: readonly number[];
}

function solve(pairs: Pairs): Solved {
  const { from, to } = pairs;
  const { rows, a, c } = checked(pairs);
  if (rows < 2) throw new RangeError('One pair is too few for an offset.');
  const [meanA, meanC] = [takeMean(a, from), takeMean(c, to)];
  const { values, vectors } = rightOf(a, from);
  const rank = values.length;
  const unit = Math.max(values.reduce((sum, value) => sum + value, 0) / from, Number.MIN_VALUE);
  const placed = rowProducts(a, transposed(vectors, rank), from);
  const fit: Fit = { rows, placed, c, rank, to, turned: crossProduct(placed, rank, c, to) };
  const shrinking = PENALTIES.map((penalty) => values.map((value) => 1 / (Math.max(value, 0) + penalty * unit)));
  const errors = shrinking.map((tried) => frobenius(leftOut(fit, tried).missed));
  const factors = shrinking[errors.indexOf(errors.reduce((least, error) => Math.min(least, error)))] as readonly number[];
  const weights = rowProducts(scaled(vectors, factors), transposed(fit.turned, to), rank);
  return { a, meanA, meanC, weights, fit, factors };
}

/** A map of centred vectors as one of vectors: the means move into the offset. */
function placedBack(method: BridgeMethod, { from, to }: Pairs, { meanA, meanC, fit }: Solved, weights: Float64Array): Bridge {
  const moved = rowProducts(meanA, transposed(weights, to), from);
  return { method, pairs: fit.rows, from, to, weights, offset: meanC.map((value, i) => value - (moved[i] as number)) };
}

interface Fit {
  readonly rows: number;
  /** Float64Array [n × rank]: A·V, centred. */
  readonly placed: Float64Array;
  /** Float64Array [n × to], centred. */
  readonly c: Float64Array;
  readonly rank: number;
  readonly to: number;
  /** Float64Array [rank × to]: Vᵀ·Aᵀ·C. */
  readonly turned: Float64Array;
}

/** Some pairs, and by how much each is missed when it is predicted from all the others: Float64Array [some × to] each. */
function leftOut({ rows, placed, c, rank, to, turned }: Fit, factors: readonly number[]) {
  const step = Math.ceil(rows / TRIED);
  const chosen = Array.from({ length: Math.ceil(rows / step) }, (_, i) => i * step);
  const some = (of: Float64Array, d: number) => Float64Array.from(chosen.flatMap((row) => [...of.subarray(row * d, (row + 1) * d)]));
  const [where, truth] = [some(placed, rank), some(c, to)];
  const predicted = rowProducts(scaled(where, factors), transposed(turned, to), rank);
  const missed = new Float64Array(truth.length);
  chosen.forEach((_, i) => {
    let leverage = 1 / rows;
    for (let j = 0; j < rank; j++) leverage += (where[i * rank + j] as number) ** 2 * (factors[j] as number);
    const rest = Math.max(1 - leverage, 1e-9);
    for (let j = i * to; j < (i + 1) * to; j++) missed[j] = ((truth[j] as number) - (predicted[j] as number)) / rest;
  });
  return { truth, missed };
}
