import { join } from 'node:path';
import { connect, Index } from '@lancedb/lancedb';
import { Field, FixedSizeList, Float32, Schema, Utf8 } from 'apache-arrow';
import { liveTagOf } from './project.ts';
import type { Application, StoredRow } from './storm.ts';

export interface LanceApplication extends Application {
  /** Builds an index over its vectors. */
  index(): Promise<void>;
  /** `name column` of each. */
  indexes(): Promise<string[]>;
  /** Drops those over a column. */
  dropIndex(column: string): Promise<void>;
  /** Writes a word behind every text. */
  suffix(word: string): Promise<void>;
}

/** An application that keeps its rows in a table of LanceDB. */
export async function lanceApplication(folder: string, dimension: number): Promise<LanceApplication> {
  const connection = await connect(folder);
  const schema = new Schema([
    new Field('id', new Utf8(), false),
    new Field('body', new Utf8(), true),
    new Field('extra', new Utf8(), true),
    new Field('vector', new FixedSizeList(dimension, new Field('item', new Float32(), true)), true),
  ]);
  const table = await connection.createEmptyTable('chunks', schema as never);
  const latest = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let tries = 0; ; tries++) {
      try {
        await table.checkoutLatest();
        return await work();
      } catch (error) {
        // Others have committed at the same moment, or exchanged the columns: an application tries again.
        if (tries === 20) throw error;
      }
    }
  };
  const hasTag = async () => (await table.schema()).fields.some(({ name }) => name === 'cutover_tag');
  return {
    liveTag: () => liveTagOf(join(folder, 'cutover_migrations_chunks.jsonl')),
    insert: (rows) =>
      latest(async () => {
        const tagged = await hasTag();
        await table.add(
          rows.map(({ tag, vector, ...row }) => ({ ...row, vector: [...(vector ?? [])], ...(tagged ? { cutover_tag: tag } : {}) })),
        );
      }),
    update: ({ id, body, vector, tag }) =>
      latest(async () => {
        const own = vector === undefined || vector === null ? { id, body } : { id, body, vector: [...vector], cutover_tag: tag ?? null };
        await table.mergeInsert(['id']).whenMatchedUpdateAll().execute([own]);
      }),
    index: () => latest(() => table.createIndex('vector', { config: Index.ivfFlat({ distanceType: 'cosine' }) })),
    indexes: () => latest(async () => (await table.listIndices()).map(({ name, columns }) => `${name} ${columns.join()}`).sort()),
    dropIndex: (column) =>
      latest(async () => {
        for (const { name, columns } of await table.listIndices()) if (columns.includes(column)) await table.dropIndex(name);
      }),
    suffix: (word) => latest(async () => void (await table.update({ valuesSql: { body: `concat(body, ' ${word}')` } }))),
    remove: (id) => latest(async () => void (await table.delete(`id = '${id}'`))),
    rows: () =>
      latest(async () => {
        const found = (await table.query().toArray()) as Record<string, unknown>[];
        return found.map(
          (row): StoredRow => ({
            id: String(row.id),
            body: String(row.body),
            extra: String(row.extra),
            vector: row.vector == null ? null : Float32Array.from(row.vector as Iterable<number>),
            tag: row.cutover_tag == null ? null : String(row.cutover_tag),
            hash: row.cutover_text_hash == null ? null : String(row.cutover_text_hash),
          }),
        );
      }),
  };
}
