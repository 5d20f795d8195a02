import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentText } from '../../src/dataset/corpus.ts';
import { loadDataset } from '../../src/dataset/load.ts';
import { CORPUS, errorOf, fixture, folderWith, QUERIES } from './folder.ts';

describe('loadDataset', () => {
  it('reads a BEIR folder, sorted by id, with needs, slices and grades', async () => {
    const dataset = await loadDataset(fixture('dataset-small'));
    expect(dataset.name).toBe('dataset-small');
    expect(dataset.documents.map(({ id }) => id)).toEqual(['export', 'login', 'refund']);
    expect(dataset.queries).toEqual([
      { id: 'q1', text: 'how do I get my money back?', need: 'refund', slices: { style: 'question' } },
      { id: 'q2', text: 'csv export', need: 'export', slices: { style: 'keywords' } },
      { id: 'q3', text: 'return payment', need: 'refund', slices: { style: 'keywords' } },
    ]);
    expect(dataset.sliceFields).toEqual(['style']);
    expect([...(dataset.qrels?.get('q2') ?? [])]).toEqual([
      ['export', 1],
      ['login', 0],
    ]);
    expect(dataset.warnings).toEqual([
      'Documents with a title only: 1 of 3, such as "login".',
      'Queries without judgement: 1 of 3; they count for neighbour overlap and not for quality.',
    ]);
  });

  it('reads TREC qrels beside the corpus to the same content', async () => {
    const beir = await loadDataset(fixture('dataset-small'));
    const trec = await loadDataset(fixture('dataset-trec'));
    expect(trec.qrels).toEqual(beir.qrels);
    expect(trec.hashes).toEqual(beir.hashes);
  });

  it('takes from dataset.json what counts once, and what silence means; and refuses what is neither', async () => {
    const files = { 'corpus.jsonl': CORPUS, 'queries.jsonl': QUERIES, 'qrels.tsv': 'query-id\tcorpus-id\tscore\nq1\td1\t1\n' };
    const stated = { weight: 'queries', judgements: 'sampled', qrels: 'qrels.tsv' };
    const dataset = await loadDataset(await folderWith({ ...files, 'dataset.json': JSON.stringify(stated) }));
    expect([dataset.weight, dataset.silence]).toEqual(['queries', expect.objectContaining({ means: 'sampled', stated: true })]);
    expect(await loadDataset(await folderWith(files))).not.toHaveProperty('weight');
    const wrong = await folderWith({ ...files, 'dataset.json': JSON.stringify({ weight: 'documents', judgements: 'all' }) });
    const { details } = await errorOf(loadDataset(wrong));
    expect(details.join('\n')).toContain('weight must be "needs" or "queries"');
    expect(details.join('\n')).toContain('judgements must be one of "complete", "pooled", "sampled"');
  });

  it('reports every problem at once, each with file and line', async () => {
    const folder = fixture('dataset-broken');
    const error = await errorOf(loadDataset(folder));
    expect(error.code).toBe('DATASET_INVALID');
    expect(error.message).toBe(`${folder} has 13 problems.`);
    const lines = error.details.map((line) => line.replace(`${folder}/`, ''));
    expect(lines[0]).toMatch(/^corpus\.jsonl:2: not valid JSON: /);
    expect(lines.slice(1)).toEqual([
      'corpus.jsonl:4: _id is missing',
      'corpus.jsonl:6: _id is empty',
      'corpus.jsonl:7: duplicate id "a", first on line 1',
      'corpus.jsonl:9: text must be text, found number',
      'corpus.jsonl:10: document "g" has neither a title nor a text key',
      'corpus.jsonl:11: expected a JSON object',
      'corpus.jsonl:8: document "e" is empty; in dataset.json or under `dataset`, allowEmpty: true takes them as they are, skipEmpty: true leaves them out with their judgements',
      'queries.jsonl:2: duplicate id "q1", first on line 1',
      'queries.jsonl:3: query "q2" has no text',
      'qrels/test.tsv:3: query "q1" and document "a" are judged twice and differently: 2 here, 1 on line 2',
      'qrels/test.tsv:6: the grade must be a whole number, found "0.5"',
      'qrels/test.tsv:7: expected 3 columns separated by tabs (query-id, corpus-id, score) or the 4 of TREC (query, iteration, document, grade)',
    ]);
  });

  it('caps the list and counts the rest', async () => {
    const { details } = await errorOf(loadDataset(fixture('dataset-broken'), { maxProblems: 2 }));
    expect(details).toHaveLength(3);
    expect(details[2]).toMatch(/^… and \d+ more$/);
    await expect(loadDataset(fixture('dataset-broken'), { maxProblems: 0 })).rejects.toThrow(RangeError);
  });

  it('tells all missing and empty files in one go', async () => {
    const none = await folderWith({ 'README.md': 'nothing here' });
    expect((await errorOf(loadDataset(none))).details).toEqual([
      `${join(none, 'corpus.jsonl')}: does not exist`,
      `${join(none, 'queries.jsonl')}: does not exist`,
    ]);
    const empty = await folderWith({ 'corpus.jsonl': '\n', 'queries.jsonl': '', 'qrels/test.tsv': 'query-id\tcorpus-id\tscore\n' });
    expect((await errorOf(loadDataset(empty))).details).toEqual([
      `${join(empty, 'corpus.jsonl')}: holds no document`,
      `${join(empty, 'queries.jsonl')}: holds no query`,
      `${join(empty, 'qrels', 'test.tsv')}: holds no judgement; leave it out to measure without judgements`,
    ]);
  });

  it('does not blame every judgement on a corpus that is not there', async () => {
    const folder = await folderWith({ 'queries.jsonl': QUERIES, 'qrels.txt': 'q1 0 d1 1\nq1 0 d2 1\n' });
    expect((await errorOf(loadDataset(folder))).details).toEqual([`${join(folder, 'corpus.jsonl')}: does not exist`]);
  });

  it('refuses a folder that does not exist, and a file', async () => {
    expect((await errorOf(loadDataset('/nowhere/at/all'))).code).toBe('FILE_MISSING');
    expect((await errorOf(loadDataset(fixture('dataset-small/corpus.jsonl')))).code).toBe('FOLDER_IS_FILE');
  });

  it('takes a data set without judgements and says so', async () => {
    const dataset = await loadDataset(await folderWith({ 'corpus.jsonl': CORPUS, 'queries.jsonl': QUERIES }));
    expect(dataset.qrels).toBeNull();
    expect(dataset.hashes.qrels).toBeNull();
    expect(dataset.warnings).toEqual([]);
    expect(dataset.notes).toEqual([expect.stringMatching(/^No judgements were found/)]);
  });

  it('takes one query, one document and a plain id key', async () => {
    const folder = await folderWith({ 'corpus.jsonl': '{"id": "d", "text": "x"}', 'queries.jsonl': '{"id": "q", "text": "x"}\r\n' });
    const dataset = await loadDataset(folder);
    expect(dataset.documents).toEqual([{ id: 'd', title: '', text: 'x' }]);
    expect(dataset.queries).toEqual([{ id: 'q', text: 'x', need: 'q', slices: {} }]);
  });

  it('counts what is odd: negative grades, nothing relevant, repeated texts', async () => {
    const folder = await folderWith({
      'corpus.jsonl': `${CORPUS}{"_id": "d3", "title": "two", "text": ""}\n`,
      'queries.jsonl': QUERIES,
      'qrels.txt': 'q1 0 d1 -1\nq1 0 d2 0\nq2 0 d2 1\n',
    });
    expect((await loadDataset(folder)).warnings).toEqual([
      'Documents with a title only: 1 of 3, such as "d3".',
      'Documents that repeat the text of another: 1 of 3; where they tie, ids decide.',
      'Judged queries with nothing relevant: 1 of 2; they score 0.',
      'Negative grades: 1 of 3 judgements; they count as not relevant.',
    ]);
  });

  it('takes empty documents where that is allowed', async () => {
    const files = { 'corpus.jsonl': `${CORPUS}{"_id": "void", "title": "", "text": ""}\n`, 'queries.jsonl': QUERIES };
    const allowed = await loadDataset(await folderWith({ ...files, 'dataset.json': '{"allowEmpty": true}' }));
    expect(allowed.documents).toHaveLength(3);
    expect(allowed.warnings[0]).toBe('Documents with neither title nor text: 1 of 3; they are embedded as empty text.');
    expect((await loadDataset(await folderWith(files), { allowEmpty: true })).documents).toHaveLength(3);
    expect((await errorOf(loadDataset(await folderWith(files)))).details[0]).toContain('allowEmpty');
  });
});

