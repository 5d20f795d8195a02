import type PgBoss from 'pg-boss';
import { sha256Json } from '../core/hash.ts';
import { transaction } from './connection.ts';
import type { Connection } from './connection-string.ts';
import { storeError } from './errors.ts';
import type { JobCounts, JobQueue, QueueInputs, ShardJob, TakenJob } from './jobs.ts';
import { openPostgres, reaching } from './postgres.ts';

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

type Sql = (text: string, values: unknown[]) => Promise<{ rows: unknown[] }>;

interface JobData extends ShardJob {
  readonly inputs: QueueInputs;
}

/**
 * Opens the queue of these inputs in a PostgreSQL database, by pg-boss, and creates its tables where they are missing.
 * @throws CutoverError STORE_UNREACHABLE, STORE_LOGIN_REFUSED, STORE_FORBIDDEN
 */
export async function openJobQueue(options: QueueOptions): Promise<JobQueue> {
  const { default: Boss } = await import('pg-boss');
  const boss = new Boss({
    // pg-boss hands its settings on to the pool, also those that its types don't name.
    ...{ ...reaching(options.connection), query_timeout: Math.max(ANSWER_MS, 1000 * options.leaseSeconds) },
    schema: options.schema,
    max: 2,
    supervise: false,
    schedule: false,
  });
  // An idle connection that breaks is an event; the next call says what is wrong.
  boss.on('error', () => undefined);
  try {
    await boss.start();
  } catch (error) {
    throw storeError(error, TITLE, options.connection);
  }
  return guarded(new BossQueue(boss, options), options.connection);
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

class BossQueue implements JobQueue {
  readonly title = TITLE;
  readonly leaseSeconds: number;
  readonly #boss: PgBoss;
  readonly #name: string;
  readonly #schema: string;
  readonly #connection: Connection;
  readonly #inputs: QueueInputs;

  constructor(boss: PgBoss, { inputs, leaseSeconds, schema, connection }: QueueOptions) {
    this.#boss = boss;
    this.#inputs = inputs;
    this.#name = `embed-${sha256Json(inputs).slice(0, 16)}`;
    this.#schema = `"${schema.replaceAll('"', '""')}"`;
    this.#connection = connection;
    this.leaseSeconds = leaseSeconds;
  }

  async fill(jobs: readonly ShardJob[]): Promise<boolean> {
    await this.#boss.createQueue(this.#name, {
      name: this.#name,
      retryLimit: DEATHS,
      retryDelay: 1,
      expireInSeconds: this.leaseSeconds,
    });
    const data = jobs.map(({ side, shard }) => ({ name: this.#name, data: { side, shard, inputs: this.#inputs } satisfies JobData }));
    return this.#transaction(async (executeSql) => {
      // Whoever fills the same queue waits here, so that jobs are made once, and all of them or none.
      await executeSql(`SELECT FROM ${this.#schema}.queue WHERE name = $1 FOR UPDATE`, [this.#name]);
      const { rows } = await executeSql(`SELECT FROM ${this.#schema}.job WHERE name = $1 LIMIT 1`, [this.#name]);
      if (rows.length > 0) return false;
      await this.#boss.insert(data, { db: { executeSql } });
      return true;
    });
  }

  async #transaction<T>(work: (executeSql: Sql) => Promise<T>): Promise<T> {
    const database = await openPostgres(this.#connection);
    try {
      return await database.session((session) =>
        transaction(session, () => work(async (text, values) => ({ rows: [...(await session.query(text, values))] }))),
      );
    } finally {
      await database.close();
    }
  }

  async take(): Promise<TakenJob | null> {
    return (await this.#fetch()) ?? (await this.#boss.expire().then(() => this.#fetch()));
  }

  async #fetch(): Promise<TakenJob | null> {
    const [job] = await this.#boss.fetch<JobData>(this.#name, { includeMetadata: true });
    if (job === undefined) return null;
    const taken = { id: job.id, attempt: job.retryCount, side: job.data.side, shard: job.data.shard };
    // From here on this process's own lease counts, not that of the one that filled the queue.
    return (await this.beat(taken)) ? taken : null;
  }

  /** pg-boss 10 has leases but no heartbeat: the lease is drawn out from now. An attempt that was taken over counts one more. */
  async beat({ id, attempt }: TakenJob): Promise<boolean> {
    const { rows } = await this.#boss.getDb().executeSql(
      `UPDATE ${this.#schema}.job SET expire_in = (now() - started_on) + $4 * interval '1 second'
       WHERE name = $1 AND id = $2 AND retry_count = $3 AND state = 'active' RETURNING id`,
      [this.#name, id, attempt, this.leaseSeconds],
    );
    return rows.length === 1;
  }

  async complete({ id }: TakenJob): Promise<void> {
    await this.#boss.complete(this.#name, id);
  }

  async release({ id, attempt }: TakenJob): Promise<void> {
    // Without the time at which it began, taking it again counts no attempt.
    await this.#boss.getDb().executeSql(
      `UPDATE ${this.#schema}.job SET state = 'created', started_on = NULL, start_after = now()
       WHERE name = $1 AND id = $2 AND retry_count = $3 AND state = 'active'`,
      [this.#name, id, attempt],
    );
  }

  /** pg-boss counts failures and leases that ran out together; here the former are counted apart. */
  async fail({ id, attempt }: TakenJob, reason: string): Promise<void> {
    const failures = "coalesce((data->>'failures')::int, 0) + 1";
    await this.#boss.getDb().executeSql(
      `UPDATE ${this.#schema}.job SET data = jsonb_set(data, '{failures}', to_jsonb(${failures})),
         retry_limit = CASE WHEN ${failures} >= $4 THEN retry_count ELSE retry_limit END
       WHERE name = $1 AND id = $2 AND retry_count = $3 AND state = 'active'`,
      [this.#name, id, attempt, FAILURES],
    );
    await this.#boss.fail(this.#name, id, { reason });
  }

  async counts(): Promise<JobCounts | null> {
    const { rows } = await this.#boss.getDb().executeSql(
      `SELECT count(*) FILTER (WHERE state < 'active') AS waiting, count(*) FILTER (WHERE state = 'active') AS active,
              count(*) FILTER (WHERE state = 'completed') AS done, count(*) FILTER (WHERE state > 'completed') AS failed
       FROM ${this.#schema}.job WHERE name = $1`,
      [this.#name],
    );
    const { waiting, active, done, failed } = rows[0] as Record<keyof JobCounts, string>;
    const counts = { waiting: Number(waiting), active: Number(active), done: Number(done), failed: Number(failed) };
    return Object.values(counts).every((count) => count === 0) ? null : counts;
  }

  async failures(): Promise<readonly string[]> {
    const { rows } = await this.#boss.getDb().executeSql(
      `SELECT DISTINCT coalesce(output->>'reason', output->'value'->>'message') AS reason
       FROM ${this.#schema}.job WHERE name = $1 AND state > 'completed' ORDER BY reason`,
      [this.#name],
    );
    return (rows as { reason: string | null }[]).map(({ reason }) => reason ?? 'unknown');
  }

  async others(): Promise<readonly QueueInputs[]> {
    const { rows } = await this.#boss.getDb().executeSql(
      `SELECT DISTINCT ON (name) data->'inputs' AS inputs, created_on FROM ${this.#schema}.job
       WHERE name <> $1 AND name LIKE 'embed-%' ORDER BY name, created_on DESC`,
      [this.#name],
    );
    return (rows as { inputs: QueueInputs; created_on: Date }[])
      .sort((a, b) => b.created_on.getTime() - a.created_on.getTime())
      .map(({ inputs }) => inputs);
  }

  async drop(): Promise<void> {
    // deleteQueue alone is refused by a foreign key as long as there are jobs.
    await this.#boss.getDb().executeSql(`DELETE FROM ${this.#schema}.job WHERE name = $1`, [this.#name]);
    await this.#boss.deleteQueue(this.#name);
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, wait: true });
  }
}
