import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { contentHashes, sealFacts } from '../../src/dataset/hashes.ts';
import { loadDataset } from '../../src/dataset/load.ts';
import { CORPUS, errorOf, fixture, folderWith, QUERIES } from './folder.ts';

const FILES = { 'corpus.jsonl': CORPUS, 'queries.jsonl': QUERIES, 'qrels.txt': 'q1 0 d1 1\n' };

describe('content hashes', () => {
  it('are those of canonical JSON lines by ascending id', () => {
    const hashes = contentHashes(
      [{ id: 'd1', title: '', text: 'one' }],
      [{ id: 'q1', text: 'first', need: 'q1', slices: { style: 'typo' } }],
      new Map([['q1', new Map([['d1', 1]])]]),
    );
    expect(hashes).toEqual({
      corpus: sha256('{"id":"d1","text":"one","title":""}\n'),
      queries: sha256('{"id":"q1","need":"q1","slices":{"style":"typo"},"text":"first"}\n'),
      qrels: sha256('["q1","d1",1]\n'),
    });
  });

  it('do not depend on the order of lines', async () => {
    const lines = Array.from({ length: 6 }, (_, i) => `{"_id": "d${i}", "text": "text ${i}"}`);
    const reference = (await loadDataset(await folderWith({ ...FILES, 'corpus.jsonl': lines.join('\n') }))).hashes;
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(lines, { minLength: 6 }), async (shuffled) => {
        const folder = await folderWith({ ...FILES, 'corpus.jsonl': shuffled.join('\n').replaceAll(': ', ':   ') });
        expect((await loadDataset(folder)).hashes).toEqual(reference);
      }),
      { numRuns: 10 },
    );
  });

  it('change with any content', async () => {
    const base = (await loadDataset(await folderWith(FILES))).hashes;
    const corpus = (await loadDataset(await folderWith({ ...FILES, 'corpus.jsonl': CORPUS.replace('one', 'One') }))).hashes;
    const queries = (await loadDataset(await folderWith({ ...FILES, 'queries.jsonl': QUERIES.replace('first', 'First') }))).hashes;
    const qrels = (await loadDataset(await folderWith({ ...FILES, 'qrels.txt': 'q1 0 d1 2\n' }))).hashes;
    expect(corpus).toEqual({ ...base, corpus: expect.not.stringMatching(base.corpus) });
    expect(queries).toEqual({ ...base, queries: expect.not.stringMatching(base.queries) });
    expect(qrels).toEqual({ ...base, qrels: expect.not.stringMatching(String(base.qrels)) });
  });
});

describe('sealFacts', () => {
  it('counts documents, queries, needs and judgements', async () => {
    const facts = sealFacts(await loadDataset(fixture('dataset-small')));
    expect(facts.counts).toEqual({ documents: 3, queries: 3, needs: 2, judgedQueries: 2, judgements: 3 });
  });

  it('makes a dataset.json that loads, and no longer once the data changed', async () => {
    const dataset = await loadDataset(await folderWith(FILES));
    const json = JSON.stringify({ name: 'mine', licence: 'CC0-1.0', ...sealFacts(dataset) });
    const sealed = await loadDataset(await folderWith({ ...FILES, 'dataset.json': json }));
    expect([sealed.name, sealed.licence]).toEqual(['mine', 'CC0-1.0']);
    const changed = await folderWith({ ...FILES, 'dataset.json': json, 'queries.jsonl': '{"_id": "q1", "text": "first"}\n' });
    const error = await errorOf(loadDataset(changed));
    expect(error.code).toBe('DATASET_HASH_MISMATCH');
    expect(error.message).toContain(join(changed, 'dataset.json'));
    expect(error.details).toEqual([
      expect.stringContaining(`hashes.queries: sealed ${dataset.hashes.queries}, found `),
      'counts.queries: sealed 2, found 1',
      'counts.needs: sealed 2, found 1',
    ]);
  });
});

describe('dataset.json', () => {
  it.each([
    ['{"name": 1}', 'name must be text'],
    ['{"slices": "style"}', 'slices must be a list of field names'],
    ['{"hashes": []}', 'hashes must be a JSON object'],
    ['{"hashes": {"corpus.jsonl": "x"}}', 'hashes.corpus.jsonl: unknown key; known here: corpus, queries, qrels'],
    ['{"allowEmpty": "yes"}', 'allowEmpty must be true or false'],
    ['[]', 'expected a JSON object'],
  ])('%s is an error', async (json, complaint) => {
    const folder = await folderWith({ ...FILES, 'dataset.json': json });
    expect((await errorOf(loadDataset(folder))).details).toEqual([`${join(folder, 'dataset.json')}: ${complaint}`]);
  });

  it('that is no JSON is an error', async () => {
    const folder = await folderWith({ ...FILES, 'dataset.json': '{' });
    expect((await errorOf(loadDataset(folder))).details[0]).toContain('dataset.json: not valid JSON');
  });

  it('leaves the files as they were', async () => {
    const folder = await folderWith(FILES);
    await loadDataset(folder);
    expect(await readFile(join(folder, 'corpus.jsonl'), 'utf8')).toBe(CORPUS);
  });
});
