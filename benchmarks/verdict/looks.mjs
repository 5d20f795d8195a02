// False passes of whoever looks again: node benchmarks/verdict/looks.mjs [--runs 10000] [--only judging|needs] [--scenes all]
// First by judging more of the same needs, then by adding needs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../dist/core/random.js';
import { spentAt } from '../../dist/gate/looks.js';
import { isAbove } from '../../dist/measure/stats/unseen-need.js';
import { sampleOf, scenesAt } from './scenes.mjs';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '10000' }, only: { type: 'string' }, scenes: { type: 'string', default: 'worst' } },
});
const [MARGIN, ALPHA, NEEDS, LOOKS] = [0.02, 0.05, 100, 10];
const runs = Number(values.runs);
const pairs = JSON.parse(readFileSync(join(import.meta.dirname, 'helpdesk.json'), 'utf8'));
const scenes = scenesAt(-MARGIN, pairs);
const percent = (count) => `${((100 * count) / runs).toFixed(2)} %`;
const mean = (of) => of.reduce((sum, value) => sum + value, 0) / of.length;
const passes = ({ old, difference }, alpha) => isAbove({ values: difference, typical: -mean(old), floor: -1 }, -MARGIN, alpha);

/**
 * What a look sees: before a need is judged in full its worst case is below what it will turn out to be, and what it had may be more.
 * Both only draw nearer.
 */
function seenAt({ old, difference }, doubt, look) {
  const left = 1 - look / (LOOKS - 1);
  return {
    old: old.map((value, i) => Math.min(1, value + doubt[i] * left)),
    difference: difference.map((value, i) => Math.max(-1, value - doubt[i] * left)),
  };
}

function judgingMore(scene) {
  const random = seededRandom(NEEDS, `looks, ${scene}`);
  let [any, last, undone] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const sample = sampleOf(scenes[scene], NEEDS, random);
    const doubt = sample.difference.map(() => 0.2 * random.next() ** 4);
    const passed = Array.from({ length: LOOKS }, (_, look) => passes(seenAt(sample, doubt, look), ALPHA));
    any += Number(passed.includes(true));
    last += Number(passed.at(-1));
    undone += Number(passed.includes(true) && !passed.at(-1));
  }
  console.log(
    `${scene}: any of ${LOOKS} looks passes ${percent(any)}, the last alone ${percent(last)}; passes undone later: ${undone} of ${runs}`,
  );
}

/** How many needs each look has: any stopping rule that asks for a pass passes at most as often as stopping at the first. */
const GROWTHS = [
  [50, 75, 100, 156, 225, 300],
  [100, 125, 156, 200, 250, 300],
  [156, 300],
];

/** Those in which looking again passes most often of all of scenes.mjs, by 1,500 samples each. */
const WORST = [
  '70 % zeros, jumps',
  'few large losses, many small gains',
  'a share loses 1; all had 1',
  'a share loses all; 80 % had 1, others 0',
  'a share loses all; old values 0.05 or 1',
  'only those that had 1 lose it, others gain 0.01',
];

/** A part of a sample, the first needs. */
const first = ({ old, difference }, needs) => ({ old: old.subarray(0, needs), difference: difference.subarray(0, needs) });

function addingNeeds(scene, sizes) {
  const random = seededRandom(sizes[0], `needs, ${scene}`);
  // What it would be without spending gets a tenth of the samples: nothing is claimed of it.
  const compared = Math.ceil(runs / 10);
  let [once, spent, unspent] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const sample = sampleOf(scenes[scene], sizes.at(-1), random);
    const atFirst = passes(first(sample, sizes[0]), ALPHA);
    once += Number(atFirst);
    spent += Number(atFirst || sizes.slice(1).some((needs, i) => passes(first(sample, needs), spentAt(ALPHA, i + 1))));
    if (run < compared) unspent += Number(atFirst || sizes.slice(1).some((needs) => passes(first(sample, needs), ALPHA)));
  }
  console.log(
    `${scene}, ${sizes.join(', ')} needs: the first look passes ${percent(once)}, any ${percent(spent)}; without spending ${((100 * unspent) / compared).toFixed(1)} %`,
  );
  return spent / runs;
}

if (values.only !== 'needs') {
  console.log('Ten looks at the same 100 needs, judged further each time:');
  for (const scene of ['70 % zeros, jumps', 'few large losses, many small gains', 'a share loses 0.5; all had 0.5']) judgingMore(scene);
}
if (values.only !== 'judging') {
  console.log('Needs added after each look, stopping at the first pass:');
  const rates = GROWTHS.flatMap((sizes) =>
    (values.scenes === 'all' ? Object.keys(scenes) : WORST).map((scene) => addingNeeds(scene, sizes)),
  );
  console.log(`worst: ${(100 * Math.max(...rates)).toFixed(2)} %`);
}
