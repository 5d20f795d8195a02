import { randomUUID } from 'node:crypto';
import type PgBoss from 'pg-boss';
import { sha256Json } from '../core/hash.ts';
import { type SqlDatabase, type SqlSession, transaction } from './connection.ts';
import type { Connection } from './connection-string.ts';
import { storeError } from './errors.ts';
import type { JobCounts, JobQueue, QueueInputs, ShardJob, TakenJob } from './jobs.ts';
import { openPostgres } from './postgres.ts';

export interface QueueOptions {
  readonly connection: Connection;
  /** Schema of the queue's tables. */
  readonly schema: string;
  readonly leaseSeconds: number;
  readonly inputs: QueueInputs;
}

/** A shard that fails this often fails wherever it is tried. */
const FAILURES = 5;
/** Leases that may run out: machines are taken away, but a shard that ends its worker each time must not go round for ever. */
const DEATHS = 100;
/** Least milliseconds that a question may take; an answer later than the lease is of no use. */
const ANSWER_MS = 10_000;
/** What errors call it. */
export const TITLE = 'The job queue in PostgreSQL';

/** The queue that lists the others: one job for each that was filled, which nobody takes. */
const REGISTER = 'register';
/** Prefix of queues of shards. */
const SHARDS = 'embed-';
/** Prefix of queues of leases. */
const LEASES = 'leases-';
/** Leases that one look hands on at most. */
const DUE = 100;

interface Entry {
  readonly inputs: QueueInputs;
  readonly jobs: number;
  /** Its jobs' ids are made of it: those of a queue that was dropped never come again. */
  readonly seed: string;
}

interface JobData extends ShardJob {
  readonly failures: number;
  readonly deaths: number;
}

/**
 * Opens the queue of these inputs in a PostgreSQL database, by pg-boss, and creates its tables where they are missing.
 * @throws CutoverError STORE_UNREACHABLE, STORE_LOGIN_REFUSED, STORE_FORBIDDEN
 */
export async function openJobQueue(options: QueueOptions): Promise<JobQueue> {
  const { default: Boss } = await import('pg-boss');
  const database = await openPostgres(options.connection, Math.max(ANSWER_MS, 1000 * options.leaseSeconds));
  const executeSql: PgBoss.Db['executeSql'] = (text, values) => database.session((session) => dbOf(session).executeSql(text, values));
  const boss = new Boss({ db: { executeSql }, schema: options.schema, supervise: false, schedule: false });
  boss.on('error', () => undefined);
  try {
    await boss.start();
  } catch (error) {
    await database.close();
    throw storeError(error, TITLE, options.connection);
  }
  return guarded(new BossQueue(boss, database, options), options.connection);
}

/** What pg-boss runs its statements on. */
function dbOf(session: SqlSession): PgBoss.Db {
  return { executeSql: async (text, values) => ({ rows: (await session.query(text, values)) as Record<string, unknown>[] }) };
}

/** The same queue, with every error of the driver as one of the catalogue. */
function guarded(queue: BossQueue, connection: Connection): JobQueue {
  return new Proxy<JobQueue>(queue, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        try {
          return await Reflect.apply(value, target, args);
        } catch (error) {
          throw storeError(error, TITLE, connection);
        }
      };
    },
  });
}

/**
 * Shards as jobs of pg-boss, by its documented calls alone. Version 10 has no heartbeat, so a lease is a job too: a delayed one,
 * which is due when the lease runs out. A heartbeat replaces it by a later one; whoever takes one that is due gives its shard to the next.
 */
class BossQueue implements JobQueue {
  readonly title = TITLE;
  readonly leaseSeconds: number;
  readonly #boss: PgBoss;
  readonly #database: SqlDatabase;
  readonly #inputs: QueueInputs;
  readonly #name: string;
  readonly #leases: string;

