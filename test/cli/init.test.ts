import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { DEFAULT_POLICY, loadPolicy } from '../../src/config/policy.ts';
import { loadVersion } from '../../src/config/version.ts';
import type { Prompts } from '../../src/features/setup/prompts.ts';
import { arrowRowBytes } from '../../src/formats/arrow-rows.ts';
import { parquetRowBytes } from '../../src/formats/parquet.ts';
import { METRIC_NAMES } from '../../src/measure/measure-name.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { commandLine } from './command-line.ts';

const root = temporaryFolder();
const SMALL = fileURLToPath(new URL('../fixtures/dataset-small/', import.meta.url));

const REGISTRY = { embedders: ['transformers'], ...METRIC_NAMES, cores: 1, bundledModels: root };

type Files = Readonly<Record<string, string>>;

/** A folder of its own with these files. */
function project(files: Files = {}): string {
  const folder = mkdtempSync(join(root, 'project-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Every file under a folder with its text. */
function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(names.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'utf8')]));
}

function beir(more: Files = {}): string {
  const folder = project(more);
  cpSync(SMALL, join(folder, 'data'), { recursive: true });
  return folder;
}

/** Answers each question with the next of these; fails where one more is asked. */
function answering(...answers: readonly (string | boolean)[]): Prompts & { readonly asked: string[] } {
  const left = [...answers];
  const asked: string[] = [];
  const next = async (message: string) => {
    asked.push(message);
    const answer = left.shift();
    if (answer === undefined) throw new Error(`One question too many: ${message}`);
    return answer as never;
  };
  return { asked, select: next, text: next, confirm: next };
}

const init = (folder: string, ...args: string[]) => commandLine(folder)('init', ...args);
const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');

const MODULES: Files = Object.fromEntries(['first.mjs', 'second.mjs'].map((name) => [name, 'export const embed = async () => [];']));

