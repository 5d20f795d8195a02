import { seededRandom, shuffled } from '../../dist/core/random.js';
import { gateInput } from '../../dist/gate/gate-input.js';
import { judgeWays } from '../../dist/gate/ways.js';

/** Both measures are better when higher. */
const METRICS = { nDCG: { direction: 'higher' }, R: { direction: 'higher' } };

/** What the gate looks at to judge ways, of some of the queries: the others have no judgement. */
function evaluationOf({ found, needs }, kept) {
  const own = (values) => values.map((value, i) => (kept[i] ? value : null));
  const ways = found.ways.map((way) => ({
    ...way,
    values: Object.fromEntries(Object.entries(way.values).map(([name, values]) => [name, own(values)])),
  }));
  const [first = []] = Object.values(found.ways[0].values);
  const judged = first.map((value, i) => value !== null && kept[i]);
  return { seed: 7, dataset: {}, metrics: METRICS, queries: { needs, judged }, studies: { ways: { ...found, ways } } };
}

/**
 * Judges every way on a random half of the needs, and looks at the other half.
 * @param {{ found: import('../../dist/model/studies.js').Ways, needs: readonly string[] }} measured
 * @param {import('../../dist/model/policy.js').Policy} policy
 * @param {number} splits
 * @returns {{ way: string, advised: boolean, fails: boolean, below: boolean }[]} one a way that passed on the one half: whether it was
 * the one advised, whether it fails on the other half by the same rules, and whether its mean there is below the margin
 */
export function passedWays(measured, policy, splits) {
  const labels = [...new Set(measured.needs)];
  const results = [];
  for (let split = 0; split < splits; split++) {
    const order = shuffled(seededRandom(split, 'ways-split'), labels.length);
    const inFirst = new Set(order.slice(0, Math.floor(labels.length / 2)).map((i) => labels[i]));
    const half = (isFirst) => {
      const kept = measured.needs.map((need) => inFirst.has(need) === isFirst);
      return judgeWays(gateInput(evaluationOf(measured, kept), policy), 'pass');
    };
    const [seen, held] = [half(true), half(false)];
    for (const { id, outcome } of seen?.ways ?? []) {
      if (outcome !== 'pass') continue;
      const other = held.ways.find((way) => way.id === id);
      const below = other.results.some(
        ({ measure, difference }) => difference < -policy.rules.find(({ metric }) => metric === measure).margin,
      );
      results.push({ way: id, advised: seen.cheapest === id, fails: other.outcome === 'fail', below });
    }
  }
  return results;
}