describe('documentText', () => {
  it('joins title and text by a space and trims', () => {
    expect(documentText({ id: '1', title: 'Refunds', text: 'Within 14 days.' })).toBe('Refunds Within 14 days.');
    expect(documentText({ id: '1', title: '', text: ' plain ' })).toBe('plain');
    expect(documentText({ id: '1', title: 'only', text: '' })).toBe('only');
  });
});

describe('one cause', () => {
  const rest = { 'queries.jsonl': '{"_id":"q1","text":"a?"}\n', 'qrels/test.tsv': 'q1\td1\t1\nq1\td2\t1\n' };
  const faults = async (corpus: string) => {
    const folder = await folderWith({ ...rest, 'corpus.jsonl': corpus });
    return (await errorOf(loadDataset(folder))).details.map((line) => line.replaceAll(`${folder}/`, ''));
  };

  it('is one error: an empty corpus', async () => {
    expect(await faults('')).toEqual(['corpus.jsonl: holds no document']);
  });

  it('is named where a key is mistyped', async () => {
    expect(await faults('{"_id":"d1","title":"A","text":"a"}\n{"_id":"d2","title":"B","txt":"b"}\n')).toEqual([
      'corpus.jsonl:2: document "d2" has no "text", but "txt"; rename that key if it is meant, or add "text": "" if it is not',
    ]);
  });
});
