// Stated power against simulated: node benchmarks/verdict/power.mjs [--runs 2000] [--samples 200] [--needs 20,30,50,100,156,300] [--only WORDS] [--write]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../dist/core/random.js';
import { simulatedPower } from '../../dist/gate/power.js';
import { columnByNeed, indexNeeds } from '../../dist/measure/stats/needs.js';
import { isAbove } from '../../dist/measure/stats/unseen-need.js';
import { clustered, helpdesk, sampleOf, scenesAt, tilt, weighted } from './scenes.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    samples: { type: 'string', default: '200' },
    needs: { type: 'string', default: '20,30,50,100,156,300' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});
const [MARGIN, ALPHA, POPULATION] = [0.02, 0.05, 10_000];
const [runs, samples] = [Number(values.runs), Number(values.samples)];
const jumps = '70 % zeros, jumps';

const mean = (of) => of.reduce((sum, value) => sum + value, 0) / of.length;
const passes = ({ old, difference }) => isAbove({ values: difference, typical: -mean(old), floor: -1 }, -MARGIN, ALPHA);
const notices = ({ old, difference }) => isAbove({ values: difference.map((d) => -d), typical: mean(old) - 1, floor: -1 }, 0, ALPHA);

/** What a verdict on this sample states: how often it would pass if nothing had changed, and the loss that it would notice in 8 of 10 cases. */
function statedOf({ old, difference }, seed) {
  const labels = [...difference.keys()].map((i) => String(i).padStart(5, '0'));
  const counted = columnByNeed(indexNeeds(labels), [...difference]);
  const improvement = { counted, least: counted, most: counted, pairs: null };
  const room = { loss: mean(old), gain: 1 - mean(old), width: 1, isBounded: true };
  const item = { id: 'nDCG@10', rule: { kind: 'nonInferior', margin: MARGIN }, needs: difference.length, improvement, room };
  return simulatedPower(item, { level: ALPHA }, seed, ALPHA);
}

/** A scene as a population in which losses are more frequent and gains rarer, the large ones no more than usual ones, until its mean is the loss. */
function lossy(scene, draw) {
  const { old, difference } = sampleOf(draw, POPULATION, seededRandom(1, `population ${scene}`));
  const all = [...difference];
  const usual = Math.sqrt(mean(all.map((d) => d * d)));
  const scores = all.map((d) => Math.max(-usual, Math.min(usual, d)));
  const ones = all.map(() => 1);
  const worst = mean(all.filter((d) => d <= Math.max(-usual, Math.min(...all))));
  return (loss) =>
    loss >= -0.98 * worst
      ? null
      : weighted(
          all.map((d, i) => [old[i], d]),
          tilt(all, ones, -loss, scores),
        );
}

/** Share of samples of which something holds. */
function shareOf(draw, needs, holds, { count, random }) {
  let held = 0;
  for (let run = 0; run < count; run++) held += Number(holds(sampleOf(draw, needs, random)));
  return held / count;
}

function cellOf(scene, draw, needs) {
  const random = seededRandom(needs, `power ${scene}`);
  const stated = Array.from({ length: samples }, (_, seed) => statedOf(sampleOf(draw, needs, random), seed));
  const from = lossy(scene, draw);
  const losses = stated.flatMap(({ detectable }) => (detectable === null ? [] : [detectable]));
  const populations = losses.flatMap((loss) => from(loss) ?? []);
  const count = Math.ceil(runs / Math.max(1, populations.length));
  return {
    pass: mean(stated.map((each) => each.passIfEqual)),
    passes: shareOf(draw, needs, passes, { count: runs, random }),
    loss: mean(losses),
    // Where most of what is stated is more than needs like these could lose, nothing can be simulated.
    noticed: populations.length < samples / 2 ? null : mean(populations.map((each) => shareOf(each, needs, notices, { count, random }))),
  };
}

const lines = [];
/** A line of the table, as it is known. */
function say(line) {
  lines.push(line);
  console.log(line);
}

const percent = (share) => (share === null ? '–' : (100 * share).toFixed(0));
const plain = scenesAt(0, helpdesk());
const apart = { pass: [], noticed: [] };
say('| scene | needs | states a pass in % | passes in % | loss stated | noticed in % |');
say('| --- | --: | --: | --: | --: | --: |');
for (const [scene, draw] of Object.entries({ ...plain, [`${jumps}, 4 paraphrases a need`]: clustered(plain[jumps], 4) })) {
  if (!scene.includes(values.only)) continue;
  for (const needs of values.needs.split(',').map(Number)) {
    const { pass, passes, loss, noticed } = cellOf(scene, draw, needs);
    apart.pass.push(Math.abs(pass - passes));
    if (noticed !== null) apart.noticed.push(Math.abs(noticed - 0.8));
    say(`| ${scene} | ${needs} | ${percent(pass)} | ${percent(passes)} | ${loss.toFixed(3)} | ${percent(noticed)} |`);
  }
}
for (const [what, all] of Object.entries(apart))
  say(
    `${what}: ${all.filter((points) => points <= 0.05).length} of ${all.length} within 5 points, at most ${(100 * Math.max(...all)).toFixed(1)}`,
  );
const head = `# Stated power against simulated power

Written by \`node benchmarks/verdict/power.mjs --write\`: ${samples} samples a cell state how often they would pass if nothing changed, and the
loss that they would notice in 80 %; ${runs} samples of the population say how often that is so. Margin ${MARGIN}, stated error 5 %. A loss is
planted by making losses more frequent, large ones no more than usual ones. No figure where most samples state more than needs like
these could lose.

`;
if (values.write)
  writeFileSync(
    join(import.meta.dirname, 'POWER.md'),
    `${head}${lines
      .join('\n')
      .replace(/^pass:/m, '\npass:')
      .replace(/^noticed:/m, '\nnoticed:')}\n`,
  );
