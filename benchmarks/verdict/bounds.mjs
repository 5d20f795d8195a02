// atLeast and atMost with `bound: lower` or `upper`: how often they pass where the true mean is the limit.
// node benchmarks/verdict/bounds.mjs [--runs 10000]
import { parseArgs } from 'node:util';
import { seededRandom } from '../../dist/core/random.js';
import { isAbove } from '../../dist/measure/stats/unseen-need.js';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10000' } } });
const runs = Number(values.runs);
const [ALPHA, SIZES] = [0.05, [20, 40, 100, 300]];

/** Values of needs in [0, 1], with their mean. */
const SCENES = {
  'found or not, 0.9': [0.9, (random) => Number(random.next() < 0.9)],
  'found or not, 0.98': [0.98, (random) => Number(random.next() < 0.98)],
  'recall of 3 documents, each found in 0.8': [0.8, (random) => [0, 0, 0].filter(() => random.next() < 0.8).length / 3],
  'recall, all or none of 10': [0.7, (random) => Number(random.next() < 0.7)],
  'pass rate of 10 pairs, each need another': [
    0.5,
    (random) => {
      const rate = random.next();
      return Array.from({ length: 10 }, () => Number(random.next() < rate)).reduce((sum, one) => sum + one, 0) / 10;
    },
  ],
  'F1, most near 1 and some at 0': [0.9 * 0.95, (random) => (random.next() < 0.1 ? 0 : 0.9 + 0.1 * random.next())],
  'rare, 0.02': [0.02, (random) => Number(random.next() < 0.02)],
};

console.log(`Passes in %, the true mean at the limit, stated 5; ${runs} samples a cell`);
console.log(`| values | bound | ${SIZES.map((needs) => `${needs} needs`).join(' | ')} |`);
console.log(`| --- | --- | ${SIZES.map(() => '--:').join(' | ')} |`);
let worst = 0;
for (const [name, [mean, draw]] of Object.entries(SCENES)) {
  const rates = SIZES.map((needs) => {
    const random = seededRandom(needs, `bounds ${name}`);
    let [lower, upper] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const sample = Float64Array.from({ length: needs }, () => draw(random));
      lower += Number(isAbove({ values: sample, typical: 0, floor: 0 }, mean, ALPHA));
      upper += Number(isAbove({ values: sample.map((value) => -value), typical: -1, floor: -1 }, -mean, ALPHA));
    }
    return [lower / runs, upper / runs];
  });
  for (const [i, bound] of ['lower', 'upper'].entries())
    console.log(`| ${name} | ${bound} | ${rates.map((rate) => (100 * rate[i]).toFixed(1)).join(' | ')} |`);
  worst = Math.max(worst, ...rates.flat());
}
console.log(`\nworst: ${(100 * worst).toFixed(2)} %`);
