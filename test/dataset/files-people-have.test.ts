import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/dataset/load.ts';
import { errorOf, folderWith } from './folder.ts';

const lines = (...rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const CORPUS = lines(
  { _id: 'd1', text: 'one' },
  { _id: 'd2', text: 'two' },
  { _id: 'd3', text: '' },
  { _id: 'd4', title: ' ', text: null },
);
const QUERIES = lines({ _id: 'q1', text: 'first' }, { _id: 'q2', text: 'second' });

describe('empty documents', () => {
  const files = { 'corpus.jsonl': CORPUS, 'queries.jsonl': QUERIES, 'qrels/test.tsv': 'q1\td1\t1\nq2\td3\t1\nq2\td2\t0\n' };

  it('are told in one line: how many, which key takes them and which leaves them out', async () => {
    const error = await errorOf(loadDataset(await folderWith(files)));
    expect(error.details).toEqual([
      expect.stringMatching(
        /corpus\.jsonl:3: document "d3" and 1 more are empty; .*allowEmpty: true takes them.*skipEmpty: true leaves them out with their judgements/,
      ),
    ]);
  });

  it('are taken, or left out with their judgements', async () => {
    const taken = await loadDataset(await folderWith({ ...files, 'dataset.json': '{"allowEmpty": true}' }));
    expect(taken.documents).toHaveLength(4);
    const skipped = await loadDataset(await folderWith({ ...files, 'dataset.json': '{"skipEmpty": true}' }));
    expect(skipped.documents.map(({ id }) => id)).toEqual(['d1', 'd2']);
    expect([...(skipped.qrels?.get('q2') ?? [])]).toEqual([['d2', 0]]);
    expect(skipped.warnings).toContain('Documents with neither title nor text: 2; they are left out.');
    expect(skipped.warnings).toContain('Judgements of empty documents that are left out: 1.');
    const both = await errorOf(loadDataset(await folderWith({ ...files, 'dataset.json': '{"skipEmpty": true, "allowEmpty": true}' })));
    expect(both.details.join()).toContain('keep one of the two');
  });
});

describe('judgements', () => {
  const corpus = lines({ _id: 'd1', text: 'one' }, { _id: 'd2', text: 'two' });

  it('of other queries are counted and left out', async () => {
    const qrels = 'q1\td1\t1\ntrain1\td1\t1\ntrain2\tnowhere\t1\n';
    const { qrels: read, warnings } = await loadDataset(
      await folderWith({ 'corpus.jsonl': corpus, 'queries.jsonl': QUERIES, 'qrels/test.tsv': qrels }),
    );
    expect([...(read ?? [])].map(([query]) => query)).toEqual(['q1']);
    expect(warnings).toContain('Judgements of queries that are not in queries.jsonl: 2 of 3; they are left out.');
  });

  it('of other queries only are a mistake, told once', async () => {
    const error = await errorOf(
      loadDataset(await folderWith({ 'corpus.jsonl': corpus, 'queries.jsonl': QUERIES, 'qrels/test.tsv': 'Xq1\td1\t1\nXq2\td1\t1\n' })),
    );
    expect(error.details).toEqual([expect.stringMatching(/test\.tsv: judges none of the queries: it has "Xq1", queries\.jsonl has "q1"/)]);
  });

  it('are not blamed for a line of the corpus that cannot be read', async () => {
    const broken = `${corpus}{"_id": "d3", "text": "thr\n`;
    const error = await errorOf(
      loadDataset(await folderWith({ 'corpus.jsonl': broken, 'queries.jsonl': QUERIES, 'qrels/test.tsv': 'q1\td3\t1\n' })),
    );
    expect(error.details).toEqual([expect.stringContaining('corpus.jsonl:3: not valid JSON')]);
  });

  it('that say two things of one pair are refused with both', async () => {
    const error = await errorOf(
      loadDataset(await folderWith({ 'corpus.jsonl': corpus, 'queries.jsonl': QUERIES, 'qrels/test.tsv': 'q1\td1\t1\nq1\td1\t2\n' })),
    );
    expect(error.details[0]).toContain('judged twice and differently: 2 here, 1 on line 1');
  });
});

it('more than ten problems of one kind are counted, and the other kinds still told', async () => {
  const corpus = Array.from({ length: 30 }, (_, i) => `{"_id": "d${i}", "text": ${i}}\n`).join('');
  const error = await errorOf(loadDataset(await folderWith({ 'corpus.jsonl': corpus, 'queries.jsonl': '{"_id": "q1"}\n' })));
  expect(error.details).toHaveLength(12);
  expect(error.details[10]).toBe('… and 20 more like it');
  expect(error.details[11]).toContain('query "q1" has no text');
});

it('numbers are ids where they are whole', async () => {
  const corpus = lines({ _id: 1, text: 'one' }, { _id: 2, text: 'two' });
  const queries = '{"_id": 7, "text": "x", "metadata": {"need": 3}}\n';
  const { documents, queries: asked } = await loadDataset(
    await folderWith({ 'corpus.jsonl': corpus, 'queries.jsonl': queries, 'qrels/test.tsv': '7\t2\t1\n' }),
  );
  expect(documents.map(({ id }) => id)).toEqual(['1', '2']);
  expect(asked).toEqual([expect.objectContaining({ id: '7', need: '3' })]);
  for (const id of ['1.5', '12345678901234567890']) {
    const error = await errorOf(
      loadDataset(await folderWith({ 'corpus.jsonl': `{"_id": ${id}, "text": "x"}\n`, 'queries.jsonl': queries })),
    );
    expect(error.details[0]).toContain('put it in quotes');
  }
});

it('a folder whose files are gzipped is the same data set', async () => {
  const corpus = lines({ _id: 'd1', text: 'one' }, { _id: 'd2', text: 'two' });
  const files = { 'corpus.jsonl': corpus, 'queries.jsonl': QUERIES, 'qrels/test.tsv': 'q1\td1\t1\n' };
  const plain = await loadDataset(await folderWith(files));
  const folder = await folderWith({ 'qrels/keep': '' });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.gz`), gzipSync(text));
  expect((await loadDataset(folder)).hashes).toEqual(plain.hashes);
});

describe('a query that is a document', () => {
  const corpus = lines({ _id: 'a1', title: '', text: 'first argument' }, { _id: 'a2', text: 'second argument' });
  const files = { 'corpus.jsonl': corpus, 'queries.jsonl': '{"_id": "a1", "text": "first argument"}\n', 'qrels/test.tsv': 'a1\ta2\t1\n' };

  it('is said, with the key that leaves it out; the key changes what is fresh', async () => {
    const plain = await loadDataset(await folderWith(files));
    expect(plain.warnings.join()).toMatch(/under the same id: 1 of 1; each finds itself first\. excludeSelf: true/);
    const excluded = await loadDataset(await folderWith({ ...files, 'dataset.json': '{"excludeSelf": true}' }));
    expect(excluded.excludeSelf).toBe(true);
    expect(excluded.warnings.join()).not.toContain('excludeSelf');
    expect(excluded.hashes.queries).not.toBe(plain.hashes.queries);
    expect(excluded.hashes.corpus).toBe(plain.hashes.corpus);
  });
});
