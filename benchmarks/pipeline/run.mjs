// BM25 and fusion against the field's own: node benchmarks/pipeline/run.mjs --data FOLDER [--python PYTHON] [--queries 300] [--write]
// FOLDER holds public collections in BEIR's layout; PYTHON has bm25s 0.3.16 and ranx 0.3.21.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom, shuffled } from '../../dist/core/random.js';
import { fuse } from '../../dist/search/fusion.js';
import { termsOf } from '../../dist/search/lexical/analyzer.js';
import { bm25Index } from '../../dist/search/lexical/bm25.js';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    collections: { type: 'string', default: 'metatool,banking77,cranfield,cacm,scifact' },
    queries: { type: 'string', default: '300' },
    write: { type: 'boolean', default: false },
  },
});
if (values.data === undefined) {
  console.error('usage: node benchmarks/pipeline/run.mjs --data FOLDER');
  process.exit(2);
}

/** Two settings that are in use: Lucene's and Anserini's. Both runs are fused. */
const SETTINGS = [
  { k1: 1.2, b: 0.75 },
  { k1: 0.9, b: 0.4 },
];
const RRF = { method: 'rrf', k: 60 };
const DEPTH = 100;

function rowsOf(name, file) {
  const lines = readFileSync(join(values.data, name, file), 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
}

/** Scores of every document that a query finds, of both settings, and the fused list of the first hundred of each. */
function ours(documents, queries) {
  const indexes = SETTINGS.map((setting) => bm25Index(documents, setting));
  return queries.map(({ id, terms }) => {
    const found = indexes.map((index) => index.search(terms, Number.POSITIVE_INFINITY));
    const first = found.map(({ ids, scores }) => ({ ids: ids.slice(0, DEPTH), scores: [...scores].slice(0, DEPTH) }));
    const { ids, scores } = fuse(first, RRF, 2 * DEPTH);
    const all = found.map((list) => Object.fromEntries(list.ids.map((one, i) => [one, list.scores[i]])));
    // RRF reads ranks alone. Equal scores have an order here that others cannot know, so they get the ranks.
    const lists = first.map((list) => Object.fromEntries(list.ids.map((one, i) => [one, DEPTH - i])));
    return { id, all, lists, fused: Object.fromEntries(ids.map((one, i) => [one, scores[i]])) };
  });
}

const folder = mkdtempSync(join(tmpdir(), 'cutover-pipeline-'));
const rows = [];
try {
  for (const name of values.collections.split(',')) {
    const documents = rowsOf(name, 'corpus.jsonl').map(({ _id, title, text }) => ({ id: _id, terms: termsOf(`${title ?? ''} ${text}`) }));
    const all = rowsOf(name, 'queries.jsonl');
    const drawn = shuffled(seededRandom(7, name), all.length).slice(0, Number(values.queries));
    const queries = drawn.map((i) => ({ id: all[i]._id, terms: termsOf(all[i].text) }));
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify({ settings: SETTINGS, k: RRF.k, documents, queries, found: ours(documents, queries) }));
    rows.push({ name, file, documents: documents.length, queries: queries.length });
  }
  const peers = [join(import.meta.dirname, 'peers.py'), ...rows.map(({ file }) => file)];
  const { stdout, stderr, status } = spawnSync(values.python, peers, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  for (const [i, compared] of JSON.parse(stdout).entries()) Object.assign(rows[i], compared);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const line = (cells) => `| ${cells.join(' | ')} |`;
const head = [
  'collection',
  'documents',
  'queries',
  'BM25 scores compared',
  'largest difference',
  'fused scores compared',
  'largest difference',
];
const page = `# The whole search against the field's own

Written by \`node benchmarks/pipeline/run.mjs --data FOLDER --write\`. Words as cutover cuts them go to both: BM25 of cutover and of bm25s (method "lucene", float64) at k1 1.2, b 0.75 and at k1 0.9, b 0.4, every document that a query finds; then the first ${DEPTH} of both runs fused by RRF (k ${RRF.k}), by cutover and by ranx (which gets the ranks, since equal scores have no order that both know). A document that one of them finds and the other does not would count with all of its score.

${[line(head), line(['---', ...head.slice(1).map(() => '--:')]), ...rows.map((row) => line([row.name, row.documents, row.queries, row.scores, row.bm25.toExponential(1), row.fusedScores, row.rrf.toExponential(1)]))].join('\n')}
`;
if (values.write) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), page);
console.log(page);
