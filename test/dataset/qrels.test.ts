import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/dataset/load.ts';
import { readQrels } from '../../src/dataset/qrels.ts';
import { CORPUS, errorOf, folderWith, QUERIES } from './folder.ts';

async function read(text: string) {
  return readQrels(join(await folderWith({ 'q.tsv': text }), 'q.tsv'));
}

function plain(qrels: ReadonlyMap<string, ReadonlyMap<string, number>>) {
  return [...qrels].flatMap(([query, grades]) => [...grades].map(([document, grade]) => [query, document, grade]));
}

describe('readQrels', () => {
  it.each([
    ['BEIR with its header', 'query-id\tcorpus-id\tscore\nq2\td1\t0\nq1\td2\t3\nq1\td1\t-1\n'],
    ['BEIR without header, Windows line ends', 'q2\td1\t0\r\nq1\td2\t3\r\nq1\td1\t-1\r\n'],
    ['TREC with spaces', 'q2 0 d1 0\nq1 0   d2 3\nq1 Q0 d1 -1'],
    ['TREC with tabs', 'q2\t0\td1\t0\nq1\t0\td2\t3\n\nq1\t0\td1\t-1\n'],
    ['another header', 'query_id\tcorpus_id\trelevance\nq2\td1\t0\nq1\td2\t3\nq1\td1\t-1\n'],
    ['a header in another order', 'doc_id\tqid\trel\nd1\tq2\t0\nd2\tq1\t3\nd1\tq1\t-1\n'],
    ["a header of TREC's columns", 'qid iter docno rel\nq2 0 d1 0\nq1 0 d2 3\nq1 0 d1 -1\n'],
    ['grades as pandas writes them', 'q2\td1\t0.0\nq1\td2\t3.\nq1\td1\t-1.0\n'],
    ['an exact repetition', 'q2\td1\t0\nq1\td2\t3\nq1\td1\t-1\nq1\td2\t3.0\n'],
    ['commas', 'query-id,corpus-id,score\nq2,d1,0\nq1,d2,3\nq1,d1,-1\n'],
    ["ranx's JSON", '{\n  "q2": { "d1": 0 },\n  "q1": { "d2": 3, "d1": -1.0 }\n}\n'],
    ['comments of trec_eval 10', '# judged by hand\nq2 0 d1 0\n#q9 0 d9 1\nq1 0 d2 3\nq1 0 d1 -1\n'],
  ])('reads %s', async (_, text) => {
    expect(plain(await read(text))).toEqual([
      ['q1', 'd1', -1],
      ['q1', 'd2', 3],
      ['q2', 'd1', 0],
    ]);
  });

  it('names what is wrong in JSON by query and document', async () => {
    const { message, details } = await errorOf(read('{"q1": {"d1": 0.5, "d2": null, "d3": 1}}'));
    expect(message).toContain('2 problems');
    expect(details?.map((line) => line.slice(line.indexOf('q.tsv')))).toEqual([
      'q.tsv: query "q1", document "d1": the grade must be a whole number, found "0.5"',
      'q.tsv: query "q1", document "d2": the grade must be a whole number, found "null"',
    ]);
  });

  it('keeps ids with spaces where tabs part the columns', async () => {
    expect(plain(await read('my query\tmy doc\t1'))).toEqual([['my query', 'my doc', 1]]);
  });

  it.each([
    ['q1\td1\tyes', 'the grade must be a whole number, found "yes"'],
    ['q1\td1\t1.5', 'the grade must be a whole number, found "1.5"'],
    ['q1\t\t1', 'an id is empty'],
    ['q1 d1 1', 'expected 3 columns separated by tabs (query-id, corpus-id, score) or the 4 of TREC (query, iteration, document, grade)'],
    [
      'q1 0 d1 1 x',
      'expected 3 columns separated by tabs (query-id, corpus-id, score) or the 4 of TREC (query, iteration, document, grade)',
    ],
  ])('refuses %j', async (line, complaint) => {
    const error = await errorOf(read(`q0\td0\t1\n${line}\n`));
    expect(error.code).toBe('DATASET_INVALID');
    expect(error.details).toEqual([expect.stringMatching(/q\.tsv:2: /)]);
    expect(error.details[0]).toContain(complaint);
  });

  it('refuses a missing file', async () => {
    expect((await errorOf(readQrels('/nowhere/qrels.txt'))).code).toBe('FILE_MISSING');
  });

  it('reads the same from both formats, whatever the judgements', async () => {
    const id = fc.stringMatching(/^[a-z0-9_-]{1,6}$/);
    const judgements = fc.uniqueArray(fc.tuple(id, id, fc.integer({ min: -2, max: 4 })), {
      minLength: 1,
      selector: ([q, d]) => `${q} ${d}`,
    });
    await fc.assert(
      fc.asyncProperty(judgements, async (rows) => {
        const beir = await read(['query-id\tcorpus-id\tscore', ...rows.map((row) => row.join('\t'))].join('\n'));
        const trec = await read(rows.map(([q, d, grade]) => `${q} 0 ${d} ${grade}`).join('\n'));
        expect(plain(trec)).toEqual(plain(beir));
        expect(plain(beir)).toHaveLength(rows.length);
      }),
      { numRuns: 25 },
    );
  });
});

describe('which file of judgements', () => {
  const base = { 'corpus.jsonl': CORPUS, 'queries.jsonl': QUERIES };
  const grade = async (files: Record<string, string>) =>
    (await loadDataset(await folderWith({ ...base, ...files }))).qrels?.get('q1')?.get('d1');

  it('is test.tsv before other splits, and qrels/ before qrels.txt', async () => {
    expect(await grade({ 'qrels/test.tsv': 'q1\td1\t2', 'qrels/dev.tsv': 'q1\td1\t1', 'qrels.txt': 'q1 0 d1 3' })).toBe(2);
  });

  it('is the only split there is', async () => {
    expect(await grade({ 'qrels/dev.tsv': 'q1\td1\t1' })).toBe(1);
  });

  it('is the one that dataset.json names', async () => {
    expect(
      await grade({
        'qrels/test.tsv': 'q1\td1\t2',
        'qrels_graded/test.tsv': 'q1\td1\t3',
        'dataset.json': '{"qrels": "qrels_graded/test.tsv"}',
      }),
    ).toBe(3);
  });

  it('must not be open, nor named and missing', async () => {
    const open = await folderWith({ ...base, 'qrels/dev.tsv': 'q1\td1\t1', 'qrels/train.tsv': 'q1\td1\t1' });
    expect((await errorOf(loadDataset(open))).details).toEqual([
      `${join(open, 'qrels')}: holds dev.tsv, train.tsv and no test.tsv; name one in dataset.json, e.g. "qrels": "qrels/dev.tsv"`,
    ]);
    const gone = await folderWith({ ...base, 'dataset.json': '{"qrels": "qrels/gone.tsv"}' });
    expect((await errorOf(loadDataset(gone))).details).toEqual([`${join(gone, 'qrels', 'gone.tsv')}: does not exist`]);
  });
});
