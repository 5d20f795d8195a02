// Stated power against simulated: node benchmarks/verdict/power.mjs [--runs 1000] [--samples 150] [--needs 50,100]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../dist/core/random.js';
import { normalQuantile } from '../../dist/measure/stats/distributions.js';
import { clusterStandardError, columnByNeed, columnMean, indexNeeds, meanSkewness, spreadError } from '../../dist/measure/stats/needs.js';
import { passIfEqual, smallestDetectable } from '../../dist/measure/stats/power.js';
import { isAbove, meanAtLeast } from '../../dist/measure/stats/unseen-need.js';
import { clustered, sampleOf, scenesAt } from './scenes.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    samples: { type: 'string', default: '150' },
    needs: { type: 'string', default: '50,100,156,300' },
  },
});
const [MARGIN, CONFIDENCE] = [0.02, 0.95];
const [runs, samples] = [Number(values.runs), Number(values.samples)];
const pairs = JSON.parse(readFileSync(join(import.meta.dirname, 'helpdesk.json'), 'utf8'));
const jumps = '70 % zeros, jumps';

/** Every scene at a truth, paraphrases too. */
function scenes(truth) {
  const plain = scenesAt(truth, pairs);
  return { ...plain, [`${jumps}, 4 paraphrases a need`]: clustered(plain[jumps], 4) };
}

const mean = (of) => of.reduce((sum, value) => sum + value, 0) / of.length;
const down = ({ old, difference }) => ({ values: difference, typical: -mean(old), floor: -1 });
const up = ({ old, difference }) => ({ values: difference.map((d) => -d), typical: mean(old) - 1, floor: -1 });

/** What a verdict on this sample states: how often it would pass if nothing had changed, and the loss that it would notice in 8 of 10 cases. */
function statedOf(sample) {
  const { difference } = sample;
  const column = columnByNeed(indexNeeds([...difference.keys()].map((i) => String(i).padStart(5, '0'))), [...difference]);
  const estimate = columnMean(column);
  const z = normalQuantile(CONFIDENCE);
  const input = {
    standardError: clusterStandardError(column),
    unseen: mean(sample.old) / difference.length,
    spreadError: spreadError(column),
    needs: difference.length,
    below: estimate - meanAtLeast(down(sample), CONFIDENCE),
    above: -meanAtLeast(up(sample), CONFIDENCE) - estimate,
    skewness: meanSkewness(column),
    z: { below: z, above: z },
  };
  return { pass: passIfEqual(input, MARGIN), detectable: smallestDetectable(input) };
}

/** Share of samples of which something holds. */
function shareOf(seed, draw, needs, holds) {
  const random = seededRandom(needs, seed);
  let count = 0;
  for (let run = 0; run < runs; run++) count += Number(holds(sampleOf(draw, needs, random)));
  return count / runs;
}

const alpha = 1 - CONFIDENCE;
const notices = (sample) => isAbove(up(sample), 0, alpha);

/** How often a loss is noticed that verdicts call detectable, each verdict's own simulated a few times. */
function noticedOf(seed, losses, needs, lossy) {
  const each = Math.ceil(runs / losses.length);
  const random = seededRandom(needs, seed);
  let [count, of] = [0, 0];
  for (const loss of losses) {
    const draw = lossy(loss);
    if (draw === undefined) continue;
    for (let run = 0; run < each; run++, of++) count += Number(notices(sampleOf(draw, needs, random)));
  }
  return count / of;
}

const percent = (share) => `${(100 * share).toFixed(0)} %`;
const worst = { pass: 0, noticed: 0 };
for (const [scene, draw] of Object.entries(scenes(0)))
  for (const needs of values.needs.split(',').map(Number)) {
    const random = seededRandom(needs, `power ${scene}`);
    const stated = Array.from({ length: samples }, () => statedOf(sampleOf(draw, needs, random)));
    const pass = mean(stated.map((each) => each.pass));
    const losses = stated.map(({ detectable }) => detectable).filter((loss) => loss < 1);
    const passes = shareOf(`passes ${scene}`, draw, needs, (sample) => isAbove(down(sample), -MARGIN, alpha));
    const noticed = noticedOf(`notices ${scene}`, losses, needs, (loss) => scenes(-loss)[scene]);
    worst.pass = Math.max(worst.pass, Math.abs(pass - passes));
    worst.noticed = Math.max(worst.noticed, Math.abs(0.8 - noticed));
    console.log(
      `${scene}, ${needs} needs: states ${percent(pass)}, passes ${percent(passes)}; a loss of ${mean(losses).toFixed(3)} is noticed in ${percent(noticed)}`,
    );
  }
console.log(`worst: ${(100 * worst.pass).toFixed(1)} points apart for passes, ${(100 * worst.noticed).toFixed(1)} for what is noticed`);
