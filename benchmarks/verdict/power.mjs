// Stated power against simulated, where nothing changed: node benchmarks/verdict/power.mjs [--runs 1000] [--samples 150] [--needs 50,100]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../dist/core/random.js';
import { normalQuantile } from '../../dist/measure/stats/distributions.js';
import { clusterStandardError, columnByNeed, columnMean, indexNeeds, meanSkewness } from '../../dist/measure/stats/needs.js';
import { passIfEqual } from '../../dist/measure/stats/power.js';
import { meanAtLeast, pAtMost } from '../../dist/measure/stats/unseen-need.js';
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
const plain = scenesAt(0, pairs);
const scenes = { ...plain, '70 % zeros, jumps, 4 paraphrases a need': clustered(plain['70 % zeros, jumps'], 4) };

/** `passIfEqual` as a verdict on this sample states it. */
function statedOf(sample, difference) {
  const column = columnByNeed(indexNeeds([...difference.keys()].map((i) => String(i).padStart(5, '0'))), [...difference]);
  const below = columnMean(column) - meanAtLeast(sample, CONFIDENCE);
  const z = { below: normalQuantile(CONFIDENCE), above: 0 };
  const input = {
    standardError: clusterStandardError(column),
    needs: difference.length,
    below,
    above: 0,
    skewness: meanSkewness(column),
    z,
  };
  return passIfEqual(input, MARGIN);
}

let worst = 0;
for (const [scene, draw] of Object.entries(scenes))
  for (const needs of values.needs.split(',').map(Number)) {
    const random = seededRandom(needs, `power ${scene}`);
    let [passes, stated] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const { old, difference } = sampleOf(draw, needs, random);
      const sample = { values: difference, typical: -old.reduce((sum, value) => sum + value, 0) / needs, floor: -1 };
      passes += Number(pAtMost(sample, -MARGIN, 1 - CONFIDENCE) < 1 - CONFIDENCE) / runs;
      if (run < samples) stated += statedOf(sample, difference) / samples;
    }
    worst = Math.max(worst, Math.abs(stated - passes));
    console.log(`${scene}, ${needs} needs: states ${(100 * stated).toFixed(0)} %, passes ${(100 * passes).toFixed(0)} %`);
  }
console.log(`worst: ${(100 * worst).toFixed(1)} points apart`);
