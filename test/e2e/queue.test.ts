import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readArrowRows } from '../../src/formats/arrow-rows.ts';
import { parquetRowBytes } from '../../src/formats/parquet.ts';
import { BumpProject } from '../cli/bump-project.ts';
import { NO_SERVER, type RealServer, startServer } from '../live/stores/real-server.ts';

const BIN = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
const LEASE = ['--lease', '3'];

let server: RealServer;
let database: pg.Pool;

class Worker {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly err: string }>;

  constructor(project: BumpProject, args: readonly string[], node: readonly string[] = []) {
    this.child = spawn(process.execPath, [...node, BIN, 'worker', ...LEASE, ...args], {
      cwd: project.folder,
      env: { ...process.env, ...project.env },
    });
    let err = '';
    this.child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    this.ended = new Promise((resolve) => this.child.once('close', (code) => resolve({ code, err })));
  }
}

/** A worker in this process, where it isn't the subject how one ends: a process takes longer to start than most shards. */
function workerHere(project: BumpProject): { readonly ended: ReturnType<BumpProject['run']>; readonly stop: () => void } {
  const controller = new AbortController();
  Object.assign(process.env, { SLOW_MS: project.env.SLOW_MS, POISON: project.env.POISON ?? '' });
  const { signal } = project;
  project.signal = controller.signal;
  const ended = project.run('worker', ...LEASE);
  project.signal = signal;
  return { ended, stop: () => controller.abort() };
}

/** Texts take a while, so that a worker can be caught in the middle; a text with the word in `POISON` can't be embedded. */
const SLOW = `import * as toy from './toy.mjs';
export const batchSize = 1;
export const fingerprint = toy.fingerprint;
export const embed = async (texts, context) => {
  await new Promise((resolve) => setTimeout(resolve, Number(process.env.SLOW_MS ?? 0)));
  if (process.env.POISON && texts.some((text) => text.includes(process.env.POISON))) throw new Error('cannot read this text');
  return toy.embed(texts, context);
};
`;

let projects = 0;

function slowProject(milliseconds: number): BumpProject {
  const project = new BumpProject();
  project.write('slow.mjs', SLOW);
  project.env = { ...project.env, DATABASE_URL: server.url, SLOW_MS: String(milliseconds) };
  project.write('cutover.yaml', project.read('cutover.yaml').replaceAll('./toy.mjs', './slow.mjs'));
  // A queue is found by what it was made from; each test gets data of its own.
  project.write('data/corpus.jsonl', `${project.read('data/corpus.jsonl')}{"_id":"own","text":"only here ${++projects}"}\n`);
  return project;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const start = Date.now(); Date.now() - start < 60_000; await wait(20)) if (await holds()) return;
  throw new Error('it never came to that');
}

