import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sealFacts } from '../../../src/dataset/hashes.ts';
import { loadDataset } from '../../../src/dataset/load.ts';
import { type JudgeImportOptions, judgeImport } from '../../../src/features/judge/import.ts';
import { blindSheet, markLine, sheetTsv } from '../../../src/features/judge/sheet.ts';
import type { DatasetMapping } from '../../../src/model/dataset.ts';
import { writeFileAtomic } from '../../../src/system/files.ts';
import { errorOf, folderWith } from '../../dataset/folder.ts';

const CORPUS = ['d1', 'd2', 'd3', '=d4'].map((id) => JSON.stringify({ _id: id, text: `about ${id}` })).join('\n');
const QUERIES = ['q1', 'q2'].map((id) => JSON.stringify({ _id: id, text: `asks ${id}` })).join('\n');
const QRELS = 'query-id\tcorpus-id\tscore\nq1\td1\t3\nq1\td2\t0\n';
const HEADER = 'query-id\tdocument-id\tgrade';

/** A data set with a file of grades beside it. */
async function project(grades: string, options: { name?: string; qrels?: string | null; more?: Record<string, string> } = {}) {
  const { name = 'grades.tsv', qrels = QRELS, more = {} } = options;
  const folder = await folderWith({ 'data/corpus.jsonl': CORPUS, 'data/queries.jsonl': QUERIES, [name]: grades, ...more });
  if (qrels !== null) await writeFileAtomic(join(folder, 'data', 'qrels', 'test.tsv'), qrels);
  const data = join(folder, 'data');
  const run = (given: Partial<JudgeImportOptions> = {}) =>
    judgeImport({
      dataset: data,
      file: join(folder, name),
      judge: 'alice',
      replace: false,
      recordOnly: false,
      asOf: '2026-01-31',
      ...given,
    });
  return { folder, data, run, read: (file: string) => readFileSync(join(data, file), 'utf8') };
}

const rows = (...lines: string[]) => `${[HEADER, ...lines].join('\n')}\n`;

