import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { bytesOf, header, npy } from '../formats/npy-files.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { commandLine, type Printed } from './command-line.ts';

const [DOCUMENTS, QUERIES, WIDTH] = [120, 24, 12];
const random = seededRandom(11, 'mistakes');
const noise = (scale: number): number => scale * (random.next() + random.next() - 1);
const rows = (count: number, from: (i: number, j: number) => number): number[][] =>
  Array.from({ length: count }, (_, i) => Array.from({ length: WIDTH }, (_, j) => from(i, j)));
const DOCUMENT = rows(DOCUMENTS, () => noise(1));
const QUERY = rows(QUERIES, (i, j) => (DOCUMENT[i * 5]?.[j] ?? 0) + noise(0.3));
/** Vectors of a version: those of all, a little moved. */
const VECTORS = ['v1', 'v2'].map((version) => ({
  version,
  docs: DOCUMENT.map((row) => row.map((value) => value + noise(0.2))),
  queries: QUERY.map((row) => row.map((value) => value + noise(0.2))),
}));
const matrix = (vectors: readonly (readonly number[])[]): Uint8Array =>
  npy(header('<f4', `(${vectors.length}, ${vectors[0]?.length})`), bytesOf(Float32Array.from(vectors.flat())));
const lines = (texts: readonly string[]): string => `${texts.join('\n')}\n`;

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'data/corpus.jsonl': lines(
    DOCUMENT.map((_, i) => JSON.stringify({ _id: `d${i}`, title: `Title ${i}`, text: `Text of document number ${i}` })),
  ),
  'data/queries.jsonl': lines(QUERY.map((_, i) => JSON.stringify({ _id: `q${i}`, text: `What is number ${i * 5}?` }))),
  'data/qrels/test.tsv': lines([
    'query-id\tcorpus-id\tscore',
    ...QUERY.flatMap((_, i) => [0, 1].map((j) => `q${i}\td${(i * 5 + j) % DOCUMENTS}\t1`)),
  ]),
  'vec/docs.ids.txt': lines(DOCUMENT.map((_, i) => `d${i}`)),
  'vec/queries.ids.txt': lines(QUERY.map((_, i) => `q${i}`)),
  ...Object.fromEntries(
    VECTORS.flatMap(({ version, docs, queries }) => [
      [`vec/docs_${version}.npy`, matrix(docs)],
      [`vec/queries_${version}.npy`, matrix(queries)],
      [
        `${version}.yaml`,
        lines([
          `id: ${version}`,
          'embedder: precomputed',
          `tag: ${version}`,
          'vectors:',
          `  query: { path: vec/queries_${version}.npy, ids: vec/queries.ids.txt }`,
          `  document: { path: vec/docs_${version}.npy, ids: vec/docs.ids.txt }`,
        ]),
      ],
    ]),
  ),
  'data/dataset.json': '{ "judgements": "complete" }\n',
  'policy.yaml': 'rules:\n  - { metric: nDCG@10, nonInferior: 0.2 }\n',
  'cutover.yaml': 'dataset: data\nold: v1.yaml\nnew: v2.yaml\nsearch: { k: 20 }\npolicy: policy.yaml\noutput: reports\n',
};

/** A folder with a comparison that works, in which mistakes are made. */
class Folder {
  readonly path = temporaryFolder();

  constructor() {
    for (const [name, content] of Object.entries(FILES)) this.write(name, content);
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), content);
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  /** Replaces text that has to be there. */
  put(name: string, from: string, to: string): void {
    expect(this.read(name)).toContain(from);
    this.write(name, this.read(name).replace(from, to));
  }

  /** Lines changed in place. */
  edit(name: string, change: (all: string[]) => string[]): void {
    this.write(name, lines(change(this.read(name).trim().split('\n'))));
  }

  /** Every file of text, changed. */
  each(change: (text: string) => string): void {
    for (const name of Object.keys(FILES).filter((file) => !file.endsWith('.npy'))) this.write(name, change(this.read(name)));
  }

  /** A record of a JSON Lines file, changed. */
  record(name: string, at: number, change: object): void {
    this.edit(name, (all) => all.map((line, i) => (i === at ? JSON.stringify({ ...JSON.parse(line), ...change }) : line)));
  }

  remove(name: string): void {
    rmSync(join(this.path, name));
  }

  run(command: string): Promise<Printed> {
    return commandLine(this.path, { env: { CI: '1', CUTOVER_CACHE_SCOPE: 'protected' } })(...command.split(' '));
  }
}

