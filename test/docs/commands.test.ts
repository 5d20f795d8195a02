import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { arrowRowBytes } from '../../src/formats/arrow-rows.ts';
import { demandChromium } from '../browser/chromium.ts';
import { installedProject } from '../ci/installed-project.ts';
import { ROOT } from '../ci/script.ts';
import { type BumpProject, policy } from '../cli/bump-project.ts';
import { openLite } from '../shared/lite.ts';
import { commandsOf, follow, pages, pageText, type Step, shellBlocks, typed } from './shell-blocks.ts';

const NETWORK = 'needs a package registry';
const SERVER = 'needs a PostgreSQL server; test/e2e/queue.test.ts runs the same commands where there is one';
const WHOLE = 'takes minutes; CI runs it';

type Toy = { embed(texts: readonly string[], request: { options: object }): Promise<number[][]> };

/** A store of Arrow files as a program that knows of no tags would have written it, with version one's vectors. */
async function fillStore(project: BumpProject, name: string): Promise<void> {
  const documents = project.read('data/corpus.jsonl').trim().split('\n');
  const records = documents.map((line) => JSON.parse(line) as { _id: string; title: string; text: string });
  const { embed } = (await import(pathToFileURL(join(project.folder, 'toy.mjs')).href)) as Toy;
  const texts = records.map(({ title, text }) => `${title} ${text}`);
  const vectors = (await embed(texts, { options: { weights: './one.weights' } })).map((vector) => Float32Array.from(vector));
  mkdirSync(join(project.folder, name), { recursive: true });
  writeFileSync(join(project.folder, name, 'part.arrow'), arrowRowBytes({ id: records.map(({ _id }) => _id) }, 'vector', vectors));
}

/** Reports where the pages have them, and a store `chunks` that nobody has tagged. */
async function storeProject(output: string, name = 'chunks'): Promise<BumpProject> {
  const project = installedProject();
  project.configure('one', 'two', `stores: { ${name}: { kind: arrow, path: store } }\n`);
  project.write('cutover.yaml', project.read('cutover.yaml').replace('output: reports\n', `output: ${output}\n`));
  await fillStore(project, 'store');
  return project;
}

/** A table of PGlite as an application has it: texts and version one's vectors. */
async function tableProject(): Promise<BumpProject> {
  const project = installedProject();
  const columns = '{ vector: embedding, text: "{title} {body}" }';
  project.configure('one', 'two', `stores: { chunks: { kind: pglite, path: lite, table: chunks, columns: ${columns} } }\n`);
  project.write('cutover.yaml', project.read('cutover.yaml').replace('output: reports\n', 'output: reports/cutover\n'));
  const documents = project.read('data/corpus.jsonl').trim().split('\n');
  const records = documents.map((line) => JSON.parse(line) as { _id: string; title: string; text: string });
  const { embed } = (await import(pathToFileURL(join(project.folder, 'toy.mjs')).href)) as Toy;
  const vectors = await embed(
    records.map(({ title, text }) => `${title} ${text}`.trim()),
    { options: { weights: './one.weights' } },
  );
  const database = await openLite(join(project.folder, 'lite'));
  await database.exec('CREATE EXTENSION vector; CREATE TABLE chunks (id text PRIMARY KEY, title text, body text, embedding vector(24))');
  for (const [row, { _id, title, text }] of records.entries())
    await database.query('INSERT INTO chunks VALUES ($1, $2, $3, $4)', [_id, title, text, `[${[...(vectors[row] ?? [])].join(',')}]`]);
  await database.close();
  return project;
}

/** Only relevant documents are judged, so that judging is left to do. */
function unjudge(project: BumpProject): void {
  const [head = '', ...rows] = project.read('data/qrels/test.tsv').trim().split('\n');
  project.write('data/qrels/test.tsv', `${[head, ...rows.filter((row) => row.endsWith('\t1'))].join('\n')}\n`);
}

function copyRuns(project: BumpProject): void {
  for (const file of ['qrels.txt', 'old.run', 'new.run']) cpSync(join(ROOT, 'test/golden', file), join(project.folder, file));
}

/** A person's machine: a screen, and a browser, which writes down what it shows. */
const SCREEN = {
  // Programs of this machine are not asked: what is opened is opened by $BROWSER.
  env: { CI: '', DISPLAY: ':0', BROWSER: './browser.sh', XDG_DATA_HOME: '/nonexistent', XDG_DATA_DIRS: '/nonexistent' },
  wants: (project: BumpProject) => {
    project.write(
      'browser.sh',
      `#!/bin/sh\n${demandChromium()} --headless --no-sandbox --disable-gpu --dump-dom "$@" > shown.tmp && mv shown.tmp shown.html\n`,
    );
    chmodSync(join(project.folder, 'browser.sh'), 0o755);
  },
  /** `--open` waits for no browser; the test does. */
  shows: async (project: BumpProject) => {
    const shown = join(project.folder, 'shown.html');
    for (const start = Date.now(); !existsSync(shown) && Date.now() - start < 60_000; ) await wait(50);
    expect(project.read('shown.html')).toMatch(/<html lang="en"[\s\S]*id="decision"/);
  },
};

