import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom, shuffled } from '../../dist/core/random.js';

const rowsOf = (text) => text.split('\n').filter((line) => line.trim() !== '');

/** The first n of a list in a random order that only the label decides. */
function some(list, n, label) {
  const order = shuffled(seededRandom(7, label), list.length).slice(0, n);
  return order.sort((a, b) => a - b).map((i) => list[i]);
}

/**
 * Writes a part of a collection in BEIR's layout: judged queries at random, every document that is relevant to one of them as far as
 * they fit, and others at random.
 * @param {string} from the collection's folder
 * @param {string} to
 * @param {{ documents: number, queries: number }} most
 */
export function writeSubset(from, to, most) {
  const [head, ...lines] = rowsOf(readFileSync(join(from, 'qrels', 'test.tsv'), 'utf8'));
  const judgements = lines.map((line) => line.split('\t'));
  const judged = new Set(judgements.filter(([, , grade]) => Number(grade) > 0).map(([query]) => query));
  const read = (name) => rowsOf(readFileSync(join(from, name), 'utf8')).map((line) => JSON.parse(line));
  const queries = some(
    read('queries.jsonl').filter(({ _id }) => judged.has(_id)),
    most.queries,
    'queries',
  );
  const asked = new Set(queries.map(({ _id }) => _id));
  const relevant = new Set(judgements.filter(([query]) => asked.has(query)).map(([, document]) => document));
  const corpus = read('corpus.jsonl').filter(({ title, text }) => `${title ?? ''}${text}`.trim() !== '');
  const needed = some(
    corpus.filter(({ _id }) => relevant.has(_id)),
    most.documents,
    'relevant',
  );
  const others = some(
    corpus.filter(({ _id }) => !relevant.has(_id)),
    Math.max(0, most.documents - needed.length),
    'others',
  );
  const documents = [...needed, ...others];
  const kept = new Set(documents.map(({ _id }) => _id));
  const lined = (rows) => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
  mkdirSync(join(to, 'qrels'), { recursive: true });
  writeFileSync(join(to, 'corpus.jsonl'), lined(documents));
  writeFileSync(join(to, 'queries.jsonl'), lined(queries));
  const own = judgements.filter(([query, document]) => asked.has(query) && kept.has(document));
  writeFileSync(join(to, 'qrels', 'test.tsv'), `${[head, ...own.map((row) => row.join('\t'))].join('\n')}\n`);
}
