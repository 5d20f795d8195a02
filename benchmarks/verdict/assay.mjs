// Predicted against observed detection: does harm of the size that a verdict calls noticed in 8 of 10 cases fail as often?
// node benchmarks/verdict/assay.mjs --runs DIR [--draws 1000] [--plants 8] [--write]; DIR is what collections.mjs wrote.
// Harm is planted again, with other seeds and at the sizes that lose as much, searched for real and judged over fresh sets of needs.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../dist/core/random.js';
import { isAbove } from '../../dist/measure/stats/unseen-need.js';
import { loadVectors } from '../../dist/project/vectors.js';
import { withWorkspace } from '../../dist/project/workspace.js';
import { harmsAt } from '../../dist/studies/harms.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    draws: { type: 'string', default: '1000' },
    plants: { type: 'string', default: '8' },
    write: { type: 'boolean', default: false },
  },
});
const [MEASURE, MARGIN, ALPHA] = ['nDCG@10', 0.02, 0.05];
const [draws, plants] = [Number(values.draws), Number(values.plants)];
const mean = (of) => of.reduce((sum, value) => sum + value, 0) / of.length;

/** Share of sets of as many needs in which the rule fails. */
function failing(old, difference, label) {
  const random = seededRandom(11, label);
  let fails = 0;
  for (let draw = 0; draw < draws; draw++) {
    const picked = Array.from(old, () => random.below(old.length));
    const gain = Float64Array.from(picked, (i) => -difference[i]);
    fails += Number(isAbove({ values: gain, typical: mean(old) - 1, floor: -1 }, MARGIN, ALPHA));
  }
  return fails / draws;
}

/** The size of a harm at which so much is lost, by halving, and the differences there. */
async function sizeOf(loss, kind, plant) {
  let [low, high] = [0, { noise: 2, dimensions: 0.98, shift: 8 }[kind]];
  let found = null;
  for (let step = 0; step < 9; step++) {
    const size = (low + high) / 2;
    const difference = await plant(kind, size);
    if (found === null || Math.abs(-mean(difference) - loss) < Math.abs(-mean(found) - loss)) found = difference;
    if (-mean(difference) < loss) low = size;
    else high = size;
  }
  return found;
}

async function ofCollection(folder, name) {
  const configFile = join(folder, `${name}.json`);
  const output = join(folder, name);
  const { studies } = JSON.parse(readFileSync(join(output, 'evaluation.json'), 'utf8'));
  const { assay = [] } = JSON.parse(readFileSync(join(output, 'verdict.json'), 'utf8'));
  const judged = studies.harms.old[MEASURE].map((value, i) => (value === null ? -1 : i)).filter((i) => i >= 0);
  const old = judged.map((i) => studies.harms.old[MEASURE][i]);
  const rows = [];
  const options = {
    configFile,
    output,
    asOf: '',
    cwd: folder,
    env: {},
    console: { progress: () => {}, info: () => {}, warn: () => {} },
    clock: () => performance.now(),
    signal: new AbortController().signal,
  };
  await withWorkspace(options, async (workspace) => {
    const { config, dataset, signal } = workspace;
    const vectors = await loadVectors(workspace, 'new');
    const planter = (seed) => async (kind, size) => {
      const found = await harmsAt({ config: { ...config, seed }, dataset, signal }, vectors, { kind, size });
      return judged.map((i, at) => found[MEASURE][i] - old[at]);
    };
    for (const { kind, smallest } of assay) {
      if (kind === 'exchanged' || smallest === null) continue;
      const observed = [];
      // A move has no chance in it: one plant is all there are.
      for (let more = 1; more <= (kind === 'shift' ? 1 : plants); more++) {
        const difference = await sizeOf(smallest, kind, planter(config.seed + more));
        observed.push([-mean(difference), failing(old, difference, `${name} ${kind} ${more}`)]);
      }
      rows.push([name, judged.length, kind, smallest, mean(observed.map(([lost]) => lost)), observed.map(([, fails]) => fails)]);
    }
  });
  return rows;
}

const folder = values.runs === undefined ? null : resolve(values.runs);
if (folder === null || !existsSync(folder)) {
  console.log('No runs on public collections given (--runs DIR, written by collections.mjs): skipped.');
} else {
  const lines = [];
  const say = (line) => {
    lines.push(line);
    console.log(line);
  };
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'evaluation.json')));
  say('| collection | needs | harm | loss said to be noticed | loss planted | predicted % | observed % | each plant |');
  say('| --- | --: | --- | --: | --: | --: | --: | --- |');
  let [worst, all] = [0, []];
  for (const name of names)
    for (const [of, needs, kind, said, planted, observed] of await ofCollection(folder, name)) {
      const [each, percent] = [observed.map((fails) => (100 * fails).toFixed(0)), 100 * mean(observed)];
      say(`| ${of} | ${needs} | ${kind} | ${said.toFixed(3)} | ${planted.toFixed(3)} | 80 | ${percent.toFixed(0)} | ${each.join(', ')} |`);
      worst = Math.max(worst, Math.abs(percent / 100 - 0.8));
      all.push(percent / 100);
    }
  say(`\nMean observed ${(100 * mean(all)).toFixed(1)} %, furthest from it predicted ${(100 * worst).toFixed(1)} points.`);
  const head = `# Planted harm: predicted against observed

Written by \`node benchmarks/verdict/assay.mjs --runs DIR --write\`, of parts of public collections (400 to 600 documents) under two pairs of
models. A verdict says which loss it would have noticed in 80 %. Harm of that kind is planted ${plants} times with other seeds, at the size
that loses as much, and judged over ${draws} sets of needs. A move has no chance in it: it is planted once.

`;
  if (values.write) writeFileSync(join(import.meta.dirname, 'ASSAY.md'), `${head}${lines.join('\n')}\n`);
}