/** A way to the server that can fall silent, connections open. */
async function proxyOf(url: string): Promise<{ proxy: Server; silence: () => void }> {
  const folder = decodeURIComponent(/[?&]host=([^&]+)/.exec(url)?.[1] ?? '');
  let isSilent = false;
  const proxy = createServer((client) => {
    const upstream = connect(join(folder, '.s.PGSQL.5432'));
    const pass = (from: Socket, to: Socket) => from.on('data', (bytes) => isSilent || to.write(bytes)).on('error', () => to.destroy());
    pass(client, upstream).once('close', () => upstream.destroy());
    pass(upstream, client).once('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    proxy,
    silence: () => {
      isSilent = true;
    },
  };
}

/** The jobs as pg-boss keeps them: read, and set where a test needs what takes hours. */
const JOBS = "cutover_queue.job WHERE name LIKE 'embed-%'";

async function jobsIn(state: string): Promise<number> {
  const { rows } = await database.query(`SELECT count(*) FROM ${JOBS} AND state::text = $1`, [state]);
  return Number(rows[0].count);
}

/** Deaths of workers that each shard has seen. */
async function deaths(): Promise<number[]> {
  const { rows } = await database.query(`SELECT (data->'deaths')::int AS deaths FROM ${JOBS} ORDER BY deaths`);
  return rows.map((row) => row.deaths);
}

/** Files of vectors in the cache. */
function segmentsOf(project: BumpProject): string[] {
  const cache = join(project.folder, '.cutover');
  const names = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.arrow'));
  return names.sort().map((name) => join(cache, name));
}

/** How often each text stands in the cache, by side and role. */
async function copies(project: BumpProject): Promise<number[]> {
  const counts = new Map<string, number>();
  for (const file of segmentsOf(project))
    for await (const { texts, rows } of readArrowRows(file, { texts: ['id', 'role', 'tag'], vector: 'vector' }))
      for (let row = 0; row < rows; row++) {
        const key = `${texts.tag?.[row]} ${texts.role?.[row]} ${texts.id?.[row]}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
  return [...counts.values()];
}

beforeAll(async () => {
  if (NO_SERVER !== null) return;
  server = await startServer();
  database = new pg.Pool({ connectionString: server.url });
  database.on('error', () => undefined);
});

afterEach(async () => {
  for (const name of ['SLOW_MS', 'POISON']) delete process.env[name];
  await database?.query('DROP SCHEMA IF EXISTS cutover_queue CASCADE');
});

afterAll(async () => {
  await database?.end();
  await server?.stop();
});

describe.skipIf(NO_SERVER !== null)('a queue of shards', () => {
  it('survives workers that are killed and stopped; nothing is written twice, the result is the same', async () => {
    const project = slowProject(40);
    const started = await project.run('queue', 'start', '--shards', '6', '--json', ...LEASE);
    expect(JSON.parse(started.out).counts).toEqual({ waiting: 12, active: 0, done: 0, failed: 0 });
    const [killed, stopped, third] = [new Worker(project, []), new Worker(project, []), new Worker(project, [])];
    await until(async () => (await jobsIn('active')) === 3 && (await jobsIn('completed')) >= 1);
    killed.child.kill('SIGKILL');
    stopped.child.kill('SIGSTOP');
    // The third one finishes alone, once the leases of the others have run out.
    const { code, err } = await third.ended;
    expect(err).toContain('the queue is done');
    expect(code).toBe(0);
    stopped.child.kill('SIGCONT');
    expect((await stopped.ended).code).toBe(0);
    expect((await killed.ended).code).toBeNull();
    expect(await jobsIn('completed')).toBe(12);
    expect(await deaths()).toEqual([...Array(10).fill(0), 1, 1]);
    expect(new Set(await copies(project))).toEqual(new Set([1]));
    expect(await copies(project)).toHaveLength(2 * (13 + 36));

    const run = await project.run('run', '--output', 'shared');
    expect(run.err).not.toMatch(/^embed .*texts in/m);
    rmSync(join(project.folder, '.cutover'), { recursive: true });
    project.env.SLOW_MS = '0';
    await project.run('run', '--output', 'alone');
    expect(project.read('shared/evaluation.json')).toBe(project.read('alone/evaluation.json'));
  });

  it('keeps a lease alive by heartbeats, on machines whose clocks are days apart', async () => {
    const project = slowProject(300);
    await project.run('queue', 'start', '--shards', '3', ...LEASE);
    // A shard takes about five seconds, more than the lease.
    const skewed = (days: number) => {
      project.write(`skew${days}.mjs`, `const now = Date.now; Date.now = () => now() + ${days * 86_400_000};\n`);
      return ['--import', join(project.folder, `skew${days}.mjs`)];
    };
    const workers = [new Worker(project, [], skewed(-2)), new Worker(project, [], skewed(2)), new Worker(project, [])];
    for (const { ended } of workers) expect((await ended).code).toBe(0);
    expect(await deaths()).toEqual(Array(6).fill(0));
    expect(new Set(await copies(project))).toEqual(new Set([1]));
  });

  it('refuses a worker that would make other vectors, or finds nothing', async () => {
    const project = slowProject(0);
    const missing = await project.run('worker');
    expect(missing.err).toContain('QUEUE_MISSING');
    expect(missing.code).toBe(2);
    await project.run('queue', 'start');
    expect((await project.run('queue', 'start')).err).toContain('nothing changed');
    project.write('two.weights', 'tampered');
    const foreign = await project.run('worker');
    expect(foreign.err).toMatch(/QUEUE_FOREIGN .*another new: [0-9a-f]{12}, where this worker has [0-9a-f]{12}/);
    expect(foreign.code).toBe(2);
    project.env = { ...project.env, DATABASE_URL: '' };
    expect((await project.run('worker')).err).toContain('STORE_URL_MISSING');
    project.env = { ...project.env, DATABASE_URL: 'postgres://nobody:geheim@127.0.0.1:1/none' };
    const unreachable = await project.run('queue', 'status');
    expect(unreachable.err).toMatch(/STORE_UNREACHABLE .*\(127\.0\.0\.1:1, from DATABASE_URL\)/);
    project.env = { ...project.env, DATABASE_URL: 'mysql://127.0.0.1/none' };
    expect((await project.run('worker')).err).toMatch(/STORE_URL_INVALID .*DATABASE_URL/);
    expect(unreachable.err).not.toContain('geheim');
    project.env = { ...project.env, DATABASE_URL: server.url.replace('postgres:@', 'nobody_known:geheim@') };
    const refused = await project.run('queue', 'status');
    expect(refused.err).toMatch(/STORE_LOGIN_REFUSED .*nobody_known[\s\S]*next .*Check user, password and database/);
    expect(refused.err).not.toContain('geheim');
  });

  it('gives up on a server that never answers, and lets go of it at the first Ctrl-C', async () => {
    const project = slowProject(0);
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    project.env = { ...project.env, DATABASE_URL: `postgres://someone:geheim@127.0.0.1:${port}/none?connect_timeout=5` };
    const interrupted = new Worker(project, []);
    await once(silent, 'connection');
    interrupted.child.kill('SIGINT');
    const patient = new Worker(project, []);
    expect(await interrupted.ended).toMatchObject({ code: 130, err: expect.stringContaining('INTERRUPTED') });
    const { code, err } = await patient.ended;
    expect(err).toMatch(new RegExp(`STORE_UNREACHABLE .*\\(127\\.0\\.0\\.1:${port}, from DATABASE_URL\\).*timeout`));
    expect(code).toBe(2);
    silent.close();
  });

  it('says so when it is done and vectors are gone; dropped and filled again, only those are made', async () => {
    const project = slowProject(0);
    await project.run('queue', 'start', '--shards', '2');
    expect((await workerHere(project).ended).code).toBe(0);
    expect((await project.run('queue', 'start')).code).toBe(0);
    const [segment = ''] = segmentsOf(project);
    rmSync(segment);
    for (const command of [['queue', 'start'], ['worker']]) {
      const { code, err } = await project.run(...command);
      expect(err).toMatch(/QUEUE_OUTLIVED .*all 4 shards are done, but .*\.cutover has no vector of \d+ of the texts[\s\S]*queue drop/);
      expect(code).toBe(2);
    }
    await project.run('queue', 'drop');
    await project.run('queue', 'start', '--shards', '2');
    expect((await workerHere(project).ended).code).toBe(0);
    expect(new Set(await copies(project))).toEqual(new Set([1]));
    expect(await copies(project)).toHaveLength(2 * (13 + 36));
  });

  it('is filled once and whole, whoever fills it and whenever one is killed', async () => {
    const project = slowProject(0);
    await project.run('queue', 'start', '--shards', '3');
    // As a kill between the two steps leaves it: a queue, and no job yet.
    await database.query('DELETE FROM cutover_queue.job');
    expect((await project.run('worker')).err).toContain('QUEUE_MISSING');
    expect((await project.run('queue', 'status')).out).toBe('no queue for this data and these versions\n');
    const holder = await database.connect();
    await holder.query('BEGIN');
    await holder.query("SELECT FROM cutover_queue.queue WHERE name LIKE 'embed-%' FOR UPDATE");
    const both = ['4', '5'].map((shards) => project.run('queue', 'start', '--shards', shards));
    await until(async () => {
      const { rows } = await database.query(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'cutover' AND datname = current_database()",
      );
      return rows.length === 2;
    });
    await holder.query('COMMIT');
    holder.release();
    const said = (await Promise.all(both)).map(({ err }) => /shards wait|nothing changed/.exec(err)?.[0]);
    expect(said.sort()).toEqual(['nothing changed', 'shards wait']);
    const { rows } = await database.query(`SELECT DISTINCT data->'shard'->'count' AS count FROM ${JOBS}`);
    expect(rows).toHaveLength(1);
    expect(await jobsIn('created')).toBe(2 * rows[0].count);
  });

  it('counts no attempt where a worker is stopped, and goes on however often one dies', async () => {
    const project = slowProject(300);
    await project.run('queue', 'start', '--shards', '1', ...LEASE);
    for (let i = 0; i < 7; i++) {
      const worker = i === 0 ? new Worker(project, []) : workerHere(project);
      await until(async () => (await jobsIn('active')) === 1);
      if (worker instanceof Worker) worker.child.kill('SIGTERM');
      else worker.stop();
      expect((await worker.ended).code).toBe(130);
      expect(await jobsIn('active')).toBe(0);
    }
    expect(await deaths()).toEqual([0, 0]);
    // As many deaths would leave it.
    await database.query(`UPDATE cutover_queue.job SET data = jsonb_set(data, '{deaths}', '20') WHERE name LIKE 'embed-%'`);
    const killed = new Worker(project, []);
    await until(async () => (await jobsIn('active')) === 1);
    killed.child.kill('SIGKILL');
    await killed.ended;
    project.env.SLOW_MS = '0';
    expect(await workerHere(project).ended).toMatchObject({ code: 0, err: expect.stringContaining('the queue is done') });
    expect(await deaths()).toEqual([20, 21]);
  });

  it('gives up a shard that ends every worker, and says so', async () => {
    const project = slowProject(300);
    await project.run('queue', 'start', '--shards', '1', ...LEASE);
    await database.query(`UPDATE cutover_queue.job SET data = jsonb_set(data, '{deaths}', '99') WHERE name LIKE 'embed-%'`);
    const killed = new Worker(project, []);
    await until(async () => (await jobsIn('active')) === 1);
    killed.child.kill('SIGKILL');
    await killed.ended;
    project.env.SLOW_MS = '0';
    const { code, err } = await workerHere(project).ended;
    expect(err).toMatch(/QUEUE_FAILED[\s\S]*100 workers ended before it was done/);
    expect(code).toBe(2);
    expect(JSON.parse((await project.run('queue', 'status', '--json')).out).counts).toEqual({ waiting: 0, active: 0, done: 1, failed: 1 });
  });

  it('starts afresh once it is dropped, and lets go of who held a shard of it', async () => {
    const project = slowProject(300);
    await project.run('queue', 'start', '--shards', '1', ...LEASE);
    const holder = workerHere(project);
    await until(async () => (await jobsIn('active')) === 1);
    expect((await project.run('queue', 'drop')).out).toBe('no queue for this data and these versions\n');
    expect((await holder.ended).err).not.toMatch(/STORE_|QUEUE_FAILED/);
    expect((await project.run('queue', 'start', '--shards', '2', '--json')).out).toContain('"waiting": 4');
    project.env.SLOW_MS = '0';
    expect((await workerHere(project).ended).code).toBe(0);
  });

  it('gives up on a server that falls silent later', async () => {
    const project = slowProject(300);
    await project.run('queue', 'start', '--shards', '2', ...LEASE);
    const { proxy, silence } = await proxyOf(server.url);
    const { port } = proxy.address() as AddressInfo;
    project.env = {
      ...project.env,
      DATABASE_URL: `postgres://postgres@127.0.0.1:${port}/${/\/(\w+)\?/.exec(server.url)?.[1]}?connect_timeout=5&query_timeout=4000`,
    };
    const worker = new Worker(project, []);
    await until(async () => (await jobsIn('active')) === 1);
    silence();
    const { code, err } = await worker.ended;
    expect(err).toMatch(/STORE_UNREACHABLE .*timeout/);
    expect(code).toBe(2);
    proxy.close();
  });

  it('gives a shard back that fails, and says in the end what failed', async () => {
    const project = slowProject(0);
    project.env = { ...project.env, POISON: 'webhook' };
    await project.run('queue', 'start', '--shards', '2');
    const poisoned = () => workerHere(project).ended;
    // Three failures in a row end a worker; the fifth attempt at a shard is its last.
    const first = await poisoned();
    expect(first.code).toBe(2);
    expect(first.err).toContain('failed and goes back');
    for (let i = 0; i < 8 && (await jobsIn('failed')) === 0; i++) await poisoned();
    const last = await poisoned();
    expect(last.err).toContain('QUEUE_FAILED');
    expect(last.err).toContain('cannot read this text');
    expect((await project.run('queue', 'status')).out).toMatch(/\d+ done, \d+ failed\n {2}failed: .*cannot read this text/);
    project.env = { ...project.env, POISON: '' };
    expect((await project.run('queue', 'drop')).out).toBe('no queue for this data and these versions\n');
    await project.run('queue', 'start', '--shards', '2');
    expect((await poisoned()).code).toBe(0);
  });

  it('fills a store that is one file, which one worker at a time has, and nothing is lost or written twice', async () => {
    const project = slowProject(0);
    project.write('cutover.yaml', `${project.read('cutover.yaml')}stores: { file: { kind: parquet, path: store/base.parquet } }\n`);
    await project.run('embed');
    const { vectors, ids } = await documentsOf(project);
    mkdirSync(join(project.folder, 'store'));
    writeFileSync(join(project.folder, 'store', 'base.parquet'), parquetRowBytes({ id: ids }, 'vector', vectors));
    expect((await project.run('tag', 'apply', 'file', '--as', 'old', '--attest', 'all')).err).not.toContain('error');
    expect((await project.run('migrate', 'start', 'file', '--to', 'new', '--by-workers')).code).toBe(0);
    const store = ['--store', 'file'];
    await project.run('queue', 'start', ...store, '--shards', '12');
    const workers = [1, 2, 3, 4].map(() => new Worker(project, store));
    for (const { ended } of workers) expect(await ended).toMatchObject({ code: 0, err: expect.not.stringContaining('goes back') });
    const done = await project.run('migrate', 'backfill', 'file', '--json');
    expect(JSON.parse(done.out)).toMatchObject({ migration: { state: 'backfilled' }, progress: { done: 13, total: 13 } });
    expect(JSON.parse(done.out).tags.map(({ rows }: { rows: number }) => rows)).toEqual([13, 13]);
  });

  it('fills pgvector: the backfill of a migration, by workers of which one is killed', async () => {
    const project = slowProject(200);
    project.write(
      'cutover.yaml',
      `${project.read('cutover.yaml')}stores: { chunks: { kind: postgres, table: chunks, columns: { vector: embedding, text: body } } }\n`,
    );
    await database.query('CREATE EXTENSION IF NOT EXISTS vector');
    await database.query('DROP TABLE IF EXISTS chunks, cutover_migrations, cutover_live');
    await database.query('CREATE TABLE chunks (id text PRIMARY KEY, body text, embedding vector(24))');
    await project.run('embed');
    const { vectors, ids } = await documentsOf(project);
    const lines = readFileSync(join(project.folder, 'data', 'corpus.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const documents = lines.map((line) => JSON.parse(line) as { _id: string; title?: string; text: string });
    const texts = new Map(documents.map(({ _id, title, text }) => [_id, `${title ?? ''} ${text}`.trim()]));
    for (const [row, id] of ids.entries())
      await database.query('INSERT INTO chunks VALUES ($1, $2, $3)', [id, texts.get(id), JSON.stringify([...(vectors[row] ?? [])])]);
    rmSync(join(project.folder, '.cutover'), { recursive: true });
    expect((await project.run('tag', 'apply', 'chunks', '--as', 'old', '--attest', 'all')).code).toBe(0);
    const store = ['--store', 'chunks'];
    for (const command of [['queue', 'start'], ['worker']]) {
      const { code, err } = await project.run(...command, ...store);
      expect(err).toMatch(/MIGRATION_REFUSED .*no migration is under way[\s\S]*migrate start chunks --to new --by-workers/);
      expect(code).toBe(1);
    }
    const registered = await project.run('migrate', 'start', 'chunks', '--to', 'new', '--by-workers', '--json');
    expect(registered.err).not.toContain('error');
    expect(JSON.parse(registered.out).progress).toEqual({ done: 0, total: 13, stale: 0 });
    const other = await project.run('queue', 'start', ...store, '--to', 'old');
    expect(other.err).toMatch(/MIGRATION_REFUSED .*one is not the version that is migrated to/);
    await project.run('queue', 'start', ...store, '--shards', '4');
    const [killed, ...workers] = [new Worker(project, store), new Worker(project, store), new Worker(project, store)];
    await until(async () => (await jobsIn('active')) === 3);
    killed?.child.kill('SIGKILL');
    for (const { ended } of workers) expect(await ended).toMatchObject({ code: 0 });
    expect(await deaths()).toEqual([0, 0, 0, 1]);
    const { rows } = await database.query(
      'SELECT count(*)::int AS rows, count(cutover_tag)::int AS old, count(cutover_tag_next)::int AS new FROM chunks',
    );
    expect(rows).toEqual([{ rows: 13, old: 13, new: 13 }]);
    // Rows that change later are not the queue's.
    await database.query('UPDATE chunks SET embedding_next = NULL WHERE id = $1', [ids[0]]);
    expect((await project.run('worker', ...store)).code).toBe(0);
    const done = await project.run('migrate', 'backfill', 'chunks', '--json');
    expect(JSON.parse(done.out)).toMatchObject({ migration: { state: 'backfilled' }, progress: { done: 13, total: 13 } });
    expect((await project.run('audit', 'chunks', '--expect', 'new', '--attest')).code).toBe(0);
    expect((await project.run('migrate', 'retire', 'chunks', '--yes')).code).toBe(0);
    expect((await project.run('worker', ...store)).code).toBe(1);
    await database.query('DROP TABLE chunks CASCADE');
    expect((await project.run('queue', 'start', ...store)).err).toContain('STORE_TABLE_MISSING');
  });
});

/** The old version's document vectors in a project's cache. */
async function documentsOf(project: BumpProject): Promise<{ ids: string[]; vectors: Float32Array[] }> {
  const found = { ids: [] as string[], vectors: [] as Float32Array[] };
  const tag = JSON.parse((await project.run('versions', 'show', 'old', '--json')).out)[0].version.fingerprint as string;
  for (const file of segmentsOf(project))
    for await (const { texts, vectors, rows } of readArrowRows(file, { texts: ['id', 'role', 'tag'], vector: 'vector' }))
      for (let row = 0; row < rows; row++)
        if (texts.role?.[row] === 'document' && texts.tag?.[row] === tag) {
          found.ids.push(texts.id?.[row] ?? '');
          found.vectors.push((vectors?.values ?? new Float32Array()).slice(vectors?.offsets[row], vectors?.offsets[row + 1]));
        }
  return found;
}
