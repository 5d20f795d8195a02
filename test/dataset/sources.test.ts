import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { openCorpus } from '../../src/dataset/corpus-index.ts';
import { loadDataset } from '../../src/dataset/load.ts';
import { markdownRecord } from '../../src/dataset/sources/markdown.ts';
import { topicRecord } from '../../src/dataset/sources/topics.ts';
import type { CorpusSource, DatasetMapping, QrelsSource, QueriesSource } from '../../src/model/dataset.ts';
import { errorOf, folderWith } from './folder.ts';

const DOCUMENTS = [
  { sku: '1', name: 'Refunds', body: 'Within 14 days, "no questions".' },
  { sku: '2', name: 'Export', body: 'Open settings,\nthen export.' },
];
const QUESTIONS = [
  { qid: '301', question: 'money back & forth', need: 'refund', style: 'words' },
  { qid: '302', question: 'csv export', need: 'export', style: 'words' },
];
const GRADES = [
  { q: '301', d: '1', rel: '2' },
  { q: '302', d: '2', rel: '1' },
];

const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;

function csv(rows: readonly Readonly<Record<string, string>>[]): string {
  return [Object.keys(rows[0] ?? {}), ...rows.map(Object.values)].map((cells) => cells.map(quoted).join(',')).join('\r\n');
}