const MAPPING = (corpus: string, more = '') =>
  `dataset: { corpus: { path: data/${corpus}${more} }, queries: { path: data/queries.jsonl } }`;
const utf16 = (text: string): Uint8Array => Buffer.from(`\ufeff${text}`, 'utf16le');

interface Mistake {
  readonly name: string;
  readonly make: (folder: Folder) => void;
  readonly said: RegExp;
  readonly command: string;
}
type Row = readonly [name: string, make: (folder: Folder) => void, said: RegExp, command?: string];
const cases = (rows: readonly Row[]): Mistake[] => rows.map(([name, make, said, command = 'run']) => ({ name, make, said, command }));

const REFUSED: readonly Row[] = [
  ['a mistyped key', (f) => f.put('cutover.yaml', 'dataset:', 'datset:'), /cutover\.yaml:1:1: datset: unknown key, did you mean dataset\?/],
  [
    'a mistyped key further in',
    (f) => f.put('cutover.yaml', '{ k: 20 }', '{ k: 20, hnsw: { efsearch: 64 } }'),
    /cutover\.yaml:4:26: search\.hnsw\.efsearch: unknown key, did you mean efSearch\?/,
  ],
  [
    'a data set that is not there',
    (f) => f.put('cutover.yaml', 'dataset: data', 'dataset: dat'),
    /cutover\.yaml:1:10: dataset: .*dat does not exist/,
  ],
  [
    'a version that is not there',
    (f) => f.put('cutover.yaml', 'old: v1.yaml', 'old: versions/v1.yaml'),
    /cutover\.yaml:2:6: old: versions\/v1\.yaml does not exist/,
  ],
  [
    'a column that is not there',
    (f) => {
      f.write('data/c.csv', 'docid,body\nd1,hello world\nd2,foo\n');
      f.put('cutover.yaml', 'dataset: data', MAPPING('c.csv', ', id: docid, text: bdy'));
    },
    /c\.csv:1: has no column "bdy".*it has docid, body\. Did you mean "body"\?/,
  ],
  [
    'vectors of queries and documents exchanged',
    (f) => f.write('v1.yaml', f.read('v1.yaml').replace('query:', 'Q:').replace('document:', 'query:').replace('Q:', 'document:')),
    /VECTORS_MISSING .*queries_v1\.npy lacks the vectors of 120 texts, among them "d0"/,
  ],
  [
    'the same vectors under two names',
    (f) => f.write('v2.yaml', f.read('v1.yaml').replaceAll(': v1', ': v2')),
    /VERSIONS_IDENTICAL .*the same vectors under two tags/,
  ],
  ['one version twice', (f) => f.put('cutover.yaml', 'v2.yaml', 'v1.yaml'), /VERSIONS_IDENTICAL/],
  [
    'a mistyped model',
    (f) => {
      f.write('v2.yaml', 'id: m\nmodel: Xenova/bge-samll-en\npooling: cls\n');
      f.write('cutover.yaml', `${f.read('cutover.yaml')}models: { allowNetwork: false }\n`);
    },
    /MODEL_MISSING[\s\S]*v2\.yaml: version "m" names it[\s\S]*did you mean Xenova\/bge-small-en\?[\s\S]*models\/Xenova\/bge-samll-en/,
  ],
  [
    'two widths in one version',
    (f) => f.write('vec/queries_v2.npy', matrix((VECTORS[1]?.queries ?? []).map((row) => row.slice(0, 6)))),
    /VECTORS_OF_TWO_WIDTHS .*6 dimensions for the queries, .*12 for the documents/,
  ],
  [
    'whole numbers that nobody explains',
    (f) =>
      f.write(
        'vec/docs_v2.npy',
        npy(header('|i1', `(${DOCUMENTS}, ${WIDTH})`), new Uint8Array(Int8Array.from(DOCUMENT.flat(), (value) => value * 100 || 1).buffer)),
      ),
    /docs_v2\.npy: row 0 \(.*docs\.ids\.txt:1\): .*encoding: int8/,
  ],
  [
    'UTF-16 queries',
    (f) => f.write('data/queries.jsonl', utf16(f.read('data/queries.jsonl'))),
    /queries\.jsonl is UTF-16, and UTF-8 is expected/,
  ],
  ['a UTF-16 configuration', (f) => f.write('cutover.yaml', utf16(f.read('cutover.yaml'))), /FILE_ENCODING .*UTF-16[\s\S]*iconv/],
  ['UTF-16 judgements', (f) => f.write('data/qrels/test.tsv', utf16(f.read('data/qrels/test.tsv'))), /test\.tsv is UTF-16/],
  [
    'a Latin-1 corpus',
    (f) => {
      f.record('data/corpus.jsonl', 4, { text: 'café' });
      f.write('data/corpus.jsonl', Buffer.from(f.read('data/corpus.jsonl'), 'latin1'));
    },
    /corpus\.jsonl:5 has the byte 0xE9.*Latin-1/,
  ],
  ['an empty file of judgements', (f) => f.write('data/qrels/test.tsv', ''), /test\.tsv: holds no judgement; leave it out/],
  ['judgements of a header only', (f) => f.write('data/qrels/test.tsv', 'query-id\tcorpus-id\tscore\n'), /holds no judgement/],
  [
    'a document twice',
    (f) => f.edit('data/corpus.jsonl', (all) => [...all, all[3] ?? '']),
    /corpus\.jsonl:121: duplicate id "d3", first on line 4/,
  ],
  [
    'a query twice',
    (f) => f.edit('data/queries.jsonl', (all) => [...all, all[3] ?? '']),
    /queries\.jsonl:25: duplicate id "q3", first on line 4/,
  ],
  [
    'an id of two vectors',
    (f) => f.edit('vec/docs.ids.txt', (all) => all.map((id, i) => (i === 5 ? 'd4' : id))),
    /docs\.ids\.txt:6\).*"d4"/,
  ],
  [
    'fewer ids than vectors',
    (f) => f.edit('vec/docs.ids.txt', (all) => all.slice(0, -1)),
    /docs\.ids\.txt: 119 ids for the 120 rows of .*docs_v1\.npy/,
  ],
  ['a tab in an id', (f) => f.record('data/corpus.jsonl', 5, { _id: 'a\tb' }), /test\.tsv:4: document "d5" is not in corpus\.jsonl/],
  [
    'a document without a letter',
    (f) => f.record('data/corpus.jsonl', 2, { title: '', text: '' }),
    /corpus\.jsonl:3: document "d2" is empty; .*allowEmpty: true.*skipEmpty: true/,
  ],
  ['a query of spaces', (f) => f.record('data/queries.jsonl', 2, { text: '  ' }), /queries\.jsonl:3: query "q2" has no text/],
  [
    'tabs in YAML',
    (f) => f.write('policy.yaml', 'rules:\n\t- { metric: nDCG@10, nonInferior: 0.2 }\n'),
    /policy\.yaml:2:1: not valid YAML: Tabs/,
  ],
  ['a mistyped metric', (f) => f.put('policy.yaml', 'nDCG@10', 'ndgc@10'), /policy\.yaml:2:15: .*the nearest name is nDCG@10/],
  ['a metric in small letters', (f) => f.put('policy.yaml', 'nDCG@10', 'ndcg@10'), /the nearest name is nDCG@10/],
  [
    'a margin below zero',
    (f) => f.put('policy.yaml', 'nonInferior: 0.2', 'nonInferior: -0.02'),
    /policy\.yaml:2:37: .*expected at least 0, found -0\.02/,
  ],
  [
    'a rule deeper than what is served',
    (f) => f.put('cutover.yaml', 'k: 20', 'k: 5'),
    /policy\.yaml:2:15: .*production asks for 5 results \(search\.limit\).*`on: exact`/,
  ],
  [
    'backslashes between folders',
    (f) => f.write('v1.yaml', f.read('v1.yaml').replaceAll('vec/', 'vec\\')),
    /FILE_MISSING .*vec\\queries_v1\.npy \(.*v1\.yaml:5\) does not exist[\s\S]*write \/ between folders/,
  ],
  [
    'a Windows path in double quotes',
    (f) => f.put('cutover.yaml', 'dataset: data', 'dataset: "C:\\data\\beir"'),
    /cutover\.yaml:1:1\d: not valid YAML: Invalid escape sequence/,
  ],
  [
    'half a line of JSON',
    (f) => f.edit('data/corpus.jsonl', (all) => all.map((line, i) => (i === 6 ? line.slice(0, -2) : line))),
    /corpus\.jsonl:7: not valid JSON/,
  ],
  [
    'judgements of other queries only',
    (f) => f.edit('data/qrels/test.tsv', (all) => all.map((line, i) => (i === 0 ? line : `X${line}`))),
    /test\.tsv: judges none of the queries: it has "Xq0", queries\.jsonl has "q0"/,
  ],
  [
    'documents without a vector',
    (f) => f.edit('vec/docs.ids.txt', (all) => all.map((id, i) => (i === 5 || i === 6 ? `gone${i}` : id))),
    /VECTORS_MISSING .*docs_v1\.npy lacks the vectors of 2 texts, among them "d5", "d6"/,
  ],
  [
    'NaN in a vector',
    (f) => f.write('vec/docs_v2.npy', matrix(DOCUMENT.map((row, i) => (i === 3 ? row.map(() => Number.NaN) : row)))),
    /docs_v2\.npy: row 3 \(.*docs\.ids\.txt:4\): the vector has a value that is not a finite float32/,
  ],
  [
    'a vector of zeros',
    (f) => f.write('vec/docs_v2.npy', matrix(DOCUMENT.map((row, i) => (i === 3 ? row.map(() => 0) : row)))),
    /docs_v2\.npy: row 3 \(.*docs\.ids\.txt:4\): the vector is all zero/,
  ],
  ['a pickled .npy', (f) => f.write('vec/docs_v2.npy', npy(header('|O', '(1,)'), new Uint8Array(40))), /NPY_MALFORMED .*its type is not/],
  ['an output that is a file', (f) => f.write('reports', 'x'), /FOLDER_IS_FILE .*reports is a file[\s\S]*--output/],
  ['a mistyped command', () => undefined, /Did you mean run\?/, 'rnu'],
  ['a mistyped flag', () => undefined, /Unknown argument: --confg; did you mean --config\?/, 'run --confg x.yaml'],
  ['no configuration', () => undefined, /nope\.yaml does not exist[\s\S]*cutover init/, 'run -c nope.yaml'],
  ['a verdict before anything ran', () => undefined, /ARTIFACT_MISSING[\s\S]*cutover run/, 'gate'],
  ['a report before anything ran', () => undefined, /ARTIFACT_MISSING[\s\S]*cutover run/, 'report'],
  ['measures before a search', () => undefined, /ARTIFACT_MISSING[\s\S]*cutover search/, 'measure'],
  [
    'a CSV file of semicolons',
    (f) => {
      f.write('data/c.csv', 'id;text\nd1;hello world\nd2;foo\n');
      f.put('cutover.yaml', 'dataset: data', MAPPING('c.csv'));
    },
    /c\.csv:1: .*semicolons; save the file with commas/,
  ],
  [
    'a quote that is not closed',
    (f) => {
      f.write('data/c.csv', 'id,text\nd1,"hello world\nd2,foo\n');
      f.put('cutover.yaml', 'dataset: data', MAPPING('c.csv'));
    },
    /c\.csv:2: a quote opens here and is not closed/,
  ],
  ['a key twice', (f) => f.write('cutover.yaml', `${f.read('cutover.yaml')}old: v2.yaml\n`), /cutover\.yaml:7:1: old: this key/],
  ['an empty configuration', (f) => f.write('cutover.yaml', ''), /cutover\.yaml:1:1: expected a mapping, found nothing/],
  ['a number as an id', (f) => f.put('v1.yaml', 'id: v1', 'id: 1'), /v1\.yaml:1:5: id: expected text, found 1/],
];

