// False passes of whoever gates after each of ten sheets of judgements: node benchmarks/verdict/looks.mjs [--runs 10000]
import { parseArgs } from 'node:util';
import { seededRandom } from '../../dist/core/random.js';
import { METHODS } from './methods.mjs';
import { sampleOf, scenesAt } from './scenes.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10000' } } });
const [MARGIN, ALPHA, NEEDS, LOOKS] = [0.02, 0.05, 100, 10];
const runs = Number(values.runs);

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

for (const scene of ['70 % zeros, jumps', 'few large losses, many small gains', 'a share loses 0.5; all had 0.5']) {
  const draw = scenesAt(-MARGIN)[scene];
  const random = seededRandom(NEEDS, `looks, ${scene}`);
  let [any, last, undone] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const sample = sampleOf(draw, NEEDS, random);
    const doubt = sample.difference.map(() => 0.2 * random.next() ** 4);
    const passed = Array.from(
      { length: LOOKS },
      (_, look) => METHODS['Gaffke, unseen need'](seenAt(sample, doubt, look), MARGIN, ALPHA).pass,
    );
    any += Number(passed.includes(true));
    last += Number(passed.at(-1));
    undone += Number(passed.includes(true) && !passed.at(-1));
  }
  const percent = (count) => `${((100 * count) / runs).toFixed(2)} %`;
  console.log(
    `${scene}: any of ${LOOKS} looks passes ${percent(any)}, the last alone ${percent(last)}; passes undone later: ${undone} of ${runs}`,
  );
}