function parquet(rows: readonly Readonly<Record<string, string>>[]): Uint8Array {
  const columnData = Object.keys(rows[0] ?? {}).map((name) => ({
    name,
    data: rows.map((row) => row[name] ?? ''),
    type: 'STRING' as const,
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

const COLUMNS = {
  corpus: { id: 'sku', title: 'name', text: 'body', parent: null, metadata: [] },
  queries: { id: 'qid', text: 'question', need: 'need', slices: ['style'] },
  qrels: { query: 'q', document: 'd', grade: 'rel' },
} as const;

function mapping(
  folder: string,
  corpus: Partial<CorpusSource>,
  queries: Partial<QueriesSource>,
  qrels: Partial<QrelsSource>,
): DatasetMapping {
  return {
    name: 'shop',
    licence: null,
    allowEmpty: false,
    corpus: { ...COLUMNS.corpus, ...corpus, path: join(folder, corpus.path ?? '') },
    queries: { ...COLUMNS.queries, ...queries, path: join(folder, queries.path ?? '') },
    qrels: { ...COLUMNS.qrels, ...qrels, path: join(folder, qrels.path ?? '') },
  };
}

async function shop(): Promise<string> {
  const folder = await folderWith({
    'corpus.jsonl': lines(DOCUMENTS.map(({ sku, name, body }) => ({ _id: sku, title: name, text: body }))),
    'queries.jsonl': lines(QUESTIONS.map(({ qid, question, need, style }) => ({ _id: qid, text: question, metadata: { need, style } }))),
    'qrels/test.tsv': `query-id\tcorpus-id\tscore\n${GRADES.map(({ q, d, rel }) => `${q}\t${d}\t${rel}`).join('\n')}\n`,
    'mapped/a.jsonl': lines(DOCUMENTS),
    'mapped/q.jsonl': lines(QUESTIONS),
    'mapped/g.jsonl': lines(GRADES.map((row) => ({ ...row, rel: Number(row.rel) }))),
    'mapped/a.csv': csv(DOCUMENTS),
    'mapped/q.csv': csv(QUESTIONS),
    'mapped/g.csv': csv(GRADES),
    'mapped/q.tsv': ['qid\tquestion\tneed\tstyle', ...QUESTIONS.map((row) => Object.values(row).join('\t'))].join('\n'),
    'mapped/g.txt': GRADES.map(({ q, d, rel }) => `${q} 0 ${d} ${rel}`).join('\n'),
    'docs/1': '',
    'docs/en/one.md': '---\nsku: "1"\n---\n# Refunds\n\nWithin 14 days, "no questions".\n',
    'docs/two.md': '---\nsku: 2\ntitle: Export\n---\n\nOpen settings,\nthen export.\n',
    'mapped/q.topics': QUESTIONS.map(
      ({ qid, question, need, style }) =>
        `<top>\n<num> Number: ${qid}\n<title> ${question.replace('&', '&amp;')}\n<need> ${need}\n<style> ${style}\n\n<desc> Description:\nlong\n</top>`,
    ).join('\n\n'),
    'mapped/q.xml': `<topics>\n${QUESTIONS.map(
      ({ qid, question, need, style }) =>
        `<topic number="${qid}">\n<query>${question.replace('&', '&amp;')}</query><need>${need}</need><style>${style}</style>\n</topic>`,
    ).join('\n')}\n</topics>`,
  });
  await writeFile(join(folder, 'mapped/a.parquet'), parquet(DOCUMENTS));
  await writeFile(join(folder, 'mapped/q.parquet'), parquet(QUESTIONS));
  await writeFile(join(folder, 'mapped/g.parquet'), parquet(GRADES));
  return folder;
}

describe('the same data in another format', () => {
  it('has the same content and hashes in all of them', async () => {
    const folder = await shop();
    const { hashes, documents, queries, qrels } = await loadDataset(folder);
    const topics = { id: null, text: null };
    const formats = [
      mapping(folder, { path: 'mapped/a.jsonl' }, { path: 'mapped/q.jsonl' }, { path: 'mapped/g.jsonl' }),
      mapping(folder, { path: 'mapped/a.csv' }, { path: 'mapped/q.csv' }, { path: 'mapped/g.csv' }),
      mapping(folder, { path: 'mapped/a.parquet' }, { path: 'mapped/q.parquet' }, { path: 'mapped/g.parquet' }),
      mapping(folder, { path: 'docs', title: null, text: null }, { path: 'mapped/q.tsv' }, { path: 'mapped/g.txt' }),
      mapping(folder, { path: 'docs/**/*.md', title: null, text: null }, { path: 'mapped/q.topics', ...topics }, { path: 'mapped/g.csv' }),
      mapping(folder, { path: 'mapped/a.csv' }, { path: 'mapped/q.xml', ...topics }, { path: 'mapped/g.txt' }),
    ];
    for (const format of formats) {
      const read = await loadDataset(format);
      expect(read.documents).toEqual(documents);
      expect(read.queries).toEqual(queries);
      expect(read.qrels).toEqual(qrels);
      expect(read.hashes).toEqual(hashes);
      expect(read.name).toBe('shop');
      const index = await openCorpus(format);
      expect([...index.ids()].sort()).toEqual(['1', '2']);
    }
  });

  it('reads a folder with TREC topics and a corpus in CSV', async () => {
    const folder = await folderWith({
      'corpus.csv': 'id,title,text\n1,A,one\n2,B,two\n',
      'topics.txt.topics': '<top>\n<num>7</num>\n<title>one</title>\n</top>\n',
      'qrels.txt': '7 0 1 1\n',
    });
    const read = await loadDataset(folder);
    expect(read.queries).toEqual([{ id: '7', text: 'one', need: '7', slices: {} }]);
    expect(read.documents.map(({ id, title }) => [id, title])).toEqual([
      ['1', 'A'],
      ['2', 'B'],
    ]);
    expect([...(await openCorpus(folder)).ids()]).toEqual(['1', '2']);
  });

  it('takes whole numbers as ids, wherever a corpus is read', async () => {
    const folder = await folderWith({
      'corpus.jsonl': '{"_id": 7, "text": "one"}\n{"id": 8, "text": "two"}\n',
      'queries.jsonl': '{"_id": 1, "text": "one?"}\n',
    });
    expect((await loadDataset(folder)).documents.map(({ id }) => id)).toEqual(['7', '8']);
    const index = await openCorpus(folder);
    expect([...index.ids()]).toEqual(['7', '8']);
    expect(index.hashOf('8')).not.toBeNull();
  });
});

describe('files of retrieval toolkits', () => {
  it('without a header are an id and a text; with one, its usual names are known', async () => {
    const folder = await folderWith({
      'c.tsv': '7\tThe first document\nD8\tAnother, with a "quote\n',
      'q.tsv': 'q1\twhat is first\n',
      'q.jsonl': '{"qid": 12, "query": "what is another"}\n',
      'h.tsv': 'docid\ttext\n7\tThe first document\n',
    });
    const read = async (corpus: string, queries: string) => {
      const unnamed = { id: null, title: null, text: null, parent: null, metadata: [] };
      const { documents, queries: asked } = await loadDataset({
        ...mapping(folder, { path: corpus }, { path: queries }, { path: 'none' }),
        corpus: { ...unnamed, path: join(folder, corpus) },
        queries: { id: null, text: null, need: null, slices: [], filter: [], path: join(folder, queries) },
        qrels: null,
      } as Parameters<typeof loadDataset>[0]);
      return [documents.map(({ id, text }) => [id, text]), asked.map(({ id, text }) => [id, text])];
    };
    expect(await read('c.tsv', 'q.tsv')).toEqual([
      [
        ['7', 'The first document'],
        ['D8', 'Another, with a "quote'],
      ],
      [['q1', 'what is first']],
    ]);
    expect(await read('h.tsv', 'q.jsonl')).toEqual([[['7', 'The first document']], [['12', 'what is another']]]);
    await expect(read('c.tsv', 'h.tsv')).rejects.toMatchObject({
      details: [expect.stringContaining('h.tsv:1: has no column "_id" or "id" or "qid" or "query_id"; it has docid, text')],
    });
  });
});

describe('what is wrong with a mapping', () => {
  it('names file, line, column and what is there, all at once', async () => {
    const folder = await folderWith({
      'a.csv': 'sku,heading\n1,x\n',
      'q.csv': 'qid,question,need,style\n1,a,b\n2,c,n,s\n2,d,n,s\n',
      'g.csv': 'q,d,rel\n2,9,1\n2,1,high\n8,1,0\n',
    });
    const { code, details } = await errorOf(loadDataset(mapping(folder, { path: 'a.csv' }, { path: 'q.csv' }, { path: 'g.csv' })));
    expect(code).toBe('DATASET_INVALID');
    expect(details.map((line) => line.replaceAll(`${folder}/`, ''))).toEqual([
      'a.csv:1: has no column "name", which dataset.corpus.title names; it has sku, heading',
      'a.csv:1: has no column "body", which dataset.corpus.text names; it has sku, heading',
      'q.csv:2: has 3 cells, the header has 4; quote cells that hold the separator',
      'q.csv:4: duplicate id "2", first on line 3',
      'g.csv:3: the grade must be a whole number, found "high"',
    ]);
  });

  it('says one cause once: a column near the one named, semicolons, a quote that is not closed', async () => {
    const good = { 'q.csv': 'qid,question,need,style\n1,a,n,s\n', 'g.csv': 'q,d,rel\n1,1,1\n' };
    const faults = async (corpus: string, file = 'a.csv') => {
      const folder = await folderWith({ ...good, [file]: corpus });
      const { details } = await errorOf(loadDataset(mapping(folder, { path: file }, { path: 'q.csv' }, { path: 'g.csv' })));
      return details.map((line) => line.replaceAll(`${folder}/`, ''));
    };
    expect(await faults('sku,name,boddy\n1,a,b\n')).toEqual([
      'a.csv:1: has no column "body", which dataset.corpus.text names; it has sku, name, boddy. Did you mean "boddy"?',
    ]);
    expect(await faults('sku;name;body\n1;a;b\n')).toEqual([
      'a.csv:1: the cells seem to be separated by semicolons; save the file with commas, or with tabs as .tsv',
    ]);
    expect(await faults('sku,name,body\n1,a,b\n2,"a,b\n3,a,b\n')).toEqual(['a.csv:3: a quote opens here and is not closed']);
    expect(await faults('sku,name,body\n')).toEqual(['a.csv: holds no document']);
    expect(await faults('{"sku":"1","name":"a","boddy":"b"}\n', 'a.jsonl')).toEqual([
      'a.jsonl:1: has no "body", but "boddy"; rename that key if it is meant, or add "body": "" if it is not',
    ]);
  });

  it('refuses an unknown format, a missing file, topics without a number or an end', async () => {
    const folder = await folderWith({
      'q.topics': '<top>\n<title> a\n</top>\n<top>\n<num> 2\n<title> b\n',
      'g.csv': 'q,d,rel\n2,1,1\n',
    });
    const topics = { path: 'q.topics', id: null, text: null, need: null, slices: [] };
    const { details } = await errorOf(loadDataset(mapping(folder, { path: 'a.docx' }, topics, { path: 'none.csv' })));
    expect(details.map((line) => line.replaceAll(`${folder}/`, ''))).toEqual([
      'a.docx: ".docx" is no format known for corpus; known are .jsonl, .csv, .tsv, .parquet, .arrow, and Markdown',
      'q.topics:1: the topic has no number (<num>, or number="…")',
      'q.topics:4: the topic does not end: </top> or </topic> is missing',
      'none.csv: does not exist',
    ]);
  });

  it('refuses a corpus of which only a part is chunked', async () => {
    const folder = await folderWith({
      'a.jsonl': lines([
        { id: '1', text: 'a', page: 'p' },
        { id: '2', text: 'b' },
      ]),
      'q.csv': 'qid,question\n1,a\n',
    });
    const source = mapping(
      folder,
      { path: 'a.jsonl', id: 'id', title: null, text: 'text', parent: 'page' },
      { path: 'q.csv', need: null, slices: [] },
      {},
    );
    const { details } = await errorOf(loadDataset({ ...source, qrels: null }));
    expect(details).toEqual([`${join(folder, 'a.jsonl')}: 1 of 2 documents have no parent; give every chunk one, or none`]);
  });
});

it('takes the title of Markdown from front matter, else from the first heading', () => {
  const fail = (reason: string) => {
    throw new Error(reason);
  };
  expect(markdownRecord('---\ntitle: A\n---\n# B\ntext', fail)).toEqual({ title: 'A', text: '# B\ntext' });
  expect(markdownRecord('intro\n\n## B ##\n\ntext', fail)).toEqual({ title: 'B', text: 'intro\n\n\n\ntext' });
  expect(markdownRecord('# C# \ntext', fail)).toEqual({ title: 'C#', text: 'text' });
  expect(markdownRecord('plain', fail)).toEqual({ title: '', text: 'plain' });
  expect(() => markdownRecord('---\na: [\n---\nx', fail)).toThrow();
});

it('reads fields of TREC topics without closing tags', () => {
  const block = '<top>\n<num> Number: 401\n<title> foreign\n minorities\n<desc> Description:\nWhat is &lt;it&gt;?\n</top>';
  expect(topicRecord(block)).toEqual({ num: '401', title: 'foreign minorities', desc: 'What is <it>?' });
});
