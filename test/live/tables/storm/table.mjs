// The table of an application that knows nothing of versions, and what its processes share.
import { createHash } from 'node:crypto';
import { vectorOf } from './embedder.mjs';

export const DIMENSION = 8;

/** A tenant, soft deletes, a trigger of its own, rows without a vector. */
export const SCHEMA = `
  CREATE EXTENSION IF NOT EXISTS vector;
  CREATE TABLE chunks (
    id text PRIMARY KEY, tenant_id int NOT NULL, content text NOT NULL, metadata jsonb NOT NULL DEFAULT '{}', embedding vector(${DIMENSION}),
    updated_at timestamptz NOT NULL DEFAULT now(), deleted_at timestamptz
  );
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := clock_timestamp(); RETURN NEW; END $$;
  CREATE TRIGGER touch BEFORE UPDATE ON chunks FOR EACH ROW EXECUTE FUNCTION touch()`;

export const INDEX = 'CREATE INDEX chunks_hnsw ON chunks USING hnsw (embedding vector_cosine_ops) WHERE deleted_at IS NULL';

/** What the application owns of a row, byte for byte. */
export const OWN = 'json_build_array(tenant_id, content, metadata, updated_at, deleted_at)::text';

/** The rows of the store. */
export const WHERE = 'deleted_at IS NULL';

/** The live tag, as a client of the application reads it; undefined before there is one. */
export async function liveTag(client) {
  const { rows: tables } = await client.query(`SELECT to_regclass('cutover_live') IS NOT NULL AS there`);
  if (!tables[0].there) return undefined;
  return (await client.query(`SELECT live FROM cutover_live WHERE store = 'chunks.embedding@live'`)).rows[0]?.live ?? undefined;
}

export const literal = (text, version) => `[${vectorOf(text, version, DIMENSION).join(',')}]`;

export const hashOf = (text) => createHash('sha256').update(text.trim()).digest('hex');

/** Whether a stored vector is that of a text under a version. */
export function isOf(stored, text, version) {
  const fresh = vectorOf(text, version, DIMENSION);
  return JSON.parse(stored).every((value, i) => Math.abs(value - fresh[i]) < 1e-6);
}

/** Numbers in [0, 1) from a seed: mulberry32. */
export function randomFrom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const WORDS = ['refund', 'invoice', 'login', 'webhook', 'quota', 'export', 'tenant', 'audit', 'ünïcode', 'quote\'s "own"'];

/** A text that no other row is likely to have. */
export function textFrom(random) {
  const word = () => WORDS[Math.floor(random() * WORDS.length)];
  return `${word()} ${word()} ${word()} ${Math.floor(random() * 1e9)}`;
}
