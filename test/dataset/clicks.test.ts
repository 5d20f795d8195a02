import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/dataset/load.ts';
import { gradeOf, ruleWords } from '../../src/dataset/sources/clicks.ts';
import type { ClickRule, ClickSource, Dataset, QueriesSource } from '../../src/model/dataset.ts';
import { errorOf, folderWith } from './folder.ts';

const CORPUS = ['refund', 'export', 'invite'].map((text, i) => `{"_id": "d${i + 1}", "text": "${text}"}`).join('\n');
const RULE: ClickRule = { by: 'rate', thresholds: [0.1, 0.3], minimumImpressions: 10 };
const NO_COLUMNS = { query: null, text: null, document: null, clicks: null } as const;
const QUERIES: Omit<QueriesSource, 'path'> = { id: null, text: null, need: null, slices: [] };

function load(folder: string, clicks: Partial<ClickSource>, queries: string | null = null): Promise<Dataset> {
  const corpus = { path: join(folder, 'corpus.jsonl'), id: null, title: null, text: null, parent: null, metadata: [] };
  return loadDataset({
    name: 'shop',
    licence: null,
    allowEmpty: false,
    corpus,
    queries: queries === null ? null : { ...QUERIES, path: join(folder, queries) },
    qrels: null,
    clicks: {
      ...NO_COLUMNS,
      impressions: 'shown',
      rule: RULE,
      unknownDocuments: 'refuse',
      ...clicks,
      path: join(folder, clicks.path ?? ''),
    },
  });
}

/** d1 was clicked 8 of 20 times over two days, d2 3 of 20, d3 once of 20 and of 4 for another query. */
const LOG = [
  { query: 'money back', document: 'd1', shown: 10, clicks: 2 },
  { query: 'money back', document: 'd2', shown: 20, clicks: 3 },
  { query: ' money  back ', document: 'd1', shown: 10, clicks: 6 },
  { query: 'money back', document: 'd3', shown: 20, clicks: 1 },
  { query: 'csv', document: 'd3', shown: 4, clicks: 4 },
];
const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
const csv = (rows: readonly object[]) =>
  [Object.keys(rows[0] ?? {}), ...rows.map(Object.values)].map((cells) => cells.join(',')).join('\n');

