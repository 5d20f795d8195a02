// Do costs keep their word? node benchmarks/costs/run.mjs [--simulated 400] [--real 40] [--write]
// Simulated: invented machines, the library's own bounds and others. Real: work of a fixed number of steps on this machine, as busy as it is.
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { normal, seededRandom } from '../../dist/core/random.js';
import { queryMs } from '../../dist/measure/metrics/cost/queryMs.js';
import { ratioBounds } from '../../dist/measure/stats/ratio-bounds.js';
import { DESIGN, inTurn } from '../../dist/studies/costs/timing.js';
import { SCENES } from './scenes.mjs';

const { values } = parseArgs({
  options: {
    simulated: { type: 'string', default: '400' },
    real: { type: 'string', default: '40' },
    write: { type: 'boolean', default: false },
  },
});

const CONFIDENCE = 0.95;
/** [true ratio, limit of the rule]. */
const CASES = [
  [1, 1],
  [1, 1.1],
  [1.2, 1.1],
  [1.2, 1.2],
  [1.2, 1.3],
];

/** The ratio's own order statistics, without the difference against the fastest block. */
function plainBounds(old, fresh) {
  const sorted = fresh.map((value, i) => value / old[i]).sort((a, b) => a - b);
  return { lower: sorted[3], upper: sorted[sorted.length - 4] };
}

/** Percentile bootstrap of blocks, of the mean log ratio. */
function bootstrapBounds(old, fresh, random) {
  const logs = fresh.map((value, i) => Math.log(value / old[i]));
  const means = Array.from({ length: 400 }, () => {
    let sum = 0;
    for (let i = 0; i < logs.length; i++) sum += logs[random.below(logs.length)];
    return sum / logs.length;
  }).sort((a, b) => a - b);
  return { lower: Math.exp(means[20]), upper: Math.exp(means[379]) };
}

const METHODS = {
  'as shipped': (old, fresh) => ratioBounds(old, fresh, CONFIDENCE),
  'order statistics of the ratio alone': plainBounds,
  'percentile bootstrap of blocks': bootstrapBounds,
};

async function blocksOf(machine, random, ratio, seed, tries) {
  const items = Array.from({ length: 300 }, () => 6 * Math.exp(0.35 * normal(random)));
  const work = { old: async (x) => machine(x), new: async (x) => machine(x * ratio) };
  const context = { config: { seed }, console: { progress() {} }, signal: new AbortController().signal };
  return inTurn(context, { name: 'queries', metric: queryMs, unit: 'ms', items, work, tries });
}

function outcome({ lower, upper }, limit) {
  return upper <= limit ? 'pass' : lower > limit ? 'fail' : 'open';
}

async function simulated(runs) {
  const rows = [];
  for (const [scene, make] of Object.entries(SCENES))
    for (const tries of [1, DESIGN.tries]) {
      const random = seededRandom(3, `costs ${scene} ${tries}`);
      const found = Object.fromEntries(Object.keys(METHODS).map((method) => [method, CASES.map(() => ({ pass: 0, fail: 0, open: 0 }))]));
      for (const ratio of new Set(CASES.map(([of]) => of)))
        for (let run = 0; run < runs; run++) {
          const { old, new: fresh } = await blocksOf(make(random), random, ratio, run, tries);
          for (const [method, bounds] of Object.entries(METHODS)) {
            const within = bounds(old, fresh, random);
            for (const [i, [of, limit]] of CASES.entries()) if (of === ratio) found[method][i][outcome(within, limit)]++;
          }
        }
      for (const [method, counts] of Object.entries(found)) rows.push({ scene, tries, method, counts });
    }
  return rows;
}

/** Steps of work that the compiler cannot leave out. */
function burn(steps) {
  let x = 0.5;
  for (let i = 0; i < steps; i++) x = Math.sin(x) + 1.0001;
  return x;
}

async function real(runs) {
  const found = CASES.map(() => ({ pass: 0, fail: 0, open: 0 }));
  const loads = [];
  for (const ratio of new Set(CASES.map(([of]) => of)))
    for (let run = 0; run < runs; run++) {
      const timed = (times) => async (steps) => {
        const start = performance.now();
        burn(Math.round(steps * times));
        return performance.now() - start;
      };
      const items = Array.from({ length: 100 }, (_, i) => 20_000 + 400 * i);
      const context = { config: { seed: run }, console: { progress() {} }, signal: new AbortController().signal };
      const work = { old: timed(1), new: timed(ratio) };
      const { old, new: fresh } = await inTurn(context, { name: 'queries', metric: queryMs, unit: 'ms', items, work });
      loads.push(loadavg()[0]);
      const within = ratioBounds(old, fresh, CONFIDENCE);
      for (const [i, [of, limit]] of CASES.entries()) if (of === ratio) found[i][outcome(within, limit)]++;
    }
  return { found, loads };
}

const percent = (count, all) => `${((100 * count) / all).toFixed(1)} %`;
const line = (cells) => `| ${cells.join(' | ')} |`;
const cell = ({ pass, fail, open }) => `${percent(pass, pass + fail + open)} / ${percent(fail, pass + fail + open)}`;
const head = CASES.map(([ratio, limit]) => `${ratio} at ${limit}`);

const rows = await simulated(Number(values.simulated));
const measured = await real(Number(values.real));
const sorted = [...measured.loads].sort((a, b) => a - b);
const page = `# Costs that keep their word

Written by \`node benchmarks/costs/run.mjs --write\`. A rule \`atMostTimes\` on the 95 % quantile of times, ${DESIGN.blocks} blocks of ${DESIGN.texts} items. Columns: the true ratio of the two versions, at the limit of the rule; each cell the share that passes / that fails. Stated: where the ratio is the limit (1 at 1, 1.2 at 1.2) at most 5 % pass and at most 5 % fail; 1.2 at 1.1 should never pass, 1.2 at 1.3 never fail.

## Simulated machines, ${values.simulated} runs each

${[line(['machine', 'tries', 'bounds', ...head]), line(['---', '--:', '---', ...head.map(() => '--:')]), ...rows.map(({ scene, tries, method, counts }) => line([scene, tries, method, ...counts.map(cell)]))].join('\n')}

## A real machine, ${values.real} runs each

${cpus()[0].model.trim()}, ${cpus().length} cores, shared with other work: load average ${sorted[0].toFixed(1)} to ${sorted.at(-1).toFixed(1)}, median ${sorted[sorted.length >> 1].toFixed(1)}.

${[line(head), line(head.map(() => '--:')), line(measured.found.map(cell))].join('\n')}
`;
if (values.write) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), page);
console.log(page);
