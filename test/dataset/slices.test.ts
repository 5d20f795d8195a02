import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/dataset/load.ts';
import { CORPUS, errorOf, folderWith } from './folder.ts';

function queries(count: number, metadata: (i: number) => object): string {
  return Array.from({ length: count }, (_, i) => JSON.stringify({ _id: `q${i}`, text: `text ${i}`, metadata: metadata(i) })).join('\n');
}

async function load(lines: string, description = '{}') {
  return loadDataset(await folderWith({ 'corpus.jsonl': CORPUS, 'queries.jsonl': lines, 'dataset.json': description }));
}

describe('slices', () => {
  it('are the text fields that every query has', async () => {
    const { sliceFields, queries: read } = await load(queries(4, (i) => ({ style: i % 2 ? 'typo' : 'long', topic: 'billing', rank: i })));
    expect(sliceFields).toEqual(['style', 'topic']);
    expect(read[1]?.slices).toEqual({ style: 'typo', topic: 'billing' });
  });

  it('are not a field that some queries lack, and that is said', async () => {
    const { sliceFields, warnings } = await load(queries(3, (i) => (i === 2 ? {} : { style: 'typo' })));
    expect(sliceFields).toEqual([]);
    expect(warnings).toContain('Query field "style" is no slice: 1 of 3 queries have no text there.');
  });

  it('are not a field of more than 50 values, and that is said', async () => {
    const fields = (most: number) => queries(60, (i) => ({ author: `a${i % most}` }));
    expect((await load(fields(50))).sliceFields).toEqual(['author']);
    const { sliceFields, warnings } = await load(fields(51));
    expect(sliceFields).toEqual([]);
    expect(warnings).toContain('Query field "author" is no slice: it has 51 different values, more than 50.');
  });

  it('are those that dataset.json names, and then every query must have them', async () => {
    const lines = queries(2, (i) => ({ style: 'typo', topic: 'billing', ...(i === 0 ? { plan: 'free' } : {}) }));
    expect((await load(lines, '{"slices": ["topic"]}')).sliceFields).toEqual(['topic']);
    const folder = await folderWith({ 'corpus.jsonl': CORPUS, 'queries.jsonl': lines, 'dataset.json': '{"slices": ["plan"]}' });
    expect((await errorOf(loadDataset(folder))).details).toEqual([
      `${join(folder, 'queries.jsonl')}:2: slice field "plan" of dataset.json has no text here`,
    ]);
  });

  it('take the need out, wherever it is', async () => {
    const lines = '{"_id": "a", "text": "x", "need": "n"}\n{"_id": "b", "text": "y", "metadata": {"need": "n"}}';
    const { queries: read, sliceFields } = await load(lines);
    expect(read.map(({ need }) => need)).toEqual(['n', 'n']);
    expect(sliceFields).toEqual([]);
  });

  it('refuse metadata that is no object', async () => {
    const error = await errorOf(load('{"_id": "a", "text": "x", "metadata": ["n"]}'));
    expect(error.details[0]).toMatch(/queries\.jsonl:1: metadata must be a JSON object$/);
  });
});
