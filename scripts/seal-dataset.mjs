// Writes hashes and counts of a data set into its dataset.json: node scripts/seal-dataset.mjs datasets/helpdesk
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sealFacts } from '../dist/dataset/hashes.js';
import { loadDataset } from '../dist/dataset/load.js';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node scripts/seal-dataset.mjs FOLDER');
  process.exit(2);
}
const file = join(folder, 'dataset.json');
const { hashes: _old, counts: _counts, ...description } = JSON.parse(readFileSync(file, 'utf8'));
writeFileSync(file, `${JSON.stringify(description, null, 2)}\n`);
const facts = sealFacts(await loadDataset(folder));
writeFileSync(file, `${JSON.stringify({ ...description, ...facts }, null, 2)}\n`);
console.log(JSON.stringify(facts, null, 2));
