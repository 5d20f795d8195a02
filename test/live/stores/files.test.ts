import { mkdirSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLiveStore } from '../../../src/live/stores/registry.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { contents, NEW, OLD } from './contract.ts';
import { BYTES, folderSpec } from './folder-files.ts';

const root = temporaryFolder();
const COLUMNS = { id: 'id', vector: 'vector', tag: 'tag', textHash: 'text_hash', text: null, stratum: null };

function make(kind: 'arrow' | 'parquet') {
  const folder = mkdtempSync(join(root, `${kind}-`));
  return { folder, open: () => openLiveStore(folderSpec(kind, folder, { columns: COLUMNS }), { env: {} }) };
}

describe.each(['arrow', 'parquet'] as const)('a folder of %s files', (kind) => {
  it('holds rows of any dimension, and rows without a vector', async () => {
    const { folder, open } = make(kind);
    const bytes = BYTES[kind]({ id: ['a', 'b', 'c'], tag: [OLD, null, NEW] }, 'vector', [Float32Array.of(1, 2), null, Float32Array.of(3)]);
    writeFileSync(join(folder, `x.${kind}`), bytes);
    const store = await open();
    expect(await contents(store)).toEqual(['a a 1,2', 'c b 3']);
    expect(await contents(store, { empty: true })).toEqual(['a a 1,2', 'b - ', 'c b 3']);
    expect(await contents(store, { vectors: false })).toEqual(['a a ', 'c b ']);
    expect(new Map(await store.counts())).toEqual(
      new Map([
        [OLD, 1],
        [NEW, 1],
      ]),
    );
  });

  it('names the column that is missing, and what there is', async () => {
    const { folder, open } = make(kind);
    writeFileSync(join(folder, `x.${kind}`), BYTES[kind]({ key: ['a'] }, 'embedding', [Float32Array.of(1)]));
    await expect(contents(await open())).rejects.toMatchObject({ code: 'STORE_COLUMN_MISSING' });
    await expect(contents(await open())).rejects.toThrow(/no column id/);
  });

  it('complains of a damaged file and of a path that is not there', async () => {
    const { folder, open } = make(kind);
    writeFileSync(join(folder, `x.${kind}`), 'not a table');
    await expect(contents(await open())).rejects.toMatchObject({ code: `${kind.toUpperCase()}_MALFORMED` });
    const gone = await openLiveStore(folderSpec(kind, join(folder, 'nowhere')), { env: {} });
    await expect(contents(gone)).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });

  it('notices a file that changes while the store is read', async () => {
    const { folder, open } = make(kind);
    writeFileSync(join(folder, `x.${kind}`), BYTES[kind]({ id: ['a'] }, 'vector', [Float32Array.of(1)]));
    const store = await open();
    const [name = ''] = readdirSync(folder).filter((file) => file.endsWith(kind));
    const read = async () => {
      for await (const _ of store.read()) utimesSync(join(folder, name), new Date(), new Date(5_000));
    };
    await expect(read()).rejects.toMatchObject({ code: 'STORE_CHANGED' });
  });

  it('refuses two rows a document, and says where the way over is', async () => {
    const { folder, open } = make(kind);
    const bytes = BYTES[kind]({ id: ['a', 'a'], tag: [OLD, NEW], text_hash: [null, null] }, 'vector', [
      Float32Array.of(1),
      Float32Array.of(2),
    ]);
    writeFileSync(join(folder, `x.${kind}`), bytes);
    expect((await (await open()).planTagging()).refusals).toMatchObject([
      { reason: expect.stringContaining('two rows a document'), next: expect.stringContaining('From two rows a document to one') },
    ]);
  });
});

it('takes one file for a store, and divides it by a column', async () => {
  const folder = mkdtempSync(join(root, 'one-'));
  const file = join(folder, 'x.parquet');
  writeFileSync(file, BYTES.parquet({ id: ['a', 'b'], day: ['mon', null] }, 'vector', [Float32Array.of(1), Float32Array.of(2)]));
  const store = await openLiveStore(folderSpec('parquet', file, { columns: { ...COLUMNS, stratum: 'day' } }), { env: {} });
  for await (const { strata } of store.read()) expect(strata).toEqual(['mon', '(none)']);
});

it('takes the lock of a process that died, not of one elsewhere', async () => {
  const { folder, open } = make('arrow');
  const store = await open();
  const lock = join(root, `.${folder.slice(root.length + 1)}.cutover.lock`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), since: 'then' }));
  expect(await store.ledger.exclusively(async () => 1)).toBe(1);
  writeFileSync(lock, JSON.stringify({ pid: 1, host: 'elsewhere', since: 'then' }));
  await expect(store.ledger.exclusively(async () => 1)).rejects.toThrow(/process 1 on elsewhere/);
  expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ host: 'elsewhere' });
});

it('says which kinds of store there are, and what one needs', async () => {
  await expect(openLiveStore({ ...folderSpec('arrow', '/x'), kind: 'redis' }, { env: {} })).rejects.toMatchObject({
    code: 'STORE_KIND_UNKNOWN',
  });
  await expect(openLiveStore({ ...folderSpec('arrow', ''), path: null }, { env: {} })).rejects.toMatchObject({ code: 'STORE_INCOMPLETE' });
});
