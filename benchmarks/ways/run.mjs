// Does a way that passes keep its word? node benchmarks/ways/run.mjs --data FOLDER --work FOLDER [--documents 400] [--queries 300] [--splits 20] [--write]
// FOLDER of --data holds public collections in BEIR's layout; vectors are kept below --work, so that a second run embeds nothing.
// Every way is judged on a random half of the needs, and one that passes is looked at on the other half, by the same rules.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parsePolicy } from '../../dist/run/library.js';
import { MARGINS, PAIRS, rulesAt, waysOf } from './measure.mjs';
import { passedWays } from './split.mjs';
import { writeSubset } from './subset.mjs';
import { page } from './tables.mjs';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    work: { type: 'string' },
    collections: { type: 'string', default: 'metatool,banking77,cranfield,cacm' },
    documents: { type: 'string', default: '400' },
    queries: { type: 'string', default: '300' },
    splits: { type: 'string', default: '20' },
    write: { type: 'boolean', default: false },
  },
});
if (values.data === undefined || values.work === undefined) {
  console.error('usage: node benchmarks/ways/run.mjs --data FOLDER --work FOLDER');
  process.exit(2);
}
const most = { documents: Number(values.documents), queries: Number(values.queries) };
const splits = Number(values.splits);

/** Kept beside the vectors: a run that was stopped goes on. */
async function measured(name, pair, i) {
  const folder = join(values.work, name);
  const file = join(folder, `ways-${i}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  writeSubset(join(values.data, name), join(folder, 'data'), most);
  const found = await waysOf(folder, `pair-${i}`, pair, (line) => console.error(`${name}: ${line}`));
  writeFileSync(file, JSON.stringify(found));
  return found;
}

const wanted = values.collections.split(',').flatMap((name) => Object.entries(PAIRS).map(([title, pair], i) => ({ name, title, pair, i })));
const found = [];
for (const { name, pair, i } of wanted) found.push(await measured(name, pair, i));

/** Likewise kept: judging so many halves takes longer than measuring. */
function judged({ name, i }, found) {
  const file = join(values.work, name, `halves-${i}-${splits}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const byMargin = MARGINS.map((margin) => passedWays(found, parsePolicy({ rules: rulesAt(margin) }), splits));
  writeFileSync(file, JSON.stringify(byMargin));
  console.error(`${name}, pair ${i}: ${byMargin.map((passed) => passed.length).join(', ')} passes`);
  return byMargin;
}

const rows = wanted.map((one, at) => ({ collection: one.name, pair: one.title, found: found[at], byMargin: judged(one, found[at]) }));
const text = page(rows, { ...most, splits, margins: MARGINS });
if (values.write) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), text);
console.log(text);
