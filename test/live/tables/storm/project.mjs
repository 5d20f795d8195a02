// The table and the folder of a team that has it.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIMENSION, INDEX, literal, SCHEMA, textFrom, WHERE } from './table.mjs';

/** Rows a statement. */
const CHUNK = 1_000;

/** Fills a new table. @returns the documents that have a vector */
export async function makeTable(pool, rows, lanes, random) {
  await pool.query(SCHEMA);
  const documents = [];
  for (let n = 0; n < rows; n++) {
    const content = textFrom(random);
    documents.push({ id: `w${n % lanes}-${n}`, tenant_id: n % 4, content, embedding: n % 50 === 13 ? null : literal(content, 'A') });
  }
  for (let first = 0; first < rows; first += CHUNK)
    await pool.query(
      `INSERT INTO chunks (id, tenant_id, content, embedding) SELECT id, tenant_id, content, embedding::vector FROM json_to_recordset($1) AS r(id text, tenant_id int, content text, embedding text)`,
      [JSON.stringify(documents.slice(first, first + CHUNK))],
    );
  await pool.query(INDEX);
  return documents.filter(({ embedding }) => embedding !== null);
}

/** Versions, data set, policy, store. */
export function makeProject(folder, documents) {
  const served = documents.slice(0, 400);
  const queries = served.slice(0, 40);
  const lines = (items) => items.map(([id, body]) => `${JSON.stringify({ _id: id, text: body })}\n`).join('');
  const version = (id, name) =>
    `{ id: ${id}, embedder: module, module: embedder.mjs, normalize: true, options: { version: ${name}, d: ${DIMENSION} } }`;
  mkdirSync(join(folder, 'data', 'qrels'), { recursive: true });
  cpSync(join(import.meta.dirname, 'embedder.mjs'), join(folder, 'embedder.mjs'));
  const write = (file, text) => writeFileSync(join(folder, file), text);
  write('data/corpus.jsonl', lines(served.map(({ id, content }) => [id, content])));
  write('data/queries.jsonl', lines(queries.map(({ content }, i) => [`q${i}`, content])));
  write('data/qrels/test.tsv', `query-id\tcorpus-id\tscore\n${queries.map(({ id }, i) => `q${i}\t${id}\t1\n`).join('')}`);
  write(
    'cutover.yaml',
    `${[
      'dataset: data',
      `old: ${version('first', 'A')}`,
      `new: ${version('second', 'B')}`,
      'search: { k: 5 }',
      'policy: { rules: [{ metric: annRecall@5, atLeast: 0.5 }] }',
      'production: { rebuilds: 0 }',
      'output: report',
      `stores: { live: { kind: postgres, urlFrom: DATABASE_URL, table: public.chunks, columns: { vector: embedding, text: content }, where: "${WHERE}" } }`,
    ].join('\n')}\n`,
  );
}