const TAKEN: readonly Row[] = [
  ['nothing wrong', () => undefined, /^PASS/m],
  [
    'float16',
    (f) => {
      // 1.0 and 0.5 as halves: a version that separates nothing still has to be read.
      const halves = Uint16Array.from({ length: DOCUMENTS * WIDTH }, (_, i) => ((i * 7919) % 3 === 0 ? 0x3c00 : 0x3800 + (i % 64)));
      f.write('vec/docs_v2.npy', npy(header('<f2', `(${DOCUMENTS}, ${WIDTH})`), bytesOf(halves)));
    },
    /embed {5}v2: 144 texts/,
  ],
  ['Windows line ends', (f) => f.each((text) => text.replaceAll('\n', '\r\n')), /^PASS/m],
  ['byte order marks', (f) => f.each((text) => `\ufeff${text}`), /^PASS/m],
  [
    'a corpus that is gzipped',
    (f) => {
      f.write('data/corpus.jsonl.gz', gzipSync(f.read('data/corpus.jsonl')));
      f.remove('data/corpus.jsonl');
    },
    /^PASS/m,
  ],
  [
    'judgements as ranx keeps them',
    (f) => {
      const rows = f.read('data/qrels/test.tsv').trim().split('\n').slice(1);
      const grades: Record<string, Record<string, number>> = {};
      for (const [query = '', document = '', grade] of rows.map((row) => row.split('\t')))
        grades[query] = { ...grades[query], [document]: Number(grade) };
      f.write('data/qrels/test.tsv', JSON.stringify(grades));
    },
    /^PASS/m,
  ],
  ['judgements without a header', (f) => f.edit('data/qrels/test.tsv', (all) => all.slice(1)), /^PASS/m],
  [
    'judgements of four columns',
    (f) => f.edit('data/qrels/test.tsv', (all) => all.slice(1).map((line) => line.replace('\t', '\t0\t'))),
    /^PASS/m,
  ],
  [
    'judgements with spaces',
    (f) => f.edit('data/qrels/test.tsv', (all) => all.slice(1).map((line) => line.replace('\t', ' 0 ').replace('\t', ' '))),
    /^PASS/m,
  ],
  ['judgements with commas', (f) => f.write('data/qrels/test.tsv', f.read('data/qrels/test.tsv').replaceAll('\t', ',')), /^PASS/m],
  [
    'grades that pandas wrote',
    (f) => f.edit('data/qrels/test.tsv', (all) => all.map((line, i) => (i === 0 ? line : `${line}.0`))),
    /^PASS/m,
  ],
  [
    'whole numbers as ids',
    (f) => {
      f.edit('data/corpus.jsonl', (all) => all.map((line, i) => JSON.stringify({ ...JSON.parse(line), _id: i })));
      f.edit('vec/docs.ids.txt', (all) => all.map((_, i) => `${i}`));
      f.edit('data/qrels/test.tsv', (all) => all.map((line) => line.replace('\td', '\t')));
    },
    /^PASS/m,
  ],
  [
    'a text that is null',
    (f) => f.record('data/corpus.jsonl', 2, { text: null }),
    /Documents with a title only: 1 of 120, such as "d2"[\s\S]*^PASS/m,
  ],
  [
    'emoji, right-to-left text, a very long document',
    (f) => {
      f.record('data/corpus.jsonl', 2, { text: '😀👩‍👩‍👧‍👦 family 🧑‍🚀' });
      f.record('data/corpus.jsonl', 3, { text: '\u202eمرحبا بالعالم\u202c שלום' });
      f.record('data/corpus.jsonl', 4, { text: 'word '.repeat(200_000) });
    },
    /^PASS/m,
  ],
  [
    'a judgement of a query that is not asked',
    (f) => f.write('data/qrels/test.tsv', `${f.read('data/qrels/test.tsv')}zzz\tnope\t1\n`),
    /Judgements of queries that are not in queries\.jsonl: 1 of 49; they are left out[\s\S]*^PASS/m,
  ],
];

describe('what a newcomer gets wrong', () => {
  it.each(cases(REFUSED))('$name', async ({ make, said, command }) => {
    const folder = new Folder();
    make(folder);
    const { code, out, err } = await folder.run(command);
    expect(err).toMatch(said);
    expect([code, out]).toEqual([2, '']);
    // A cause, not a page of what follows from it.
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(12);
    expect(existsSync(join(folder.path, 'reports', 'verdict.json'))).toBe(false);
  });
});

describe('what a newcomer brings', () => {
  it.each(cases(TAKEN))('$name', async ({ make, said, command }) => {
    const folder = new Folder();
    // What is read is the subject: a rule that needs the judgements, and no bounds.
    folder.write('policy.yaml', 'rules:\n  - { metric: nDCG@10, atLeast: 0.1 }\n');
    make(folder);
    const { code, out, err } = await folder.run(command);
    expect(err + out).toMatch(said);
    expect([0, 1, 3]).toContain(code);
    expect(existsSync(join(folder.path, 'reports', 'verdict.json'))).toBe(true);
  });
});