const COMPARE = { has: 'compare --qrels', before: copyRuns, prints: /nDCG@10/ };

interface Page {
  readonly steps: readonly Step[];
  prepare?(): BumpProject | Promise<BumpProject>;
}

const PAGES: Readonly<Record<string, Page>> = {
  'README.md': {
    prepare: async () => {
      const project = await storeProject('reports/demo');
      unjudge(project);
      project.write('cutover.yaml', `${project.read('cutover.yaml')}sweep: { matrix: { dimensions: [24, 12] } }\n`);
      copyRuns(project);
      SCREEN.wants(project);
      return project;
    },
    steps: [
      { has: 'npm ci', notRun: { 'npm ci': WHOLE } },
      { has: 'cutover init', notRun: { 'npm install': NETWORK }, codes: { 'cutover init': 2 }, prints: /INIT_EXISTS[\s\S]*report\.html/ },
      { has: 'run --plan', env: SCREEN.env, after: SCREEN.shows, prints: /48 texts/ },
      { has: 'audit chunks', codes: { audit: 1 }, prints: /rows without a tag[\s\S]*12 rows tagged[\s\S]*rolled-back/ },
    ],
  },
  'docs/quick-start.md': {
    prepare: () => {
      const project = installedProject();
      for (const file of ['cutover.yaml', 'policy.yaml', '.gitignore']) rmSync(join(project.folder, file));
      for (const file of ['corpus.jsonl', 'queries.jsonl', 'qrels'])
        renameSync(join(project.folder, 'data', file), join(project.folder, file));
      return project;
    },
    steps: [
      // As few queries as these can't tell at the margins that init writes.
      { has: 'cutover init', notRun: { 'npm install': NETWORK }, codes: { 'cutover run': 3 }, prints: /reports\/cutover\/report\.html/ },
      { has: 'dataset stats', prints: /typically detectable[\s\S]*fields that decide vectors differ/ },
      { has: 'dataset check', codes: { check: 1 }, prints: /every list holds the whole corpus/ },
      {
        has: '--against',
        env: SCREEN.env,
        after: SCREEN.shows,
        before: (project) => {
          SCREEN.wants(project);
          cpSync(join(project.folder, 'reports/cutover'), join(project.folder, 'reports/yesterday'), { recursive: true });
        },
      },
      { has: '--redact' },
    ],
  },
  'docs/comparison.md': { steps: [COMPARE] },
  'docs/guides/verdict.md': {
    steps: [
      {
        has: 'cutover gate',
        codes: { strict: 3 },
        prints: /Judge queries of about \d+ more needs/,
        before: async (project) => {
          project.write('strict.yaml', policy(0.02));
          expect((await project.run('run')).code).toBe(0);
        },
      },
    ],
  },
  'docs/guides/margins.md': {
    steps: [
      { has: 'dataset stats', prints: /typically detectable/ },
      {
        has: 'judge next',
        prints: /judge\.html/,
        before: async (project) => {
          unjudge(project);
          expect([0, 3]).toContain((await project.run('run')).code);
        },
      },
    ],
  },
  'docs/guides/thresholds.md': {
    steps: [
      {
        has: 'cutover run',
        codes: { run: 1 },
        prints: /accept {2}Once the quality checks pass and the owners agree.*\n.*accepted: 0\.\d+/,
        before: (project) => {
          const [consumers = '', rules = ''] = yamlBlocks('docs/guides/thresholds.md');
          project.configure('one', 'two', consumers);
          project.write('policy.yaml', rules);
        },
      },
    ],
  },
  'docs/guides/stores.md': {
    prepare: () => storeProject('reports', 'live'),
    steps: [
      { has: 'audit live', codes: { audit: 1 }, prints: /12 rows without a tag/ },
      { has: 'pglite', notRun: { 'npm install': NETWORK } },
      { has: 'lancedb', notRun: { 'npm install': NETWORK } },
      { has: 'cache tables' },
    ],
  },
  'docs/guides/tags-and-rollback.md': {
    prepare: tableProject,
    steps: [
      { has: 'rollback chunks --now', notRun: { '': 'nothing is cut over yet; the next block rolls back' } },
      { has: 'tag plan', codes: { 'expect old': 0 }, prints: /12 rows tagged[\s\S]*backfilled[\s\S]*cut-over[\s\S]*rolled-back/ },
      {
        has: 'retire',
        prints: /retired/,
        // The block before ends with a rollback: the same way again, up to the cutover.
        before: async (project) => {
          const promote = 'promote chunks --certificate reports/cutover/certificate.json --allow-unsigned --readers guarded';
          for (const step of [
            promote,
            'rollback chunks --now --reason "search is down"',
            'follow chunks --once',
            'status chunks',
            promote,
          ]) {
            const done = await typed(`npx cutover migrate ${step}`, project.folder);
            expect(done.code, done.log).toBe(0);
          }
        },
      },
      { has: 'noclobber', notRun: { '': 'for a store that is a folder' } },
      { has: 'migrate drill', notRun: { '': 'test/live/drill.test.ts rehearses each kind of store' } },
    ],
  },
  'docs/guides/datasets.md': {
    steps: [
      { has: 'dataset sample', prints: /12 documents \(12 judged, 0 more among the old version's first 5/ },
      {
        has: 'dataset stats',
        // What nobody was shown may be relevant: with as few queries, that decides.
        codes: { 'cutover run': 3 },
        prints: /judged by +clicks: grade 1 from a click-through rate of 0\.1, 2 from 0\.3[\s\S]*Judged by clicks/,
        before: (project) => {
          const [dataset = ''] = yamlBlocks('docs/guides/datasets.md');
          project.write('cutover.yaml', project.read('cutover.yaml').replace('dataset: data\n', dataset));
          const rows = Array.from({ length: 36 }, (_, i) => `how to do ${i},d${String(i % 12).padStart(2, '0')},5,20`);
          project.write('search-log.csv', `query,doc,clicks,shown\n${rows.join('\n')}\n`);
        },
      },
    ],
  },
  'docs/guides/sweeps.md': {
    steps: [{ has: 'sweep', before: (project) => project.configure('one', 'two', 'sweep: { matrix: { dimensions: [24, 12] } }\n') }],
  },
  'docs/guides/many-machines.md': {
    steps: [
      { has: 'embed --shard' },
      {
        has: 'cutover merge',
        before: async (project) => {
          for (const i of [1, 3, 4, 5, 6, 7, 8]) expect((await project.run('embed', '-q', '--shard', `${i}/8`)).code).toBe(0);
          mkdirSync(join(project.folder, 'artifacts'));
          for (const i of [1, 2, 3, 4, 5, 6, 7, 8])
            renameSync(join(project.folder, `reports/shard-${i}-of-8`), join(project.folder, `artifacts/shard-${i}-of-8`));
        },
      },
      { has: 'queue start', notRun: { '': SERVER } },
      { has: 'queue start --store', notRun: { '': SERVER } },
    ],
  },
  'docs/guides/ways.md': {
    steps: [{ has: 'cutover bridge', notRun: { '': 'needs forty documents; test/features/bridge runs it' } }],
  },
  'docs/guides/troubleshooting.md': {
    steps: [{ has: 'cutover doctor', codes: { check: 1 } }, { has: '--counterfactual' }],
  },
};

function yamlBlocks(page: string): string[] {
  return [...pageText(page).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
}

describe('every command of a page runs and gives what the page says', () => {
  test.each(Object.entries(PAGES))(
    '%s',
    async (page, { steps, prepare }) => {
      await follow(page, steps, await (prepare ?? installedProject)());
    },
    600_000,
  );

  test('no page with commands is left out', () => {
    const withCommands = pages().filter((page) => shellBlocks(page).length > 0);
    expect(withCommands).toEqual([...Object.keys(PAGES), 'docs/guides/ci.md'].sort());
  });
});

/** What `--help` prints for the longest command that these words begin with. */
async function helpOf(words: readonly string[]): Promise<string> {
  const reference = readFileSync(join(ROOT, 'docs/reference/cli.md'), 'utf8');
  const depth = [2, 1].find((n) => reference.includes(`\n## cutover ${words.slice(0, n).join(' ')}\n`)) ?? 0;
  const isGroup = depth === 1 && words.length > 1 && reference.includes(`\n## cutover ${words[0]} `);
  expect(isGroup ? 0 : depth, `there is no command cutover ${words.join(' ')}`).toBeGreaterThan(0);
  let out = '';
  const host = { stdout: { write: (text: string) => (out += text) }, stderr: { write: () => {} }, env: {}, cwd: ROOT };
  const rest = { clock: () => 0, today: () => '2026-01-31', now: () => '2026-01-31T00:00:00.000Z', signal: new AbortController().signal };
  await main([...words.slice(0, depth), '--help'], { ...host, ...rest });
  return out;
}

/** Commands of this package in a page: whole lines of shell blocks, and what stands between backticks in prose. */
function ownCommands(page: string): string[] {
  const prose = [...pageText(page).matchAll(/`(?:npx )?cutover ([a-z][^`\n]*)`/g)].map(([, words = '']) => words);
  const lines = shellBlocks(page).flatMap(commandsOf);
  return [...prose, ...lines.flatMap((line) => /^(?:npx )?cutover (.*)$/.exec(line)?.[1] ?? [])];
}

describe('every command that a page names parses', () => {
  test.each(pages().filter((page) => !page.startsWith('docs/reference/')))('%s', async (page) => {
    for (const command of ownCommands(page)) {
      const words = command.split(/\s+/);
      const help = await helpOf(words);
      const options = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split('=')[0] ?? '');
      for (const option of options) expect(help, `cutover ${command}`).toMatch(new RegExp(`(?:^|[\\s,])${option}(?:[\\s,]|$)`, 'm'));
    }
  });
});
