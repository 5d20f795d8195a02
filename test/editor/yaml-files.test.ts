import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../ci/script.ts';
import { commandLine } from '../cli/command-line.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { YamlServer } from './yaml-server.ts';

const root = temporaryFolder();
const SMALL = join(ROOT, 'test/fixtures/dataset-small');
let editor: YamlServer;

beforeAll(async () => {
  editor = await YamlServer.start(root);
});
afterAll(() => editor.stop());

/** An empty folder in which the package stands as if npm had installed it. */
function installed(): string {
  const folder = mkdtempSync(join(root, 'project-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules', 'cutover'));
  return folder;
}

async function init(folder: string, ...args: string[]): Promise<void> {
  const { code, err } = await commandLine(folder)('init', ...args);
  expect(code, err).toBe(0);
}

/** Files of ours under a folder: configuration, policy and versions. */
function yamlFiles(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /^[^.].*\.yaml$/.test(name) && !name.includes('node_modules')).sort();
}

/** The schema that the first line of a file names. */
function schemaOf(file: string): string {
  const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(file, 'utf8')) ?? [];
  expect(path, `${file} names no schema`).not.toBe('');
  return resolve(dirname(file), path);
}

const validators = new Map<string, ValidateFunction>();

function validatorOf(schema: string): ValidateFunction {
  const key = realpathSync(schema);
  const known = validators.get(key) ?? formats.default(new Ajv({ strict: false })).compile(JSON.parse(readFileSync(key, 'utf8')) as object);
  validators.set(key, known);
  return known;
}

/** A file names a schema of its kind, which takes it; and an editor finds nothing wrong with it. */
async function takes(file: string, kind: string): Promise<void> {
  const schema = schemaOf(file);
  expect(schema.endsWith(join('schemas', `${kind}.json`)), `${file}: ${schema}`).toBe(true);
  const validate = validatorOf(schema);
  expect(validate(parse(readFileSync(file, 'utf8'))) ? [] : validate.errors, file).toEqual([]);
  expect(await editor.problems(file), file).toEqual([]);
}

const kindOf = (file: string) => (/policy/.test(file) ? 'policy' : /versions/.test(file) ? 'version' : 'config');

describe('files that init writes', () => {
  const DATA: Readonly<Record<string, (folder: string) => void>> = {
    'BEIR, by models': (folder) => cpSync(SMALL, join(folder, 'data'), { recursive: true }),
    'CSV, without judgements': (folder) => {
      writeFileSync(join(folder, 'articles.csv'), 'sku,name,body,lang\na,One,Text,en\n');
      writeFileSync(join(folder, 'queries.csv'), 'qid,question,style\n1,one?,short\n');
    },
    'Markdown, with a database': (folder) => {
      for (const name of ['docs', 'db', 'lance/chunks.lance']) mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, 'docs', 'a.md'), '# A');
      writeFileSync(join(folder, 'db', 'PG_VERSION'), '16');
      writeFileSync(join(folder, 'queries.jsonl'), '{"_id":"1","text":"a?"}\n');
    },
  };

  test.each(Object.entries(DATA))('%s: each names a schema that is there, and keeps it', async (_, write) => {
    const folder = installed();
    write(folder);
    await init(folder, '--new', 'acme/own-model@v2');
    const files = yamlFiles(folder);
    expect(files).toEqual(['cutover.yaml', 'policy.yaml', 'versions/bge-small-en.yaml', 'versions/own-model-v2.yaml']);
    for (const file of files) await takes(join(folder, file), kindOf(file));
  });

  test('of a module; and a file that is there already is left as it is', async () => {
    const folder = installed();
    cpSync(SMALL, join(folder, 'data'), { recursive: true });
    writeFileSync(join(folder, 'mine.mjs'), 'export const embed = async () => [];');
    writeFileSync(join(folder, 'theirs.yaml'), 'id: theirs\nmodel: acme/theirs\n');
    await init(folder, '--old', 'mine.mjs', '--new', 'theirs.yaml');
    await takes(join(folder, 'versions/mine.yaml'), 'version');
    expect(readFileSync(join(folder, 'theirs.yaml'), 'utf8')).toBe('id: theirs\nmodel: acme/theirs\n');
  });

  test('in a folder of a workspace name the package further up; before it is installed, where it will be', async () => {
    const workspace = installed();
    const inner = join(workspace, 'services', 'search');
    cpSync(SMALL, join(inner, 'data'), { recursive: true });
    await init(workspace, 'services/search');
    for (const file of yamlFiles(inner)) await takes(join(inner, file), kindOf(file));
    rmSync(join(workspace, 'node_modules'), { recursive: true });
    await init(inner, '--force');
    expect(relative(inner, schemaOf(join(inner, 'versions/bge-small-en.yaml')))).toBe('node_modules/cutover/schemas/version.json');
  });
});

test('every YAML file of this repository that cutover reads names its schema and keeps it', async () => {
  const tracked = execFileSync('git', ['ls-files', '*.yaml', ':!test'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  const files = tracked.filter((file) => !file.startsWith('.'));
  expect(files.length).toBeGreaterThanOrEqual(7);
  for (const file of files) await takes(join(ROOT, file), kindOf(file));
});

describe('an editor', () => {
  let folder: string;
  beforeAll(async () => {
    folder = installed();
    cpSync(SMALL, join(folder, 'data'), { recursive: true });
    await init(folder);
  });
  const first = (file: string) => `${readFileSync(join(folder, file), 'utf8').split('\n')[0]}\n`;

  test.each([
    ['cutover.yaml', 'search:\n  ', ['k', 'hnsw', 'engine']],
    ['cutover.yaml', 'consumers:\n  - name: a\n    keep: ', ['precision', 'recall', 'f1', 'pass-rate']],
    ['policy.yaml', 'rules:\n  - metric: nDCG@10\n    ', ['nonInferior', 'noHarm', 'atLeast', 'atMost']],
    ['versions/bge-small-en.yaml', 'dtype: ', ['q8', 'fp32', 'fp16']],
  ])('%s: offers what may follow %j', async (file, text, expected) => {
    const offered = await editor.offers(join(folder, file), first(file) + text);
    expect(offered).toEqual(expect.arrayContaining(expected));
  });

  test.each([
    ['cutover.yaml', 'dataste: data\n', /dataste/],
    ['policy.yaml', 'rules:\n  - { metric: nDCG@10, nonInferior: much }\n', /number/],
    ['versions/bge-small-en.yaml', 'id: x\ndtype: q4\n', /q8/],
  ])('%s: underlines a mistake in %j', async (file, text, expected) => {
    expect((await editor.problems(join(folder, file), first(file) + text)).join('\n')).toMatch(expected);
  });
});
