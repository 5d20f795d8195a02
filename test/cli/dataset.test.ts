import { describe, expect, it } from 'vitest';
import type { DatasetStats } from '../../src/features/dataset/stats.ts';
import { fixture, folderWith } from '../dataset/folder.ts';
import { commandLine } from './command-line.ts';

const cutover = commandLine('/');

/** 120 documents, 40 queries, each judged once; nothing about it is odd. */
async function sound(more: Readonly<Record<string, string>> = {}): Promise<string> {
  const rows = (count: number, row: (i: number) => object) => Array.from({ length: count }, (_, i) => JSON.stringify(row(i))).join('\n');
  return folderWith({
    'corpus.jsonl': rows(120, (i) => ({ _id: `d${i}`, text: `text of the document with the number ${i}` })),
    'queries.jsonl': rows(40, (i) => ({ _id: `q${i}`, text: `what does number ${i} say`, metadata: { style: i < 10 ? 'a' : 'b' } })),
    'qrels/test.tsv': Array.from({ length: 40 }, (_, i) => `q${i}\td${i}\t${1 + (i % 2)}`).join('\n'),
    ...more,
  });
}

describe('dataset check', () => {
  it('exits 0 where nothing is odd', async () => {
    const { code, out } = await cutover('dataset', 'check', await sound());
    expect(out).toMatch(/nothing odd was found\n$/);
    expect(code).toBe(0);
  });

  it('exits 1 and names leaks, a corpus that fits into a list, and too few needs', async () => {
    const folder = await folderWith({
      'corpus.jsonl': '{"_id": "d1", "text": "Note: how do I get my  money back? Ask."}\n{"_id": "d2", "text": "two"}\n',
      'queries.jsonl': '{"_id": "q1", "text": "How do I get my money back?"}\n{"_id": "q2", "text": "two"}\n',
      'qrels/test.tsv': 'q1\td1\t1\n',
    });
    const { code, out } = await cutover('dataset', 'check', folder, '--json');
    expect(code).toBe(1);
    expect((JSON.parse(out) as { findings: string[] }).findings).toEqual([
      'Queries without judgement: 1 of 2; they count for neighbour overlap and not for quality.',
      'Documents: 2, no more than search.k (100); every list holds the whole corpus, so recall at k is 1 and means nothing.',
      'Judged needs: 1, fewer than 30; most rules will stay inconclusive.',
      'Queries whose whole text is in a document: 1 of 2 ("q1").',
    ]);
  });

  it('exits 2 with everything that is wrong at once', async () => {
    const { code, err } = await cutover('dataset', 'check', fixture('dataset-broken'));
    expect(code).toBe(2);
    expect(err).toContain('13 problems');
  });
});

it('dataset stats counts what is there and says what a run could typically tell', async () => {
  const { code, out } = await cutover('dataset', 'stats', await sound(), '--json');
  expect(code).toBe(0);
  const stats = JSON.parse(out) as DatasetStats;
  expect(stats).toMatchObject({
    documents: 120,
    parents: null,
    queries: 40,
    needs: 40,
    judgedQueries: 40,
    documentLength: { least: 38, median: 39, most: 40 },
    judgements: { least: 1, median: 1, most: 1 },
    grades: { 1: 20, 2: 20 },
    slices: { style: { a: 10, b: 30 } },
  });
  // Of 40 needs without a loss, one in 14 could still lose all: 1 − 0.05^(1/40) = 0.0722; and 0.8416 standard errors of 0.2 ÷ √40.
  expect(stats.typicalDetectable).toBeCloseTo(0.0988, 3);
  expect(stats.foresight).toMatchObject({ metric: 'nDCG@10', margin: 0.02, needs: 40 });
  expect(stats.silence).toMatchObject({ means: 'complete', stated: false });
  const words = await cutover('dataset', 'stats', await sound());
  expect(words.out).toContain('expect inconclusive unless most needs keep what they find');
  expect(words.out).toContain('not relevant: nearly every query has one relevant document');
});