  constructor(boss: PgBoss, database: SqlDatabase, { inputs, leaseSeconds }: QueueOptions) {
    const hash = sha256Json(inputs).slice(0, 16);
    this.#boss = boss;
    this.#database = database;
    this.#inputs = inputs;
    this.#name = `${SHARDS}${hash}`;
    this.#leases = `${LEASES}${hash}`;
    this.leaseSeconds = leaseSeconds;
  }

  async fill(jobs: readonly ShardJob[]): Promise<boolean> {
    for (const name of [REGISTER, this.#name, this.#leases]) await this.#boss.createQueue(name, { name, retryLimit: 0 });
    const entry: Entry = { inputs: this.#inputs, jobs: jobs.length, seed: randomUUID() };
    return this.#transaction(async (db) => {
      // Whoever fills the same queue waits here for the other's entry, so that jobs are made once, and all of them or none.
      if ((await this.#boss.send(REGISTER, entry, { id: idOf(this.#name), db })) === null) return false;
      const data = jobs.map(({ side, shard }): JobData => ({ side, shard, failures: 0, deaths: 0 }));
      const waiting = data.map((job, i) => ({ id: jobId(entry, i), name: this.#name, data: job }));
      await this.#boss.insert(waiting, { db });
      return true;
    });
  }

  async take(): Promise<TakenJob | null> {
    return (await this.#fetch()) ?? ((await this.#handOn()) ? this.#fetch() : null);
  }

  #fetch(): Promise<TakenJob | null> {
    return this.#transaction(async (db) => {
      const [job] = await this.#boss.fetch<JobData>(this.#name, { db });
      if (job === undefined) return null;
      const taken = { id: job.id, lease: randomUUID(), side: job.data.side, shard: job.data.shard };
      await this.#hold(taken, db);
      return taken;
    });
  }

  async #hold({ id, lease }: TakenJob, db: PgBoss.Db): Promise<void> {
    await this.#boss.send(this.#leases, { job: id }, { id: lease, startAfter: this.leaseSeconds, db });
  }

  /** Gives shards whose lease has run out to the next. @returns whether there was one */
  #handOn(): Promise<boolean> {
    return this.#transaction(async (db) => {
      const due = await this.#boss.fetch<{ job: string }>(this.#leases, { batchSize: DUE, db });
      for (const { id, data } of due) {
        await this.#boss.deleteJob(this.#leases, id, { db });
        const deaths = ((await this.#job(data.job, db))?.data.deaths ?? 0) + 1;
        if (deaths >= DEATHS) await this.#boss.fail(this.#name, data.job, { reason: `${deaths} workers ended before it was done` }, { db });
        else await this.#putBack(data.job, { deaths }, db);
      }
      return due.length > 0;
    });
  }

  /** Ends a lease. Whoever comes second waits for the first, and finds it gone. @returns whether it was still this process's */
  async #end({ lease }: TakenJob, db: PgBoss.Db): Promise<boolean> {
    await this.#boss.cancel(this.#leases, lease, { db });
    if ((await this.#boss.getJobById(this.#leases, lease, { db, includeArchive: false })) === null) return false;
    await this.#boss.deleteJob(this.#leases, lease, { db });
    return true;
  }

  #job(id: string, db: PgBoss.Db): Promise<PgBoss.JobWithMetadata<JobData> | null> {
    return this.#boss.getJobById<JobData>(this.#name, id, { db, includeArchive: false });
  }

  /** A job that was taken, as one that waits. */
  async #putBack(id: string, changed: Partial<JobData>, db: PgBoss.Db, afterSeconds = 0): Promise<void> {
    const job = await this.#job(id, db);
    // The queue was dropped.
    if (job === null) return;
    await this.#boss.deleteJob(this.#name, id, { db });
    await this.#boss.insert([{ id, name: this.#name, data: { ...job.data, ...changed }, startAfter: String(afterSeconds) }], { db });
  }

  beat(job: TakenJob): Promise<boolean> {
    return this.#ending(job, (db) => this.#hold(job, db));
  }

  async complete(job: TakenJob): Promise<void> {
    await this.#ending(job, (db) => this.#boss.complete(this.#name, job.id, {}, { db }));
  }

  async release(job: TakenJob): Promise<void> {
    await this.#ending(job, (db) => this.#putBack(job.id, {}, db));
  }

  async fail(job: TakenJob, reason: string): Promise<void> {
    await this.#ending(job, async (db) => {
      const failures = ((await this.#job(job.id, db))?.data.failures ?? 0) + 1;
      if (failures >= FAILURES) await this.#boss.fail(this.#name, job.id, { reason }, { db });
      else await this.#putBack(job.id, { failures }, db, 1);
    });
  }

  /** Ends a lease and does what follows, both or neither. @returns false, and nothing is done, where the job is no longer this process's */
  #ending(job: TakenJob, follow: (db: PgBoss.Db) => Promise<void>): Promise<boolean> {
    return this.#transaction(async (db) => {
      const held = await this.#end(job, db);
      if (held) await follow(db);
      return held;
    });
  }

  async counts(): Promise<JobCounts | null> {
    const entry = await this.#entryOf(this.#name);
    if (entry === null) return null;
    // Those that are under way are counted first: one that ends between two counts is under way still, and never done too soon.
    const open = await this.#boss.getQueueSize(this.#name, { before: 'completed' });
    const waiting = await this.#boss.getQueueSize(this.#name, { before: 'active' });
    const failed = entry.jobs - (await this.#boss.getQueueSize(this.#name, { before: 'failed' }));
    return { waiting, active: Math.max(0, open - waiting), done: Math.max(0, entry.jobs - failed - open), failed };
  }

  async failures(): Promise<readonly string[]> {
    const entry = await this.#entryOf(this.#name);
    let failed = (await this.counts())?.failed ?? 0;
    const reasons = new Set<string>();
    for (const id of entry === null ? [] : idsOf(entry)) {
      if (failed === 0) break;
      const job = await this.#boss.getJobById(this.#name, id);
      if (job?.state !== 'failed') continue;
      failed--;
      reasons.add((job.output as { reason: string }).reason);
    }
    return [...reasons].sort();
  }

  async others(): Promise<readonly QueueInputs[]> {
    const queues = (await this.#boss.getQueues()).filter(({ name }) => name.startsWith(SHARDS) && name !== this.#name);
    queues.sort((a, b) => b.createdOn.getTime() - a.createdOn.getTime());
    const entries: (Entry | null)[] = [];
    for (const { name } of queues) entries.push(await this.#entryOf(name));
    return entries.flatMap((entry) => (entry === null ? [] : [entry.inputs]));
  }

  async #entryOf(name: string): Promise<Entry | null> {
    return (await this.#boss.getJobById<Entry>(REGISTER, idOf(name)))?.data ?? null;
  }

  async drop(): Promise<void> {
    const entry = await this.#entryOf(this.#name);
    await this.#transaction(async (db) => {
      if (entry !== null) await this.#boss.deleteJob(this.#name, idsOf(entry), { db });
      await this.#boss.deleteJob(REGISTER, idOf(this.#name), { db });
    });
    await this.#boss.purgeQueue(this.#leases);
    for (const name of [this.#leases, this.#name]) await this.#boss.deleteQueue(name);
  }

  #transaction<T>(work: (db: PgBoss.Db) => Promise<T>): Promise<T> {
    return this.#database.session((session) => transaction(session, () => work(dbOf(session))));
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, wait: true });
    await this.#database.close();
  }
}

/** A name as a UUID: the first 128 bits of its SHA-256. */
function idOf(name: string): string {
  return sha256Json(name).slice(0, 32);
}

function jobId({ seed }: Entry, i: number): string {
  return idOf(`${seed} ${i}`);
}

function idsOf(entry: Entry): string[] {
  return Array.from({ length: entry.jobs }, (_, i) => jobId(entry, i));
}
