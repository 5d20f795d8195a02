import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { describe, expect, it } from 'vitest';
import { commandsIn } from '../migrate/folder-store.ts';
import { NO_SERVER, startServer } from '../stores/real-server.ts';
import { vectorOf } from '../tables/storm/embedder.mjs';
import { TableProject } from '../tables/table-project.ts';
import { folderApplication } from './folder-application.ts';
import { lanceApplication } from './lance-application.ts';
import { DOCUMENTS, liveTagOf, teamFolder } from './project.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../../docs/guides/tags-and-rollback.md'), 'utf8');
const ROWS = DOCUMENTS.map(({ id, text }) => ({ id, body: text, extra: `own of ${id}`, vector: vectorOf(text, 'A', 8), tag: null }));
const SQL = 'CREATE TABLE chunks (id text PRIMARY KEY, body text NOT NULL, embedding vector(8))';

/** A block of code below a heading, as a reader copies it. */
function block(heading: string, language: string, words = ''): string {
  const section = GUIDE.split(/^## /m).find((own) => own.startsWith(heading)) ?? '';
  const blocks = [...section.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code = '']) => code);
  const found = blocks.find((code) => code.includes(words));
  if (found === undefined) throw new Error(`"${heading}" has no block of ${language} with "${words}".`);
  return found;
}

/** The arguments of its commands. */
function commandsOf(code: string): string[][] {
  const lines = [...code.matchAll(/^npx cutover (.*?)(?: {2,}#.*)?$/gm)].map(([, line = '']) => line.trim());
  return lines.map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''));
}

interface Made {
  run(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  /** `id own` of every row, as the application finds them. */
  rows(): Promise<string[]>;
  close?(): Promise<void>;
}

const OWN = ROWS.map(({ id, body }) => `${id} ${body}`).sort();

function named(store: string): string {
  const folder = teamFolder(store);
  const file = join(folder, 'cutover.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('output: report', 'output: reports/cutover').replace('stores: { live:', 'stores: { chunks:'),
  );
  return folder;
}

function files(kind: 'arrow' | 'parquet') {
  return async (): Promise<Made> => {
    const folder = named(`{ kind: ${kind}, path: store, columns: { text: body } }`);
    const application = folderApplication(kind, join(folder, 'store'));
    await application.insert(ROWS.slice(0, 20));
    await application.insert(ROWS.slice(20));
    return { run: commandsIn(folder), rows: async () => (await application.rows()).map(({ id, body }) => `${id} ${body}`).sort() };
  };
}

/** On PGlite they are followed by test/docs/commands.test.ts. */
const STORES: Readonly<Record<string, () => Promise<Made>>> = {
  arrow: files('arrow'),
  parquet: files('parquet'),
  lancedb: async () => {
    const folder = named('{ kind: lancedb, path: lance, table: chunks, columns: { text: body } }');
    const application = await lanceApplication(join(folder, 'lance'), 8);
    await application.insert(ROWS);
    return { run: commandsIn(folder), rows: async () => (await application.rows()).map(({ id, body }) => `${id} ${body}`).sort() };
  },
  postgres: async () => {
    const store = '{ chunks: { kind: postgres, urlFrom: DATABASE_URL, table: public.chunks, columns: { vector: embedding, text: body } } }';
    const project = await TableProject.create({ store, output: 'reports/cutover' }, SQL, await startServer());
    for (const { id, body } of ROWS) await project.pool.query('INSERT INTO chunks VALUES ($1, $2, $3)', [id, body, project.literal(body)]);
    await project.data(DOCUMENTS);
    const rows = async () =>
      (await project.pool.query('SELECT id, body FROM chunks')).rows.map((row: { id: string; body: string }) => `${row.id} ${row.body}`);
    return { run: (...args) => project.run(...args), rows: async () => (await rows()).sort(), close: () => project.close() };
  },
};

describe('the commands of the guide, as they are', () => {
  const whole = commandsOf(block('From untagged to rolled back', 'sh'));
  const night = commandsOf(block('Three in the morning', 'sh'));
  const last = commandsOf(block('From untagged to rolled back', 'sh', 'retire'));
  const promote = whole.filter((args) => args.includes('promote'));

  for (const kind of Object.keys(STORES))
    it.skipIf(kind === 'postgres' && NO_SERVER !== null)(`lead a store of kind ${kind} there and back`, async () => {
      const made = await (STORES[kind] as () => Promise<Made>)();
      expect([whole.length, night.length, last.length, promote.length]).toEqual([11, 3, 1, 1]);
      try {
        for (const args of [...whole, ...promote, ...night, ...promote, ...last]) {
          const { code, out, err } = await made.run(...args);
          // Before the first `apply`, the plan says with 0 or 1 whether something is to be done.
          const isFine = code === 0 || (args[1] === 'plan' && args[0] === 'tag' && code === 1 && !/refus/i.test(err));
          expect([args.join(' '), code, isFine ? '' : err + out]).toEqual([args.join(' '), code, '']);
        }
        const audit = await made.run('audit', 'chunks', '--expect', 'new', '--attest', 'all');
        expect([audit.code, await made.rows()]).toEqual([0, OWN]);
      } finally {
        await made.close?.();
      }
    });
});

it("the guide's shell puts a file into a folder, under the lock", async () => {
  const folder = named('{ kind: parquet, path: store, columns: { text: body } }');
  const application = folderApplication('parquet', join(folder, 'store'));
  await application.insert(ROWS.slice(0, 1));
  renameSync(join(folder, 'store', 'part-0.parquet'), join(folder, 'new.parquet'));
  const program = block('Folders of Arrow and Parquet files', 'sh', 'noclobber');
  writeFileSync(join(folder, 'store.lock'), 'held');
  setTimeout(() => rmSync(join(folder, 'store.lock')), 50);
  const child = spawn('bash', ['-c', program], { cwd: folder, stdio: 'ignore' });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  expect([readdirSync(join(folder, 'store')), existsSync(join(folder, 'store.lock'))]).toEqual([['new.parquet'], false]);
  expect((await application.rows()).map(({ id }) => id)).toEqual(['d0']);
});

it("the guide's statement reads a table of LanceDB under the guard", async () => {
  const folder = named('{ kind: lancedb, path: lance, table: chunks, columns: { text: body } }');
  const application = await lanceApplication(join(folder, 'lance'), 8);
  await application.insert(ROWS);
  expect((await commandsIn(folder)('tag', 'apply', 'chunks', '--as', 'old')).code).toBe(0);
  const table = await (await connect(join(folder, 'lance'))).openTable('chunks');
  const tag = liveTagOf(join(folder, 'lance', 'cutover_migrations_chunks.jsonl'));
  const read = new Function('table', 'vector', 'tag', `return (async () => { ${block('LanceDB', 'js')}; return rows; })()`);
  const search = async (own: string | null) => (await read(table, [...(ROWS[7]?.vector ?? [])], own)) as { id: string }[];
  expect((await search(tag))[0]?.id).toBe('d7');
  expect(await search('f'.repeat(64))).toEqual([]);
});