describe('init on a BEIR folder', () => {
  test('without a terminal takes defaults and says which', async () => {
    const folder = beir(MODULES);
    const { code, out, err } = await init(folder, '--old', 'first.mjs', '--new', 'second.mjs');
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toMatch(/assumed +ci: github/);
    expect(read(folder, 'cutover.yaml')).toMatch(/^dataset: data /m);
  });

  test('writes versions as their models publish them, and the defaults of the policy', async () => {
    const folder = beir();
    const queries = read(folder, 'data/queries.jsonl').trim().split('\n');
    const sliced = queries.map((line) => JSON.stringify({ ...JSON.parse(line), metadata: { style: 'plain' } }));
    writeFileSync(join(folder, 'data', 'queries.jsonl'), `${sliced.join('\n')}\n`);
    const { code, err } = await init(folder, '--new', 'intfloat/e5-small-v2@abc123');
    expect(code, err).toBe(0);
    expect(err).toMatch(/assumed +old: Xenova\/bge-small-en,/);
    // Written where there are slices, so that a rule on them has no need to be skipped.
    // Of three documents, chance alone keeps the first in a third of all lists: the overlap asked for is as much above that.
    const scaled = ({ metric }: { metric: string }) => (metric === 'overlap@10' ? { metric: 'overlap@1', limit: 0.9 } : {});
    const rules = DEFAULT_POLICY.rules.map((rule) => ({ ...rule, ifMissing: 'fail', ...scaled(rule) }));
    expect(await loadPolicy(join(folder, 'policy.yaml'))).toEqual({ ...DEFAULT_POLICY, rules });
    expect(await loadVersion(join(folder, 'versions', 'bge-small-en.yaml'))).toMatchObject({ pooling: 'cls', maxTokens: 512 });
    const prefixes = { query: 'query: ', document: 'passage: ' };
    const e5 = { id: 'e5-small-v2-abc123', revision: 'abc123', pooling: 'mean', normalize: true, prefixes, maxTokens: 512 };
    expect(await loadVersion(join(folder, 'versions', 'e5-small-v2-abc123.yaml'))).toMatchObject(e5);
    expect(read(folder, 'versions/e5-small-v2-abc123.yaml')).toMatch(/card of the model/);
    expect(read(folder, '.gitignore')).toBe('.cutover/\nreports/\n');
    expect(read(folder, '.github/workflows/cutover.yml')).toMatch(/uses: \.\/\.cutover-base\/node_modules\/cutover/);
  });

  test('leaves to the model what nobody here knows of it', async () => {
    const folder = beir();
    expect((await init(folder, '--new', 'acme/own-model')).code).toBe(0);
    expect(read(folder, 'versions/own-model.yaml')).toMatch(/Nobody here knows.*\n(.*\n)+# pooling: mean/);
    const spec = await loadVersion(join(folder, 'versions', 'own-model.yaml'));
    expect([spec.pooling, spec.maxTokens]).toEqual([undefined, undefined]);
  });

  test('asks what it cannot see, and takes the answers', async () => {
    const folder = beir({ 'versions/mine.yaml': 'id: mine\nmodel: acme/mine\n' });
    const prompts = answering('versions/mine.yaml', 'Xenova/bge-small-en-v1.5', 'public.chunks', 'gitlab', '25');
    const { code, err } = await commandLine(folder, { prompts, env: { DATABASE_URL: 'postgres://user:secret@host/db' } })('init');
    expect(code, err).toBe(0);
    expect(prompts.asked).toHaveLength(5);
    expect(prompts.asked[4]).toMatch(/How many results does production ask for/);
    const config = read(folder, 'cutover.yaml');
    expect(config).toMatch(/^old: versions\/mine\.yaml/m);
    expect(config).toMatch(/^search: { limit: 25, k: 100,/m);
    expect(config).toMatch(/public-chunks: { kind: postgres, urlFrom: DATABASE_URL, table: public\.chunks }/);
    expect(Object.values(contents(folder)).join()).not.toContain('secret');
    expect(read(folder, 'cutover.gitlab-ci.yml')).toMatch(/node_modules\/cutover\/ci\/gitlab\/run\.sh/);
    expect(err.match(/^assumed.*/gm)).toEqual([expect.stringContaining('judgements: pooled, because judged documents')]);
    expect(JSON.parse(read(folder, 'data/dataset.json'))).toMatchObject({ judgements: 'pooled' });
  });

  test('--limit is what production asks for; measures go no deeper, and none is given is said', async () => {
    const folder = beir();
    expect((await init(folder, '--limit', '5')).code).toBe(0);
    expect(read(folder, 'cutover.yaml')).toMatch(/^search: { limit: 5, k: 100,/m);
    const metrics = (await loadPolicy(join(folder, 'policy.yaml'))).rules.map(({ metric }) => metric);
    expect(metrics).toEqual(expect.arrayContaining(['nDCG@5', 'R@5', 'annRecall@5']));
    expect((await init(beir())).err).toMatch(/assumed +limit: 10 results a search; --limit says/);
    const wrong = await init(beir(), '--limit', '0');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringMatching(/OPTION_INVALID.*limit/)]);
  });

  test('turning away writes nothing and exits 130', async () => {
    const folder = beir();
    const before = contents(folder);
    const { CutoverError } = await import('../../src/core/errors.ts');
    const away = async () => {
      throw new CutoverError('INTERRUPTED', {});
    };
    const { code } = await commandLine(folder, { prompts: { select: away, text: away, confirm: away } })('init');
    expect(code).toBe(130);
    expect(contents(folder)).toEqual(before);
  });

  test('--yes asks nothing at a terminal', async () => {
    const prompts = answering();
    expect((await commandLine(beir(), { prompts })('init', '--yes')).code).toBe(0);
    expect(prompts.asked).toEqual([]);
  });
});

describe('init never loses what is there', () => {
  test('twice changes nothing', async () => {
    const folder = beir({ '.gitignore': 'node_modules' });
    expect((await init(folder)).code).toBe(0);
    const before = contents(folder);
    const { code, err } = await init(folder);
    expect(code).toBe(0);
    expect(err).not.toMatch(/created|replaced|extended/);
    expect(contents(folder)).toEqual(before);
    expect(read(folder, '.gitignore')).toBe('node_modules\n.cutover/\nreports/\n');
  });

  test('refuses all where one file is in the way, and --force replaces it', async () => {
    const folder = beir({ 'policy.yaml': 'rules: []\n' });
    const before = contents(folder);
    const refused = await init(folder);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/INIT_EXISTS.*a file/);
    expect(refused.err).toMatch(/\n {2}policy\.yaml\n/);
    expect(contents(folder)).toEqual(before);
    expect((await init(folder, '--force')).err).toMatch(/replaced +policy\.yaml/);
  });

  test('a folder that cannot take a file gets none of them', async () => {
    const folder = beir({ versions: 'a file where a folder has to be' });
    const before = contents(folder);
    const { code, err } = await init(folder);
    expect(code).toBe(2);
    expect(err).toContain('FILE_UNWRITABLE');
    expect(contents(folder)).toEqual(before);
  });

  // Nothing is read-only for root.
  test.skipIf(process.getuid?.() === 0)('a read-only folder gets none of them', async () => {
    const folder = beir();
    chmodSync(folder, 0o555);
    const { code, err } = await init(folder);
    chmodSync(folder, 0o755);
    expect(code).toBe(2);
    expect(err).toContain('FILE_UNWRITABLE');
    expect(existsSync(join(folder, 'cutover.yaml'))).toBe(false);
  });

  test('a failure half-way is undone', async () => {
    // The name itself is allowed; the one it has while it is being written is too long.
    const folder = beir();
    const before = contents(folder);
    const { code, err } = await init(folder, '--new', `acme/${'m'.repeat(230)}`);
    expect(code).toBe(2);
    expect(err).toMatch(/FILE_UNWRITABLE.*ENAMETOOLONG/);
    expect(contents(folder)).toEqual(before);
    expect(existsSync(join(folder, 'versions'))).toBe(false);
  });
});

