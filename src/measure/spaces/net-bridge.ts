import { normal, type Random } from '../../core/random.ts';
import { type Bridge, checked, extended, type Layer, type Pairs, takeMean } from './bridge.ts';
import { frobenius, rowProducts, transposed } from './linear-algebra.ts';
import { ridgeBridge } from './regression-bridge.ts';

/** Units of a net's first layer. */
const UNITS = 256;
/**
 * A net of two layers: the first drawn at random, the second ridge regression on the old vector and the units together. What is fitted
 * has one best solution, so a seed and the pairs decide every number.
 * Source: random features, Rahimi & Recht 2008, https://papers.nips.cc/paper/3495; straight connections, Pao et al. 1994, doi:10.1016/0925-2312(94)90053-1.
 * @param random of the first layer
 * @throws RangeError as {@link ridgeBridge} does
 */
export function netBridge(pairs: Pairs, random: Random): Bridge {
  const { rows, a } = checked(pairs);
  const hidden = drawnLayer(a, pairs.from, random);
  const wide = pairs.from + hidden.offset.length;
  return {
    ...ridgeBridge({ ...pairs, old: extended(a, pairs.from, hidden), from: wide }),
    method: 'net',
    pairs: rows,
    from: pairs.from,
    hidden,
  };
}

/** Units whose directions are normal at random; their values vary about as much, all together, as the vectors do. */
function drawnLayer(data: Float64Array, d: number, random: Random): Layer {
  const centredRows = data.slice();
  const mean = takeMean(centredRows, d);
  const length = frobenius(centredRows) / Math.sqrt(data.length / d);
  const scale = 1 / Math.sqrt(UNITS);
  const weights = Float64Array.from({ length: d * UNITS }, () => scale * normal(random));
  const moved = rowProducts(mean, transposed(weights, UNITS), d);
  return { weights, offset: moved.map((value) => length * scale * normal(random) - value) };
}
