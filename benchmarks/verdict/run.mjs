// Wrong verdicts and power, scene by scene: node benchmarks/verdict/run.mjs [--runs 10000] [--needs 20,50] [--collections DIR] [--only WORDS] [--write]
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { binomialBand } from '../../dist/measure/stats/distributions.js';
import { clustered, scenesAt } from './scenes.mjs';
import { OWN, ratesOf } from './simulate.mjs';
import { tables } from './tables.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    needs: { type: 'string', default: '20,30,50,100,156,300' },
    write: { type: 'boolean', default: false },
    // A folder that collections.mjs wrote: scenes of real differences on public collections, which are not part of the project.
    collections: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const [MARGIN, ALPHA] = [0.02, 0.05];
const runs = Number(values.runs);
const sizes = values.needs.split(',').map(Number);
const pairs = { ...JSON.parse(readFileSync(join(import.meta.dirname, 'helpdesk.json'), 'utf8')), ...collected(values.collections) };

/** Values of the judged queries of each run, nDCG@10 as served. */
function collected(folder) {
  if (folder === undefined) console.error('No public collections given (--collections DIR, written by collections.mjs): skipped.');
  const names = folder === undefined ? [] : readdirSync(folder).filter((name) => existsSync(join(folder, name, 'evaluation.json')));
  return Object.fromEntries(
    names.map((name) => {
      const { old, new: fresh } = JSON.parse(readFileSync(join(folder, name, 'evaluation.json'), 'utf8')).quality['nDCG@10'].served;
      const judged = old.perQuery.flatMap((value, i) => (value === null ? [] : [i]));
      return [`${name} nDCG@10`, { old: judged.map((i) => old.perQuery[i]), fresh: judged.map((i) => fresh.perQuery[i]) }];
    }),
  );
}

/** Every scene at a truth, those of four paraphrases a need too. */
function scenes(truth) {
  const plain = scenesAt(truth, pairs);
  const jumps = '70 % zeros, jumps';
  const all = { ...plain, [`${jumps}, 4 paraphrases a need`]: clustered(plain[jumps], 4) };
  return Object.fromEntries(Object.entries(all).filter(([name]) => name.includes(values.only)));
}

/** Other methods, and powers, get a tenth of the samples: of them nothing is claimed. */
const others = Math.ceil(runs / 10);

function cells(truth, runs) {
  return Object.entries(scenes(truth)).flatMap(([scene, draw]) =>
    sizes.map((needs) => {
      console.error(`truth ${truth}, ${scene}, ${needs} needs`);
      return { truth, scene, needs, rates: ratesOf(`${scene} at ${truth}`, draw, { needs, runs, others, margin: MARGIN, alpha: ALPHA }) };
    }),
  );
}

const results = {
  runs,
  others,
  margin: MARGIN,
  alpha: ALPHA,
  sizes,
  atMargin: cells(-MARGIN, runs),
  atZero: cells(0, others),
  atThreeMargins: cells(-3 * MARGIN, others),
};
const text = tables(results);
if (values.write) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), text);
console.log(text);

// Chance alone leaves this band once in ten thousand cells.
const most = binomialBand(runs, ALPHA, 0.9998)[1] / runs;
for (const { scene, needs, rates } of results.atMargin)
  for (const [what, share] of Object.entries(rates[OWN]))
    if (share > most) {
      console.error(`${scene}, ${needs} needs: ${(100 * share).toFixed(1)} % wrong ${what}, stated ${100 * ALPHA} %`);
      process.exitCode = 1;
    }