describe('init on odd folders', () => {
  const CSV: Files = {
    'articles.csv': 'sku,name,body,lang\na,One,"Text, one",en\nb,Two,Text two,de\n',
    'search-queries.csv': 'qid,question,need,style\n1,one?,n1,short\n',
    'judgements.csv': 'query,sku,rel\n1,a,1\n',
  };

  test('maps columns of CSV files by their usual names', async () => {
    const folder = project(CSV);
    const { code, err } = await init(folder, '--json');
    expect(code, err).toBe(0);
    const config = read(folder, 'cutover.yaml');
    expect(config).toContain('corpus: { path: articles.csv, id: sku, title: name, text: body, metadata: [lang] }');
    expect(config).toContain('queries: { path: search-queries.csv, id: qid, text: question, need: need, slices: [style] }');
    expect(config).toContain('qrels: { path: judgements.csv, query: query, document: sku, grade: rel }');
  });

  test('a folder of Markdown with queries and no judgements gets a policy that needs none', async () => {
    const folder = project({ 'docs/a.md': '# A', 'docs/deep/b.md': '# B', 'queries.jsonl': '{"_id":"1","text":"a?"}\n' });
    const { code, err } = await init(folder);
    expect(code, err).toBe(0);
    expect(read(folder, 'cutover.yaml')).toContain('corpus: { path: docs }');
    const { rules } = await loadPolicy(join(folder, 'policy.yaml'));
    expect(rules.map(({ metric }) => metric)).toEqual(['annRecall@10', 'untranslatedConsumers', 'overlap@1']);
    expect(err).toMatch(/no judgements/);
  });

  test.each([
    ['an empty folder', {}, 'INIT_NOTHING_FOUND', /no data set/],
    ['queries alone', { 'queries.jsonl': '{"_id":"1","text":"a?"}\n' }, 'INIT_NOTHING_FOUND', /queries, but no corpus/],
    ['two corpora', { ...CSV, 'pages.csv': 'id,text\n' }, 'INIT_AMBIGUOUS', /--corpus articles\.csv/],
    ['a CSV that breaks in its head', { ...CSV, 'articles.csv': 'sku,"bo"dy\n' }, 'INIT_NOTHING_FOUND', /left out: articles\.csv/],
    [
      'a first line without an end',
      { ...CSV, 'articles.csv': 'x'.repeat(400_000) },
      'INIT_NOTHING_FOUND',
      /left out: articles\.csv.*256 KB/,
    ],
  ])('%s is an error that says what to do, and nothing is written', async (_, files, expected, words) => {
    const folder = project(files);
    const before = contents(folder);
    const { code, err } = await init(folder);
    expect(code).toBe(2);
    expect(err).toContain(expected);
    expect(err).toMatch(words);
    expect(contents(folder)).toEqual(before);
  });

  test('a column without a usual name is asked for, told, or refused', async () => {
    const files = { ...CSV, 'articles.csv': 'sku,inhalt\na,Text\n' };
    const refused = await init(project(files), '--corpus', 'articles.csv');
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/INIT_COLUMN_UNKNOWN.*text of the corpus.*sku, inhalt/);
    const told = project(files);
    expect((await init(told, '--corpus', 'articles.csv', '--columns', 'corpus.text=inhalt')).code).toBe(0);
    expect(read(told, 'cutover.yaml')).toContain('text: inhalt');
    const asked = project(files);
    const prompts = answering('inhalt', 'Xenova/bge-small-en', 'Xenova/bge-small-en-v1.5', 'none', '10');
    expect((await commandLine(asked, { prompts })('init', '--corpus', 'articles.csv')).code).toBe(0);
    expect(read(asked, 'cutover.yaml')).toContain('text: inhalt');
  });

  test('a headline is a title, and what becomes of every column and which files were found is said', async () => {
    const files = { ...CSV, 'articles.csv': 'sku,headline,body,lang,price\na,One,Text,en,1\n' };
    const folder = project(files);
    const { code, err } = await init(folder, '--corpus', 'articles.csv', '--queries', 'search-queries.csv');
    expect(code, err).toBe(0);
    expect(read(folder, 'cutover.yaml')).toContain('id: sku, title: headline, text: body, metadata: [lang] }');
    expect(err).toContain('named     corpus articles.csv: id from sku, title from headline, text from body, metadata from lang\n');
    expect(err).toContain('found     qrels judgements.csv: query from query, document from sku, grade from rel\n');
    expect(err).toContain('left out  articles.csv: column price; --columns corpus.<key>=price uses it\n');
    const { reads, leftOut } = JSON.parse((await init(project(files), '--json')).out);
    expect(leftOut).toEqual(['articles.csv: column price; --columns corpus.<key>=price uses it']);
    expect(reads.map(({ path, byLooking }: { path: string; byLooking: boolean }) => [path, byLooking])).toEqual([
      ['articles.csv', true],
      ['search-queries.csv', true],
      ['judgements.csv', true],
    ]);
    expect(reads[0].columns).toEqual([
      { column: 'sku', use: 'id' },
      { column: 'headline', use: 'title' },
      { column: 'body', use: 'text' },
      { column: 'lang', use: 'metadata' },
      { column: 'price', use: 'left out' },
    ]);
  });

  test('the files of a BEIR folder and stores that were found are said too', async () => {
    const folder = beir({ 'lance/chunks.lance/data': '' });
    const { err } = await init(folder);
    for (const line of ['corpus data/corpus.jsonl', 'queries data/queries.jsonl', 'qrels data/qrels', 'store lance'])
      expect(err).toContain(`found     ${line}\n`);
  });

  test('settings of a model that nobody here knows are said, not only written', async () => {
    const { err } = await init(beir(), '--new', 'acme/own-model');
    expect(err).toMatch(/assumed +versions\/own-model\.yaml: no prefixes.*acme\/own-model is not on this machine/);
    expect(err).not.toMatch(/assumed +versions\/bge/);
  });

  test.each([
    ['a file that is not there', ['--corpus', 'nope.csv'], 'FILE_MISSING', /--corpus nope\.csv: .*nope\.csv does not exist/],
    ['queries that are not there', ['--queries', 'nope.csv'], 'FILE_MISSING', /--queries nope\.csv/],
    ['judgements that are not there', ['--qrels', 'nope.csv'], 'FILE_MISSING', /--qrels nope\.csv/],
    ['a folder for queries', ['--queries', 'sub'], 'FILE_IS_FOLDER', /--queries sub/],
    ['a file of another kind', ['--corpus', 'a.docx'], 'OPTION_INVALID', /"\.docx" is no format known/],
    ['what is no JSON', ['--corpus', 'bad.jsonl'], 'JSON_MALFORMED', /bad\.jsonl:1/],
    ['a file where a folder is meant', ['--dataset', 'articles.csv'], 'FOLDER_IS_FILE', /next.*--corpus/],
    [
      'a column that is not there',
      ['--columns', 'corpus.text=bodi'],
      'INIT_COLUMN_MISSING',
      /"bodi".*sku, name, body, lang\.\nnext.*text=body/,
    ],
    ['a key that does not exist', ['--columns', 'corpus.txt=body'], 'OPTION_INVALID', /id, title, text, parent; not corpus\.txt=body/],
  ])('%s, named by a flag, is an error of the catalogue', async (_, args, expected, words) => {
    const folder = project({ ...CSV, 'a.docx': '', 'sub/a.txt': '', 'bad.jsonl': '{\n' });
    const before = contents(folder);
    const { code, err } = await init(folder, ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(expected)]);
    expect(err).toMatch(words);
    expect(contents(folder)).toEqual(before);
  });

  test('documents without text are found, and what becomes of them is written with its reason', async () => {
    const folder = beir();
    writeFileSync(join(folder, 'data', 'corpus.jsonl'), `${read(folder, 'data/corpus.jsonl')}{"_id":"void","title":"","text":""}\n`);
    const { code, err } = await init(folder);
    expect(code, err).toBe(0);
    expect(err).toMatch(/assumed +1 document has neither title nor text: skipEmpty: true in data\/dataset\.json leaves them out/);
    expect(JSON.parse(read(folder, 'data/dataset.json'))).toMatchObject({ skipEmpty: true });
    expect((await commandLine(folder)('dataset', 'check')).err).not.toContain('DATASET_INVALID');
    const csv = project({ ...CSV, 'articles.csv': 'sku,name,body,lang\na,One,Text,en\nb,,,de\n' });
    expect((await init(csv)).code).toBe(0);
    expect(read(csv, 'cutover.yaml')).toMatch(/^ {2}skipEmpty: true # 1 without title and text/m);
  });

  test('TREC topics and judgements have no columns to map', async () => {
    const folder = project({ ...CSV, 'a.topics': '', 'qrels.txt': '1 0 a 1\n' });
    const { code, err } = await init(folder, '--queries', 'a.topics', '--qrels', 'qrels.txt');
    expect(code, err).toBe(0);
    expect(read(folder, 'cutover.yaml')).toContain('qrels: { path: qrels.txt }');
  });

  test('no example of the help is broken over two lines', async () => {
    const { out } = await init(project(), '--help');
    expect(out).toMatch(/cutover init -y --old <model> --new <model> +Ask nothing/);
  });

  test('stores are recognised by their files; what is not known of them stays a comment', async () => {
    const folder = beir({ 'db/PG_VERSION': '16', 'lance/chunks.lance/data': '', 'lance/faq.lance/data': '' });
    const { code, err } = await init(folder);
    expect(code, err).toBe(0);
    const config = read(folder, 'cutover.yaml');
    expect(config).toMatch(/^ {2}chunks: { kind: lancedb, path: lance, table: chunks }$/m);
    expect(config).toMatch(/^ {2}faq: { kind: lancedb/m);
    expect(config).toMatch(/^# {3}db: { kind: pglite, path: db, table: public\.chunks } # complete it$/m);
  });

  test('Arrow and Parquet files with a vector column are stores, with their columns', async () => {
    const folder = beir();
    const rows = [Float32Array.of(1, 0)];
    writeFileSync(join(folder, 'live.parquet'), parquetRowBytes({ sku: ['a'], body: ['text'] }, 'embedding', rows));
    writeFileSync(join(folder, 'live.arrow'), arrowRowBytes({ id: ['a'] }, 'vector', rows));
    const { code, err } = await init(folder);
    expect(code, err).toBe(0);
    const { stores } = await loadConfig('cutover.yaml', { cwd: folder, env: {}, registry: REGISTRY });
    expect(stores).toMatchObject([
      { name: 'live', kind: 'arrow', path: join(folder, 'live.arrow'), columns: { id: 'id', vector: 'vector' } },
      { name: 'live-2', kind: 'parquet', columns: { id: 'sku', vector: 'embedding', text: 'body' } },
    ]);
  });

  test('names from the disk stay what they are in the YAML', async () => {
    const hostile = 'my data: {x} #1\nold: evil';
    const folder = project();
    cpSync(SMALL, join(folder, hostile), { recursive: true });
    expect((await init(folder)).code).toBe(0);
    expect(read(folder, 'cutover.yaml')).toContain(`dataset: ${JSON.stringify(hostile)} #`);
  });

  test.each([
    ['--new', 'no model at all'],
    ['--new', 'missing.yaml'],
    ['--old', '../x'],
    ['--new', 'Xenova/bge-small-en'],
  ])('%s %s is refused', async (flag, value) => {
    const { code, err } = await init(beir(), flag, value);
    expect(code).toBe(2);
    expect(err).toContain('OPTION_INVALID');
  });

  test('a folder that is not there, or is a file', async () => {
    const folder = project({ file: '' });
    expect((await init(folder, 'nowhere')).err).toContain('FILE_MISSING');
    expect((await init(folder, 'file')).err).toContain('FOLDER_IS_FILE');
  });
});