describe('a grade of a pair', () => {
  it('is the number of thresholds that its click-through rate reaches', () => {
    const grades = [0, 1, 2, 5, 6, 20].map((clicks) => gradeOf({ clicks, impressions: 20 }, RULE));
    expect(grades).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('is none where it was shown too rarely, or where nobody knows how often and it was clicked too rarely', () => {
    expect(gradeOf({ clicks: 9, impressions: 9 }, RULE)).toBeNull();
    expect(gradeOf({ clicks: 0, impressions: 10 }, RULE)).toBe(0);
    const counted: ClickRule = { by: 'clicks', thresholds: [3, 10], minimumImpressions: 10 };
    expect([2, 3, 9, 10].map((clicks) => gradeOf({ clicks, impressions: null }, counted))).toEqual([null, 1, 1, 2]);
    expect(gradeOf({ clicks: 2, impressions: 10 }, counted)).toBe(0);
    expect(gradeOf({ clicks: 0, impressions: 0 }, { ...counted, minimumImpressions: 1 })).toBeNull();
  });

  it('has its rule in words', () => {
    expect(ruleWords(RULE, true)).toBe(
      'grade 1 from a click-through rate of 0.1, 2 from 0.3, 0 below; no grade for what was shown fewer than 10 times',
    );
    expect(ruleWords({ by: 'clicks', thresholds: [1], minimumImpressions: 1 }, false)).toMatch(/^grade 1 from 1 click; no grade below/);
  });
});

describe('a click log', () => {
  it('makes the same queries and judgements whatever it is written in, adds rows up and leaves out what has no answer', async () => {
    const folder = await folderWith({ 'corpus.jsonl': CORPUS, 'log.csv': csv(LOG), 'log.jsonl': lines(LOG) });
    const names = ['query', 'document', 'shown', 'clicks'] as const;
    const columnData = names.map((name) => ({
      name,
      data: LOG.map((row) => row[name]),
      type: name === 'shown' || name === 'clicks' ? ('INT32' as const) : ('STRING' as const),
    }));
    await writeFile(join(folder, 'log.parquet'), new Uint8Array(parquetWriteBuffer({ columnData })));
    const [first, ...others] = await Promise.all(['log.csv', 'log.jsonl', 'log.parquet'].map((path) => load(folder, { path })));
    expect(first?.queries).toEqual([
      { id: expect.stringMatching(/^q-[0-9a-f]{16}$/), text: 'money back', need: first?.queries[0]?.id, slices: {} },
    ]);
    const [grades] = [...(first?.qrels?.values() ?? [])];
    expect(Object.fromEntries(grades ?? [])).toEqual({ d1: 2, d2: 1, d3: 0 });
    expect(first?.weakGrades).toEqual({ source: 'clicks', rule: ruleWords(RULE, true) });
    expect(first?.warnings).toEqual([
      'Judged by clicks, rows of the log: 5; judgements: 3; judged queries: 1. Left out: queries without any document of grade 1: 1; pairs with too little to grade them by: 1.',
    ]);
    for (const other of others) {
      expect(other.hashes).toEqual(first?.hashes);
      expect(other.warnings).toEqual(first?.warnings);
    }
  });

  it('takes ids and texts side by side, and ids alone where queries have their own file', async () => {
    const folder = await folderWith({
      'corpus.jsonl': CORPUS,
      'both.csv': 'qid,query,document,clicks\n7,csv,d2,5\n8,refund,d1,2\n8,refund,d1,1.0\n',
      'ids.csv': 'qid,document,clicks\n7,d2,5\n8,d1,3\n99,gone,50\n',
      'queries.jsonl': '{"_id": "7", "text": "csv"}\n{"_id": "8", "text": "refund"}\n{"_id": "9", "text": "nobody clicked"}\n',
    });
    const rule: ClickRule = { by: 'clicks', thresholds: [3, 10], minimumImpressions: 10 };
    const both = await load(folder, { path: 'both.csv', impressions: null, rule });
    expect(both.queries.map(({ id, text }) => [id, text])).toEqual([
      ['7', 'csv'],
      ['8', 'refund'],
    ]);
    expect(both.qrels?.get('8')?.get('d1')).toBe(1);
    const mapped = await load(folder, { path: 'ids.csv', impressions: null, rule }, 'queries.jsonl');
    expect(mapped.queries).toHaveLength(3);
    expect(mapped.hashes.qrels).toBe(both.hashes.qrels);
    expect(mapped.warnings).toEqual([
      'Queries without judgement: 1 of 3; they count for neighbour overlap and not for quality.',
      'Judged by clicks, rows of the log: 3; judgements: 2; judged queries: 2. Left out: queries of the log that the data set does not have: 1.',
    ]);
  });
});

describe('what is wrong with a click log', () => {
  const faults = async (log: string, clicks: Partial<ClickSource> = {}, queries: string | null = null): Promise<string[]> => {
    const folder = await folderWith({ 'corpus.jsonl': CORPUS, 'log.csv': log, 'queries.jsonl': '{"_id": "7", "text": "csv"}' });
    const { code, details } = await errorOf(load(folder, { path: 'log.csv', ...clicks }, queries));
    expect(code).toBe('DATASET_INVALID');
    return details.map((line) => line.replaceAll(`${folder}/`, ''));
  };

  it('is told with file, line and what to name, all at once', async () => {
    expect(await faults('query,document,clicks\na,d1,5\n')).toContain(
      'log.csv:1: has no column "shown", which dataset.clicks.impressions names; it has query, document, clicks',
    );
    expect(await faults('who,what\na,d1\n')).toEqual([
      'log.csv:1: has no column "query_text" or "query" or "text"; it has who, what. Name it in the configuration: dataset.clicks.text',
      'log.csv:1: has no column "corpus-id" or "corpus_id" or "doc_id" or "doc-id"; it has who, what. Name it in the configuration: dataset.clicks.document',
      'log.csv:1: has no column "clicks"; it has who, what. Name it in the configuration: dataset.clicks.clicks',
      'log.csv:1: has no column "shown", which dataset.clicks.impressions names; it has who, what',
    ]);
    expect(
      await faults(
        'qid,query,document,shown,clicks\n1,a,d1,20,-1\n1,a,d1,20,2.5\n1,a,d1,,2\n1,a,d1,20,30\n1,,d1,20,9\n1,a,,20,9\n1,b,d1,20,9\n',
      ),
    ).toEqual([
      'log.csv:2: clicks must be a whole number of at least 0, found "-1"',
      'log.csv:3: clicks must be a whole number of at least 0, found "2.5"',
      'log.csv:4: impressions must be a whole number of at least 0, found ""',
      'log.csv:5: more clicks (30) than impressions (20); count one click an impression',
      'log.csv:6: the query text is empty',
      'log.csv:7: the document id is empty',
      'log.csv:8: query "1" has another text than on line 2',
    ]);
  });

  it('an unknown document, unless such rows are to be skipped', async () => {
    const log = 'query,document,shown,clicks\na,d1,20,9\na,gone,20,9\nb,gone,20,9\n';
    expect(await faults(log)).toEqual([
      'log.csv:3: document "gone" is not in corpus.jsonl',
      'log.csv:4: document "gone" is not in corpus.jsonl',
    ]);
    const folder = await folderWith({ 'corpus.jsonl': CORPUS, 'log.csv': log });
    const { queries, warnings } = await load(folder, { path: 'log.csv', unknownDocuments: 'skip' });
    expect(queries.map(({ text }) => text)).toEqual(['a']);
    expect(warnings.join()).toContain('query-document pairs whose document the corpus does not have: 2');
  });

  it('an empty log, a log of other queries, one that is not there, one whose clicks grade nothing', async () => {
    expect(await faults('query,document,shown,clicks\n')).toEqual(['log.csv: holds no query']);
    expect(await faults('qid,document,shown,clicks\n8,d1,20,9\n', {}, 'queries.jsonl')).toEqual([
      expect.stringMatching(/^log\.csv: gives no document of a query of this data set grade 1 \(grade 1 from a click-through rate of 0\.1/),
    ]);
    expect(await faults('query,document,shown,clicks\na,d1,20,1\n')).toEqual([expect.stringContaining('lower the thresholds')]);
    expect(await faults('', { path: 'none.csv' })).toContain('none.csv: does not exist');
    expect(await faults('', { path: 'none.csv' }, 'queries.jsonl')).toEqual(['none.csv: does not exist']);
  });

  it('a mark in dataset.json that says half', async () => {
    const folder = await folderWith({
      'corpus.jsonl': CORPUS,
      'queries.jsonl': '{"_id": "7", "text": "csv"}',
      'dataset.json': '{"weakGrades": {"source": "clicks"}}',
    });
    expect((await errorOf(loadDataset(folder))).details.join()).toContain('weakGrades must be { "source": "clicks"');
  });
});