describe('a filled-in sheet', () => {
  test('goes into the judgements, the judge’s file and the log; empty rows are counted; the rest stays byte for byte', async () => {
    const { data, run, read } = await project(rows('q2\td3\t2', 'q1\td3\t1', 'q2\td2\t', "q2\t'=d4\t0"));
    const result = await run();
    expect(result).toMatchObject({
      added: 3,
      replaced: 0,
      unchanged: 0,
      unfilled: 1,
      imports: 1,
      isNews: true,
      isMarked: false,
      judges: { alice: 3 },
    });
    expect(read('qrels/test.tsv')).toBe(`${QRELS}q1\td3\t1\nq2\t=d4\t0\nq2\td3\t2\n`);
    expect(read('judgements/alice.tsv')).toContain('q1\td3\t1\t2026-01-31\tyes\t\n');
    const dataset = await loadDataset(data);
    expect(dataset.hashes.qrels).toBe(result.qrels.after);
    expect(dataset.judging).toEqual({
      imports: 1,
      since: '2026-01-31',
      last: '2026-01-31',
      judges: ['alice'],
      added: 3,
      replaced: 0,
      agreement: [],
      looks: [{ date: '2026-01-31', needs: 1, of: null }],
    });
    expect(readdirSync(join(data, 'judgements')).sort()).toEqual(['alice.tsv', 'log.jsonl']);
  });

  test('may be gzipped, and so may JSON Lines', async () => {
    const { folder, run, read } = await project(rows());
    writeFileSync(join(folder, 'sheet.tsv.gz'), gzipSync(rows('q2\td3\t2')));
    expect(await run({ file: join(folder, 'sheet.tsv.gz') })).toMatchObject({ added: 1 });
    writeFileSync(join(folder, 'llm.jsonl.gz'), gzipSync('{"query":"q2","document":"d1","grade":1,"judge":"llm"}\n'));
    expect(await run({ file: join(folder, 'llm.jsonl.gz'), judge: null })).toMatchObject({ added: 1, judges: { llm: 1 } });
    expect(read('qrels/test.tsv')).toBe(`${QRELS}q2\td3\t2\nq2\td1\t1\n`);
  });

  test('imported twice changes nothing the second time', async () => {
    const { run, read } = await project(rows('q2\td3\t2'));
    await run();
    const before = [read('qrels/test.tsv'), read('judgements/log.jsonl'), read('judgements/alice.tsv')];
    expect(await run({ asOf: '2026-02-01' })).toMatchObject({ added: 0, unchanged: 1, isNews: false, imports: 1, files: [] });
    expect([read('qrels/test.tsv'), read('judgements/log.jsonl'), read('judgements/alice.tsv')]).toEqual(before);
  });

  test('starts qrels/test.tsv where there were no judgements', async () => {
    const { data, run, read } = await project(rows('q2\td3\t2'), { qrels: null });
    expect((await run()).qrels.before).toBeNull();
    expect(read('qrels/test.tsv')).toBe('query-id\tcorpus-id\tscore\nq2\td3\t2\n');
    expect((await loadDataset(data)).qrels?.get('q2')?.get('d3')).toBe(2);
  });

  test('keeps TREC format, CRLF and a missing line end', async () => {
    const { data, run, read } = await project(rows('q2\td3\t2', 'q1\td1\t1'), { qrels: 'q1 0 d1 3\r\nq1 0 d2 0' });
    const result = await run({ replace: true });
    expect(read('qrels/test.tsv')).toBe('q1 0 d1 1\r\nq1 0 d2 0\r\nq2 0 d3 2\r\n');
    expect((await loadDataset(data)).hashes.qrels).toBe(result.qrels.after);
  });

  test('reads what a spreadsheet saved: a byte-order mark, CRLF, quotes, more columns, the mark filled up', async () => {
    const { folder, data, run } = await project('');
    const { documents, queries, hashes } = await loadDataset(data);
    const sheet = blindSheet(
      queries.map((query) => ({ query, documents: documents.filter(({ id }) => id === 'd3' || id === '=d4') })),
      { hashes, highest: 3, seed: 7 },
    );
    const [mark = '', header = '', ...cells] = sheetTsv(sheet).replace(/\n$/, '').split('\n');
    const filled = cells.map((line) => line.replace(/'=d4/, `"'=d4"`).replace(/\t$/, '\t1'));
    writeFileSync(join(folder, 'grades.tsv'), `\uFEFF${[`${mark}\t\t\t\t\t`, header, ...filled, '\t\t\t\t\t'].join('\r\n')}\r\n`);
    expect(await run()).toMatchObject({ added: 4, isMarked: true });
  });
});

describe('a seal', () => {
  test('is renewed for the judgements alone, other keys stay', async () => {
    const { folder, data, run, read } = await project(rows('q2\td3\t2'));
    const sealed = { name: 'demo', licence: 'CC0', ...sealFacts(await loadDataset(data)), note: 'kept' };
    writeFileSync(join(data, 'dataset.json'), JSON.stringify(sealed));
    const result = await run();
    const renewed = JSON.parse(read('dataset.json'));
    expect(renewed).toEqual({
      ...sealed,
      hashes: { ...sealed.hashes, qrels: result.qrels.after },
      counts: { ...sealed.counts, judgedQueries: 2, judgements: 3 },
      judging: { imports: 1, head: result.hash },
    });
    expect(result.qrels.after).not.toBe(result.qrels.before);
    expect((await loadDataset(data)).name).toBe('demo');
    expect(result.files.at(-1)).toBe(join(folder, 'data', 'dataset.json'));
  });

  test('is not begun where there was none', async () => {
    const { data, run, read } = await project(rows('q2\td3\t2'));
    writeFileSync(join(data, 'dataset.json'), '{"name":"demo"}');
    await run();
    expect(read('dataset.json')).toBe('{"name":"demo"}');
  });
});

describe('needs that are added to others', () => {
  const AT = { evaluation: 'e'.repeat(12), old: 'a'.repeat(12), new: 'b'.repeat(12) };
  const corpus = { 'data/queries.jsonl': ['q1', 'q2', 'q3', 'q4'].map((id) => JSON.stringify({ _id: id, text: id })).join('\n') };

  test('follow a look, one an evaluation; grades for needs that are judged follow none', async () => {
    const { folder, data, run } = await project(rows('q1\td3\t2'), { more: corpus });
    await run();
    const { hashes } = await loadDataset(data);
    const mark = markLine(blindSheet([], { hashes, highest: 3, seed: 7, of: AT }));
    for (const [query, asOf] of [
      ['q2', '2026-02-01'],
      ['q3', '2026-02-02'],
    ] as const) {
      writeFileSync(join(folder, 'grades.tsv'), `${mark}\n${rows(`${query}\td3\t2`)}`);
      await run({ asOf });
    }
    const looks = [{ date: '2026-02-01', needs: 1, of: AT }];
    expect((await loadDataset(data)).judging?.looks).toEqual(looks);
    // Added by hand: nobody knows of what look.
    writeFileSync(join(data, 'qrels', 'test.tsv'), `${readFileSync(join(data, 'qrels', 'test.tsv'), 'utf8')}q4\td1\t1\n`);
    expect((await loadDataset(data)).judging?.looks).toEqual([...looks, { date: '2026-02-02', needs: 3, of: null }]);
  });
});

describe('contradictions', () => {
  test('are errors with file and line, and nothing is written', async () => {
    const { folder, data, run, read } = await project(rows('q2\td3\t2', 'q1\td1\t1', 'q1\td2\t2'));
    const error = await errorOf(run());
    expect(error.code).toBe('JUDGEMENTS_CONFLICT');
    expect(error.details).toEqual([
      `${join(folder, 'grades.tsv')}:3: query "q1", document "d1": 1 here, 3 in the judgements`,
      `${join(folder, 'grades.tsv')}:4: query "q1", document "d2": 2 here, 0 in the judgements`,
    ]);
    expect(read('qrels/test.tsv')).toBe(QRELS);
    expect(existsSync(join(data, 'judgements'))).toBe(false);
  });

  test('--replace puts the new grades in, and remembers the old for the agreement', async () => {
    const { data, folder, run, read } = await project(rows('q2\td3\t2', 'q1\td1\t1', 'q1\td2\t0'));
    const result = await run({ replace: true });
    expect(result).toMatchObject({ added: 1, replaced: 1, unchanged: 1 });
    expect(read('qrels/test.tsv')).toBe('query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\nq2\td3\t2\n');
    // alice 1 and 0, data set 3 and 0: 1 − (4/2) / (0.25 + 2.25 + 1) = 3/7.
    expect(result.agreement).toEqual([{ judges: ['alice', 'data set'], pairs: 2, kappa: expect.closeTo(3 / 7, 12) }]);
    writeFileSync(join(folder, 'grades.tsv'), rows('q1\td1\t2'));
    await run({ judge: 'bob', replace: true });
    const { judging } = await loadDataset(data);
    expect(judging).toMatchObject({ imports: 2, judges: ['alice', 'bob'], added: 1, replaced: 2 });
    // Bob replaced alice's grade; what came with the data set is still 3.
    expect(judging?.agreement.map(({ judges, pairs }) => [...judges, pairs])).toEqual([
      ['alice', 'bob', 1],
      ['alice', 'data set', 2],
      ['bob', 'data set', 1],
    ]);
  });

  test('--record-only leaves the judgements and counts no try', async () => {
    const { data, run, read } = await project(rows('q1\td1\t1', 'q1\td2\t0'));
    const result = await run({ recordOnly: true });
    expect(result).toMatchObject({ added: 0, replaced: 0, unchanged: 2, imports: 0, isNews: true });
    expect(result.agreement[0]?.kappa).toBeCloseTo(3 / 7, 12);
    expect(read('qrels/test.tsv')).toBe(QRELS);
    expect((await loadDataset(data)).judging).toMatchObject({ imports: 0, judges: ['alice'], added: 0 });
  });

  test('a judge who thinks again needs --replace', async () => {
    const { folder, run } = await project(rows('q1\td1\t1'));
    await run({ recordOnly: true });
    writeFileSync(join(folder, 'grades.tsv'), rows('q1\td1\t2'));
    expect((await errorOf(run({ recordOnly: true }))).details).toEqual([expect.stringContaining('2 here, 1 by alice on 2026-01-31')]);
    expect((await run({ recordOnly: true, replace: true })).agreement).toEqual([{ judges: ['alice', 'data set'], pairs: 1, kappa: 0 }]);
  });
});

describe('an LLM judge in JSON Lines', () => {
  const line = (document: string, grade: unknown, judge?: string) => JSON.stringify({ query: 'q2', document, grade, judge });

  test('names its judges itself; several agree or not', async () => {
    const lines = [line('d1', 3, 'gpt'), line('d2', 0, 'gpt'), line('d3', null, 'gpt'), line('d1', 3, 'claude'), line('d2', 0, 'claude')];
    const { run, read } = await project(`${lines.join('\n')}\n`, { name: 'llm.jsonl' });
    const result = await run({ judge: null });
    expect(result).toMatchObject({ added: 2, unchanged: 2, unfilled: 1, judges: { gpt: 2, claude: 2 } });
    expect(result.agreement).toEqual([{ judges: ['claude', 'gpt'], pairs: 2, kappa: 1 }]);
    expect(read('judgements/gpt.tsv')).toContain('q2\td1\t3\t2026-01-31\tyes');
    expect(read('judgements/claude.tsv')).toContain('q2\td1\t3\t2026-01-31\tno');
  });

  test('who contradict each other are a conflict, even with --replace', async () => {
    const { run } = await project(`${line('d1', 3, 'gpt')}\n${line('d1', 1, 'claude')}\n`, { name: 'llm.jsonl' });
    const error = await errorOf(run({ judge: null, replace: true }));
    expect(error.details).toEqual([expect.stringMatching(/llm\.jsonl:2: .*1 by claude here, 3 by gpt in .*llm\.jsonl:1$/)]);
  });

  test('every bad line is told', async () => {
    const lines = [
      '{',
      '[]',
      line('d1', 1.5, 'gpt'),
      line('d1', '2', 'gpt'),
      line('d9', 1, 'gpt'),
      line('d1', 1),
      line('d1', 1, '../x'),
      '{"query": 1}',
    ];
    const { data, run } = await project(`${lines.join('\n')}\n`, { name: 'llm.jsonl' });
    const error = await errorOf(run({ judge: null }));
    expect(error.code).toBe('DATASET_INVALID');
    expect(error.details.map((detail) => detail.replace(/^.*llm\.jsonl:/, ''))).toEqual([
      expect.stringMatching(/^1: not valid JSON/),
      '2: expected a JSON object',
      '3: grade must be a whole number, found 1.5',
      '4: grade must be a whole number, found "2"',
      '5: document "d9" is not in the data set',
      '6: names no judge; add "judge" to the line, or --judge to the command',
      expect.stringMatching(/^7: judge "\.\.\/x" must be/),
      '8: query must be an id, as text',
    ]);
    expect(existsSync(join(data, 'judgements'))).toBe(false);
  });
});

describe('bad sheets', () => {
  test('every bad row is told with file and line, and nothing is written', async () => {
    const bad = rows(
      'q9\td1\t1',
      'q2\tnone\t1',
      'q2\td1\t1.0',
      'q2\td1\tyes',
      'q2\td1\t2',
      'q2\td1\t2',
      '\td1\t1',
      'q2\td2\t1\textra',
      'q2\td3\t1000',
    );
    const { data, run, read } = await project(bad);
    const error = await errorOf(run());
    expect(error.code).toBe('DATASET_INVALID');
    expect(error.details.map((detail) => detail.replace(/^.*?grades\.tsv:/, ''))).toEqual([
      '2: query "q9" is not in the data set',
      '3: document "none" is not in the data set',
      '4: the grade must be a whole number, found "1.0"',
      '5: the grade must be a whole number, found "yes"',
      expect.stringMatching(/^7: query "q2" and document "d1" are graded twice, first in .*:6$/),
      '8: an id is empty',
      '9: has 4 cells, the header 3',
      '10: grade 1000 is beyond 100',
    ]);
    expect(read('qrels/test.tsv')).toBe(QRELS);
    expect(existsSync(join(data, 'judgements'))).toBe(false);
  });

  test.each([
    ['wrong columns', 'query\tdocument\tgrade\nq1\td1\t1\n', /:1: the columns query-id, document-id, grade are needed/],
    ['commas', 'query-id,document-id,grade\nq1,d1,1\n', /separated by tabs/],
    ['nothing', '', /holds no table/],
  ])('%s', async (_, content, message) => {
    const { run } = await project(content);
    expect((await errorOf(run())).details).toEqual([expect.stringMatching(message)]);
  });

  test('one that nobody filled in', async () => {
    const { run } = await project(rows('q1\td3\t', 'q2\td3'));
    const error = await errorOf(run());
    expect([error.code, error.message]).toEqual(['JUDGEMENTS_EMPTY', expect.stringContaining('2 rows, none filled in')]);
  });

  test('one of another data set, or beyond its scale', async () => {
    const { folder, data, run } = await project('');
    const { hashes, queries, documents } = await loadDataset(data);
    const sheet = blindSheet([{ query: queries[0] ?? fail(), documents }], { hashes, highest: 1, seed: 7 });
    writeFileSync(join(folder, 'grades.tsv'), `${markLine(sheet)}\n${rows('q2\td3\t2')}`);
    expect((await errorOf(run())).details).toEqual([expect.stringContaining(":3: the sheet's grades go from 0 to 1, found 2")]);
    const other = blindSheet([], { hashes: { ...hashes, queries: hashes.corpus }, highest: 1, seed: 7 });
    writeFileSync(join(folder, 'grades.tsv'), `${markLine(other)}\n${rows('q2\td3\t1')}`);
    const error = await errorOf(run());
    expect([error.code, error.message]).toEqual(['JUDGEMENTS_FOREIGN', expect.stringContaining('its queries have the hash')]);
  });

  test('a judge without a name that fits a file', async () => {
    const { run } = await project(rows('q2\td3\t2'));
    for (const judge of ['', '../x', '.hidden', 'a b', 'x'.repeat(65)]) expect((await errorOf(run({ judge }))).code).toBe('OPTION_INVALID');
    expect((await errorOf(run({ judge: null }))).details).toEqual([expect.stringContaining('--judge')]);
  });

  test('a log that was tampered with stops loading', async () => {
    const { data, run } = await project(rows('q2\td3\t2'));
    await run();
    writeFileSync(join(data, 'judgements', 'log.jsonl'), '{"imports": 0}\n');
    expect((await errorOf(loadDataset(data))).details).toEqual([expect.stringContaining('log.jsonl:1: not an entry of the judging log')]);
  });

  test('a log that was edited, cut short or deleted is seen', async () => {
    const { folder, data, run, read } = await project(rows('q1\td3\t2'));
    writeFileSync(join(data, 'dataset.json'), JSON.stringify(sealFacts(await loadDataset(data))));
    await run();
    writeFileSync(join(folder, 'grades.tsv'), rows('q2\td3\t2'));
    await run({ judge: 'bob' });
    const log = join(data, 'judgements', 'log.jsonl');
    const [whole, sealed] = [read('judgements/log.jsonl'), read('dataset.json')];
    const [first = '', second = ''] = whole.split('\n');
    const foundIn = async (text: string, description = sealed) => {
      writeFileSync(log, text);
      writeFileSync(join(data, 'dataset.json'), description);
      return (await errorOf(loadDataset(data))).details.join('\n');
    };
    expect(await foundIn(`${first}\n${second.replace('"before":1', '"before":2')}\n`)).toMatch(/log\.jsonl:2: was edited: its hash/);
    expect(await foundIn(`${second}\n`)).toMatch(/log\.jsonl:1: the entry before it is another one than when it was written/);
    expect(await foundIn(`${first}\n`)).toMatch(/log\.jsonl: ends elsewhere than dataset\.json says, with 1 of 2 imports/);
    const { judging: _, ...unsealed } = JSON.parse(sealed);
    expect(await foundIn(`${first}\n`, JSON.stringify(unsealed))).toMatch(/does not say when "bob" judged/);
    expect(await foundIn('', JSON.stringify(unsealed))).toMatch(/does not say when "alice" judged/);
    const { hash, previous, ...bare } = JSON.parse(second);
    expect([hash, previous].map((value) => value.length)).toEqual([64, 64]);
    expect(await foundIn(`${first}\n${JSON.stringify(bare)}\n`)).toMatch(/log\.jsonl:2: has no hash/);
    writeFileSync(log, whole);
    writeFileSync(join(data, 'dataset.json'), sealed);
    expect((await loadDataset(data)).judging?.imports).toBe(2);
  });

  test('an id that the format cannot hold', async () => {
    const corpus = `${CORPUS}\n${JSON.stringify({ _id: 'd 5', text: 'five' })}`;
    const { run, read } = await project(rows('q2\td 5\t2'), { qrels: 'q1 0 d1 3\n', more: { 'data/corpus.jsonl': corpus } });
    expect((await errorOf(run())).code).toBe('JUDGING_ID_UNWRITABLE');
    expect(read('qrels/test.tsv')).toBe('q1 0 d1 3\n');
  });
});

function fail(): never {
  throw new Error('the data set lacks it');
}

describe('judgements that a mapping names', () => {
  const MAPPED: readonly (readonly [file: string, before: string, after: string])[] = [
    [
      'judg.csv',
      'qid,note,sku,rel\r\nq1,"two\r\nlines",d1,3\r\nq1,,d2,0\r\n',
      'qid,note,sku,rel\r\nq1,"two\r\nlines",d1,2\r\nq1,,d2,0\r\nq2,,=d4,0\r\nq2,,d3,2\r\n',
    ],
    ['judg.tsv', 'rel\tsku\tqid\n3\td1\tq1\n0\td2\tq1', 'rel\tsku\tqid\n2\td1\tq1\n0\td2\tq1\n0\t=d4\tq2\n2\td3\tq2\n'],
    [
      'judg.jsonl',
      '{"qid":"q1","sku":"d1","rel":3,"by":"x"}\n{"qid":"q1","sku":"d2","rel":0}\n',
      '{"qid":"q1","sku":"d1","rel":2,"by":"x"}\n{"qid":"q1","sku":"d2","rel":0}\n{"qid":"q2","sku":"=d4","rel":0}\n{"qid":"q2","sku":"d3","rel":2}\n',
    ],
    ['judg.txt', 'q1 0 d1 3\nq1 0 d2 0\n', 'q1 0 d1 2\nq1 0 d2 0\nq2 0 =d4 0\nq2 0 d3 2\n'],
  ];

  const mapping = (data: string, qrels: DatasetMapping['qrels']): DatasetMapping => ({
    name: null,
    licence: null,
    allowEmpty: false,
    corpus: { path: join(data, 'corpus.jsonl'), id: null, title: null, text: null, parent: null, metadata: [] },
    queries: { path: join(data, 'queries.jsonl'), id: null, text: null, need: null, slices: [] },
    qrels,
  });

  test.each(MAPPED)('in %s take the grades, in its own format, and the rest stays byte for byte', async (name, before, after) => {
    const grades = rows('q2\td3\t2', 'q1\td1\t2', "q2\t'=d4\t0");
    const { data, run, read } = await project(grades, { qrels: null, more: { [`data/${name}`]: before } });
    const named = name.endsWith('.txt') ? { query: null, document: null, grade: null } : { query: 'qid', document: 'sku', grade: 'rel' };
    const dataset = mapping(data, { path: join(data, name), ...named });
    const result = await run({ dataset, replace: true });
    expect(result).toMatchObject({ added: 2, replaced: 1 });
    expect(read(name)).toBe(after);
    const loaded = await loadDataset(dataset);
    expect(loaded.hashes.qrels).toBe(result.qrels.after);
    expect(loaded.judging).toMatchObject({ imports: 1, judges: ['alice'] });
    expect((await run({ dataset, replace: true })).isNews).toBe(false);
    expect(read(name)).toBe(after);
  });

  test('of a format that cannot be written, or none, refuse before anything is read', async () => {
    const { data, run } = await project(rows('q1\td3\t1'));
    const parquet = mapping(data, { path: join(data, 'judg.parquet'), query: null, document: null, grade: null });
    expect((await errorOf(run({ dataset: parquet }))).message).toContain('judg.parquet');
    expect((await errorOf(run({ dataset: mapping(data, null) }))).code).toBe('DATASET_MAPPED');
  });
});
