// All tables of this folder, one after another: node benchmarks/verdict/all.mjs [--quick] [--collections DIR]
// --quick takes few samples and sizes, for less than a minute; it ends with 1 where one doesn't run, or wrong verdicts are more frequent than stated.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, collections: { type: 'string' } } });
const QUICK = {
  run: ['--runs', '100', '--needs', '20,156', '--only', '90 % zeros'],
  bounds: ['--runs', '100'],
  families: ['--runs', '5'],
  looks: ['--runs', '50', '--only', 'judging'],
  power: ['--samples', '3', '--runs', '60', '--needs', '50', '--only', '90 % zeros'],
};
const runs = values.collections === undefined ? [] : ['--collections', values.collections];
const FULL = { run: ['--write', ...runs], bounds: [], families: [], looks: [], power: [] };
const assay = values.collections === undefined ? {} : { assay: ['--runs', values.collections] };

for (const [name, options] of Object.entries(values.quick ? QUICK : { ...FULL, ...assay })) {
  console.log(`\n## ${name}\n`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.mjs`), ...options], {
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  if (status !== 0) {
    console.error(`${name}.mjs ended with ${status}`);
    process.exitCode = 1;
  }
}
