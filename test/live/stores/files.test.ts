import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { arrowRowBytes } from '../../../src/formats/arrow-rows.ts';
import { parquetRowBytes } from '../../../src/formats/parquet.ts';
import { openLiveStore } from '../../../src/live/stores/registry.ts';
import type { StoreColumns, StoreSpec } from '../../../src/model/store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { contents, type Made, NEW, OLD, openRows, row, storeContract } from './contract.ts';

const root = temporaryFolder();

const COLUMNS: StoreColumns = { id: 'id', vector: 'vector', tag: 'tag', textHash: 'text_hash', text: null, stratum: null };
const BYTES = { arrow: arrowRowBytes, parquet: parquetRowBytes };

function specOf(kind: string, path: string, more: Partial<StoreSpec> = {}): StoreSpec {
  return { name: 'files', kind, path, urlFrom: null, table: null, columns: COLUMNS, corpus: null, ...more };
}

async function make(kind: 'arrow' | 'parquet'): Promise<Made & { readonly folder: string }> {
  const folder = mkdtempSync(join(root, `${kind}-`));
  return {
    folder,
    open: () => openRows(specOf(kind, folder)),
    insertUntagged: async (rows) =>
      writeFileSync(
        join(folder, `foreign.${kind}`),
        BYTES[kind](
          { id: rows.map(({ id }) => id) },
          'vector',
          rows.map(({ vector }) => Float32Array.from(vector)),
        ),
      ),
    destroy: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

describe.each(['arrow', 'parquet'] as const)('a folder of %s files', (kind) => {
  storeContract(() => make(kind));

  it('holds rows of any dimension, and rows without a vector', async () => {
    const { folder, open } = await make(kind);
    const bytes = BYTES[kind]({ id: ['a', 'b', 'c'], tag: [OLD, null, NEW] }, 'vector', [Float32Array.of(1, 2), null, Float32Array.of(3)]);
    writeFileSync(join(folder, `x.${kind}`), bytes);
    expect(await contents(await open())).toEqual(['a a 1,2', 'b - ', 'c b 3']);
  });

  it('names the column that is missing, and what there is', async () => {
    const { folder, open } = await make(kind);
    writeFileSync(join(folder, `x.${kind}`), BYTES[kind]({ key: ['a'] }, 'embedding', [Float32Array.of(1)]));
    await expect(contents(await open())).rejects.toMatchObject({ code: 'STORE_COLUMN_MISSING' });
    await expect(contents(await open())).rejects.toThrow(/no column id/);
  });

  it('complains of a damaged file and of a path that is not there', async () => {
    const { folder, open } = await make(kind);
    writeFileSync(join(folder, `x.${kind}`), 'not a table');
    await expect(contents(await open())).rejects.toMatchObject({ code: `${kind.toUpperCase()}_MALFORMED` });
    const gone = await openLiveStore(specOf(kind, join(folder, 'nowhere')), { env: {} });
    await expect(contents(gone)).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });

  it('notices a file that changes while the store is read', async () => {
    const { folder, open } = await make(kind);
    const store = await open();
    await store.write([row('d1', OLD, [1, 0, 0])]);
    const [name = ''] = readdirSync(folder).filter((file) => file.endsWith(kind));
    const read = async () => {
      for await (const _ of store.read()) utimesSync(join(folder, name), new Date(), new Date(5_000));
    };
    await expect(read()).rejects.toMatchObject({ code: 'STORE_CHANGED' });
  });

  it('refuses to lose columns it does not know', async () => {
    const { folder, open } = await make(kind);
    const bytes = BYTES[kind]({ id: ['a'], tag: [OLD], text_hash: [null], price: ['7'] }, 'vector', [Float32Array.of(1)]);
    writeFileSync(join(folder, `x.${kind}`), bytes);
    await expect((await open()).remove(OLD)).rejects.toMatchObject({ code: 'STORE_COLUMNS_FOREIGN' });
    await expect((await open()).write([row('a', OLD, [1])])).rejects.toMatchObject({ code: 'STORE_COLUMNS_FOREIGN' });
  });
});

it('tags Arrow files of other programs and keeps their other columns', async () => {
  const { folder, open } = await make('arrow');
  writeFileSync(
    join(folder, 'x.arrow'),
    arrowRowBytes({ id: ['a', 'b'], price: ['7', null] }, 'vector', [Float32Array.of(1), Float32Array.of(2)]),
  );
  const store = await open();
  await store.prepareTagging();
  expect(await store.tagRows([{ id: 'b', textHash: row('b', OLD, []).textHash }], OLD)).toBe(1);
  expect(await contents(store)).toEqual(['a - 1', 'b a 2']);
  const priced = await openLiveStore(specOf('arrow', folder, { columns: { ...COLUMNS, text: 'price' } }), { env: {} });
  for await (const { texts } of priced.read()) expect(texts).toEqual(['7', null]);
});

it('takes one file for a store, and divides it by a column', async () => {
  const folder = mkdtempSync(join(root, 'one-'));
  const file = join(folder, 'x.parquet');
  writeFileSync(file, parquetRowBytes({ id: ['a', 'b'], day: ['mon', null] }, 'vector', [Float32Array.of(1), Float32Array.of(2)]));
  const store = await openLiveStore(specOf('parquet', file, { columns: { ...COLUMNS, stratum: 'day' } }), { env: {} });
  for await (const { strata } of store.read()) expect(strata).toEqual(['mon', '(none)']);
});

describe('the lock of a file store', () => {
  it('refuses a second holder and frees after the first', async () => {
    const { open } = await make('arrow');
    const [one, two] = [await open(), await open()];
    await one.ledger.exclusively(async () => {
      await expect(two.ledger.exclusively(async () => 1)).rejects.toMatchObject({ code: 'LEDGER_LOCKED' });
    });
    expect(await two.ledger.exclusively(async () => 2)).toBe(2);
  });

  it('takes over from a process that died, not from one elsewhere', async () => {
    const { folder, open } = await make('arrow');
    const store = await open();
    const lock = join(folder, 'cutover_migrations.lock');
    const { hostname } = await import('node:os');
    mkdirSync(folder, { recursive: true });
    writeFileSync(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), since: 'then' }));
    expect(await store.ledger.exclusively(async () => 1)).toBe(1);
    writeFileSync(lock, JSON.stringify({ pid: 1, host: 'elsewhere', since: 'then' }));
    await expect(store.ledger.exclusively(async () => 1)).rejects.toThrow(/process 1 on elsewhere/);
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ host: 'elsewhere' });
  });
});

it('says which kinds of store there are, and what one needs', async () => {
  await expect(openLiveStore(specOf('redis', '/x'), { env: {} })).rejects.toMatchObject({ code: 'STORE_KIND_UNKNOWN' });
  await expect(openLiveStore({ ...specOf('arrow', ''), path: null }, { env: {} })).rejects.toMatchObject({ code: 'STORE_INCOMPLETE' });
});
