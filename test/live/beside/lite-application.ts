import { setTimeout as wait } from 'node:timers/promises';
import type { SqlDatabase } from '../../../src/databases/connection.ts';
import { openPglite } from '../../../src/databases/pglite.ts';
import { openLite } from '../../shared/lite.ts';
import { vectorOf } from '../tables/storm/embedder.mjs';
import type { Application, StoredRow } from './storm.ts';

const SCHEMA = `CREATE EXTENSION vector; CREATE TABLE chunks (id text PRIMARY KEY, body text NOT NULL, extra text NOT NULL, embedding vector(8));
  CREATE INDEX ON chunks USING hnsw (embedding vector_cosine_ops)`;
/** Milliseconds that the application has the database for, between two commands. */
const TURN = 60;

export interface LiteApplication extends Application {
  /** Closes the database for so long, since one process at a time may have it, and then works with it for a while. */
  away<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** An application that keeps its rows in a table of PGlite. What it wants to do while the tool has the database waits. */
export async function liteApplication(folder: string): Promise<LiteApplication> {
  const empty = await openLite(folder);
  await empty.exec(SCHEMA);
  await empty.close();
  let database: SqlDatabase = await openPglite(folder, 'application');
  let live: { readonly tag: string | null; readonly width: number } = { tag: null, width: 8 };
  let tail: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const run = tail.then(work);
    tail = run.catch(() => undefined);
    return run;
  };
  const look = async () => {
    const [there] = await database.query(`SELECT to_regclass('cutover_live') IS NOT NULL AS there`);
    const [own] = there?.there === true ? await database.query('SELECT live FROM cutover_live') : [];
    const [row] = await database.query('SELECT vector_dims(embedding) AS width FROM chunks WHERE embedding IS NOT NULL LIMIT 1');
    live = { tag: own?.live == null ? null : String(own.live), width: Number(row?.width ?? 8) };
  };
  /** As the live version makes it: the columns may have changed places while the application waited. */
  const literal = (body: string, vector: Float32Array | null | undefined) => {
    const isStale = vector?.length !== live.width;
    return JSON.stringify([...(isStale ? vectorOf(body, live.width === 8 ? 'A' : 'B', live.width) : vector)]);
  };
  const tagOf = (vector: Float32Array | null | undefined, tag: string | null | undefined) =>
    tag == null ? null : vector?.length === live.width ? tag : live.tag;
  return {
    liveTag: () => live.tag,
    away: async (work) => {
      const result = await inTurn(async () => {
        await database.close();
        try {
          return await work();
        } finally {
          database = await openPglite(folder, 'application');
          await look();
        }
      });
      await wait(TURN);
      return result;
    },
    insert: (rows) =>
      inTurn(async () => {
        for (const { id, body, extra, vector, tag } of rows) {
          const values = [id, body, extra, literal(body, vector)];
          if (tag === null) await database.query('INSERT INTO chunks (id, body, extra, embedding) VALUES ($1, $2, $3, $4)', values);
          else
            await database.query('INSERT INTO chunks (id, body, extra, embedding, cutover_tag) VALUES ($1, $2, $3, $4, $5)', [
              ...values,
              tagOf(vector, tag),
            ]);
        }
      }),
    update: ({ id, body, vector, tag }) =>
      inTurn(async () => {
        if (vector === undefined) await database.query('UPDATE chunks SET body = $2 WHERE id = $1', [id, body]);
        else
          await database.query('UPDATE chunks SET body = $2, embedding = $3, cutover_tag = $4 WHERE id = $1', [
            id,
            body,
            literal(body, vector),
            tagOf(vector, tag),
          ]);
      }),
    remove: (id) => inTurn(async () => void (await database.query('DELETE FROM chunks WHERE id = $1', [id]))),
    rows: () =>
      inTurn(async () => {
        const found = await database.query('SELECT to_jsonb(chunks) AS own FROM chunks');
        return found.map(({ own }): StoredRow => {
          const { id, body, extra, embedding, cutover_tag, cutover_text_hash } = own as Record<string, string | null | undefined>;
          return {
            id: id ?? '',
            body: body ?? '',
            extra: extra ?? '',
            vector: embedding == null ? null : Float32Array.from(JSON.parse(embedding) as number[]),
            tag: cutover_tag ?? null,
            hash: cutover_text_hash ?? null,
          };
        });
      }),
    close: () => inTurn(() => database.close()),
  };
}
