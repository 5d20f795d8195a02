// False fails of all that is judged together, by the gate's own p-values: node benchmarks/verdict/families.mjs [--runs 2000]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../dist/core/random.js';
import { pWorse } from '../../dist/gate/bounds.js';
import { columnByNeed, indexNeeds } from '../../dist/measure/stats/needs.js';
import { sampleOf, scenesAt } from './scenes.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '2000' } } });
const [MARGIN, ALPHA, SLICES] = [0.02, 0.05, 6];
const runs = Number(values.runs);
const pairs = JSON.parse(readFileSync(join(import.meta.dirname, 'helpdesk.json'), 'utf8'));

/** What the gate compares, of some needs of a sample. */
function comparison(old, difference) {
  const counted = columnByNeed(indexNeeds([...difference.keys()].map(String)), [...difference]);
  const had = old.reduce((sum, value) => sum + value, 0) / old.length;
  const room = { loss: had, gain: 1 - had, width: 1, isBounded: true };
  return { rule: { margin: MARGIN }, improvement: { counted, least: counted, most: counted }, room };
}

/** Whether anything fails: Holm rejects something exactly when its first step does. A rule has half of the error, a slice a share of its rule's. */
function anyFails({ old, difference }) {
  const alone = (item, level) => pWorse(item, level) < level;
  const own = (values, slice) => values.filter((_, i) => i % SLICES === slice);
  if (alone(comparison(old, difference), ALPHA / 2)) return true;
  return Array.from({ length: SLICES }, (_, slice) => comparison(own(old, slice), own(difference, slice))).some((item) =>
    alone(item, ALPHA / 2 / SLICES),
  );
}

console.log(
  `A rule over all needs and one over ${SLICES} slices, truth exactly the margin everywhere, ${runs} samples: how often anything fails`,
);
for (const [scene, draw] of Object.entries(scenesAt(-MARGIN, pairs)))
  for (const needs of [180, 600]) {
    const random = seededRandom(needs, `families, ${scene}`);
    let fails = 0;
    for (let run = 0; run < runs; run++) fails += Number(anyFails(sampleOf(draw, needs, random)));
    console.log(`${scene}, ${needs} needs: ${((100 * fails) / runs).toFixed(1)} %`);
  }
