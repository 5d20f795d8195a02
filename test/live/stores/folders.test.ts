import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import type { ColumnStore } from '../../../src/live/stores/column-store.ts';
import { openLiveStore } from '../../../src/live/stores/registry.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { BACK, besideContract, contents, NEW, OLD, THERE } from './contract.ts';
import { BYTES, folderSpec, makeFolder } from './folder-files.ts';

/** A store with two documents, tagged, with a migration begun. */
async function begun(kind: 'arrow' | 'parquet') {
  const made = await makeFolder(kind);
  const row = (id: string, vector: readonly number[]) => ({ id, body: `text of ${id}`, vector });
  await made.insert([row('d1', [1, 0, 0]), row('d2', [0, 1, 0])]);
  const store = await made.open();
  await store.prepareTagging();
  await store.tagRows(
    ['d1', 'd2'].map((id) => ({ id, textHash: sha256(`text of ${id}`) })),
    OLD,
  );
  await store.ledger.append('{"live":"a"}', 1, OLD);
  await store.addNext(BACK, 3, { line: '{"n":2}', seq: 2 });
  return { made, store };
}

async function fill(store: ColumnStore, vector: readonly number[], place: 'current' | 'next' = 'next'): Promise<void> {
  const sides = (await store.sides()) ?? BACK;
  for (let after: readonly string[] | null = null; ; ) {
    const rows = await store.pending({ place, tag: (place === 'next' ? sides.next : sides.current) ?? NEW }, after, 10);
    if (rows.length === 0) return;
    after = rows.at(-1)?.key ?? null;
    await store.place(
      place,
      sides,
      rows.map(({ key, textHash }) => ({ key, textHash, vector: Float32Array.from(vector), isProof: false })),
    );
  }
}

describe.each(['arrow', 'parquet'] as const)('a folder of %s files with one beside', (kind) => {
  besideContract(() => makeFolder(kind), '1,1');

  it('is a link from the start on, and the switch is another link', async () => {
    const { made, store } = await begun(kind);
    expect(readlinkSync(made.path)).toBe('store.cutover/1');
    await fill(store, [0, 0, 1]);
    const inode = statSync(join(made.path, `part-0.${kind}`)).ino;
    await store.exchange(THERE, { line: '{"n":3}', seq: 3 });
    expect(readlinkSync(made.path)).toBe('store.cutover/2');
    await store.exchange(BACK, { line: '{"n":4}', seq: 4 });
    // The files of before are those of before.
    expect([readlinkSync(made.path), statSync(join(made.path, `part-0.${kind}`)).ino]).toEqual(['store.cutover/1', inode]);
    await made.destroy();
  });

  it('finds its folder again after a kill between the two renames of the start', async () => {
    const { made, store } = await begun(kind);
    await store.close();
    rmSync(made.path);
    expect(existsSync(made.path)).toBe(false);
    const again = await made.open();
    expect([await contents(again), readlinkSync(made.path)]).toEqual([['d1 a 1,0,0', 'd2 a 0,1,0'], 'store.cutover/1']);
    await made.destroy();
  });

  it('resumes in the middle of a file, and begins again where the file is another one', async () => {
    const { made, store } = await begun(kind);
    const [first] = await store.pending({ place: 'next', tag: NEW }, null, 1);
    const placed = { key: first?.key ?? [], textHash: first?.textHash ?? sha256(''), vector: Float32Array.of(0, 0, 1), isProof: false };
    await store.place('next', BACK, [placed]);
    await store.close();
    const again = await made.open();
    expect((await again.pending({ place: 'next', tag: NEW }, null, 10)).map(({ id }) => id)).toEqual(['d2']);
    await again.close();
    await made.change('d1', { body: 'another text' });
    const third = await made.open();
    expect((await third.pending({ place: 'next', tag: NEW }, null, 10)).map(({ id }) => id)).toEqual(['d1', 'd2']);
    await third.close();
    await made.destroy();
  });

  it('keeps what was made of a file that is replaced before it is written', async () => {
    const { made, store } = await begun(kind);
    const rows = await store.pending({ place: 'next', tag: NEW }, null, 10);
    await made.change('d1', { body: 'another text' });
    const placed = rows.map(({ key, textHash }) => ({ key, textHash, vector: Float32Array.of(0, 0, 1), isProof: false }));
    expect(await store.place('next', BACK, placed)).toEqual([]);
    expect(await store.pending({ place: 'next', tag: NEW }, rows.at(-1)?.key ?? null, 10)).toEqual([]);
    // The text that is the same has its vector already.
    expect(await contents(store, { place: 'next' })).toEqual(['d2 b 0,0,1']);
    expect((await store.pending({ place: 'next', tag: NEW }, null, 10)).map(({ id, text }) => [id, text])).toEqual([
      ['d1', 'another text'],
    ]);
    await fill(store, [5, 5, 5]);
    expect(await contents(store, { place: 'next' })).toEqual(['d1 b 5,5,5', 'd2 b 0,0,1']);
    expect(await made.extras()).toEqual(['d1 extra of d1', 'd2 extra of d2']);
    await made.destroy();
  });

  it('passes over a file that is deleted while others are filled, and counts what is there', async () => {
    const { made, store } = await begun(kind);
    await made.insert([{ id: 'd3', body: 'text of d3', vector: [1, 1, 0] }]);
    const [first] = await store.pending({ place: 'next', tag: NEW }, null, 1);
    await made.locked(async () => rmSync(join(made.path, `part-1.${kind}`)));
    const rest = await store.pending({ place: 'next', tag: NEW }, first?.key ?? null, 10);
    expect([first?.id, rest.map(({ id }) => id)]).toEqual(['d1', ['d2']]);
    await fill(store, [0, 0, 1]);
    expect(await store.progress(BACK)).toMatchObject({ wanted: 2, lacking: { current: 0, next: 0 } });
    expect(await store.pendingCount({ place: 'next', tag: NEW })).toEqual({ rows: 0, withoutText: 0 });
    expect([...(await store.counts())]).toEqual([[OLD, 2]]);
    await made.destroy();
  });

  it('brings a file to the live folder that a writer put into the one of before', async () => {
    const { made, store } = await begun(kind);
    await fill(store, [0, 0, 1]);
    await store.exchange(THERE, { line: '{"n":3}', seq: 3 });
    const late = BYTES[kind]({ id: ['d9'], body: ['late'], extra: ['extra of d9'] }, 'vector', [Float32Array.of(9, 9, 9)]);
    writeFileSync(join(made.parent, 'store.cutover', '1', `late.${kind}`), late);
    await fill(store, [2, 2, 2], 'current');
    await fill(store, [3, 3, 3]);
    expect([await contents(store), await contents(store, { place: 'next' })]).toEqual([
      ['d1 b 0,0,1', 'd2 b 0,0,1', 'd9 b 2,2,2'],
      ['d1 a 1,0,0', 'd2 a 0,1,0', 'd9 a 3,3,3'],
    ]);
    expect(await made.extras()).toEqual(['d1 extra of d1', 'd2 extra of d2', 'd9 extra of d9']);
    await made.destroy();
  });

  it('carries vectors over to a file that its rows have moved to', async () => {
    const { made, store } = await begun(kind);
    await fill(store, [0, 0, 1]);
    await made.locked(async () => renameSync(join(made.path, `part-0.${kind}`), join(made.path, `compacted.${kind}`)));
    expect(await store.pending({ place: 'next', tag: NEW }, null, 10)).toEqual([]);
    expect(await contents(store, { place: 'next' })).toEqual(['d1 b 0,0,1', 'd2 b 0,0,1']);
    await made.destroy();
  });

  it('waits for a writer that holds the lock, and names one that never lets go', async () => {
    const { made, store } = await begun(kind);
    await fill(store, [0, 0, 1]);
    let isHeld = true;
    const held = made.locked(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      isHeld = false;
    });
    await store.exchange(THERE, { line: '{"n":3}', seq: 3 });
    expect(isHeld).toBe(false);
    await held;
    await made.destroy();
  });

  it('names a file whose columns changed under way, and loses nothing', async () => {
    const { made, store } = await begun(kind);
    writeFileSync(join(made.path, `other.${kind}`), BYTES[kind]({ key: ['x'] }, 'embedding', [Float32Array.of(1)]));
    const bad = { code: 'STORE_COLUMN_MISSING', message: expect.stringContaining(`other.${kind}`) };
    await expect(store.foresee(NEW, 3)).rejects.toMatchObject(bad);
    await expect(contents(store)).rejects.toMatchObject(bad);
    rmSync(join(made.path, `other.${kind}`));
    expect(await contents(store)).toEqual(['d1 a 1,0,0', 'd2 a 0,1,0']);
    await made.destroy();
  });

  it('refuses by name what is no file of the store, and a file that it could not write again', async () => {
    const made = await makeFolder(kind);
    await made.insert([{ id: 'd1', body: 'text', vector: [1, 0, 0] }]);
    mkdirSync(join(made.path, 'sub'));
    writeFileSync(join(made.path, 'README.md'), 'ours');
    const store = await made.open();
    const { refusals, rows } = await store.foresee(NEW, 3);
    expect([refusals.map(({ reason }) => reason), rows]).toEqual([[expect.stringMatching(/other things .*: README\.md, sub$/)], 0]);
    expect(readdirSync(made.parent)).toEqual(['store']);
    await made.destroy();
  });
});

it('leaves the bytes of other columns of a Parquet file as they are, compressed as they are', async () => {
  const { made, store } = await begun('parquet');
  await fill(store, [0, 0, 1]);
  const chunk = async (file: string) => {
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(file));
    const own = metadata.row_groups[0]?.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === 'extra')?.meta_data;
    const start = Number(own?.dictionary_page_offset ?? own?.data_page_offset);
    return {
      codec: own?.codec,
      bytes: readFileSync(file)
        .subarray(start, start + Number(own?.total_compressed_size))
        .toString('hex'),
    };
  };
  const [live, beside] = ['1', '2'].map((n) => join(made.parent, 'store.cutover', n, 'part-0.parquet'));
  expect(await chunk(beside ?? '')).toEqual(await chunk(live ?? ''));
  await made.destroy();
});

it('takes one file for a store, which is never missing', async () => {
  const folder = mkdtempSync(join(temporaryFolder(), 'one-'));
  const file = join(folder, 'x.arrow');
  writeFileSync(
    file,
    BYTES.arrow({ id: ['d1'], body: ['text'], cutover_tag: [OLD], cutover_text_hash: [sha256('text')] }, 'vector', [Float32Array.of(1)]),
  );
  const store = await openLiveStore(folderSpec('arrow', file), { env: {} });
  await store.ledger.append('{"live":"a"}', 1, OLD);
  await store.addNext(BACK, 2, { line: '{"n":2}', seq: 2 });
  await fill(store, [7, 8]);
  await store.exchange(THERE, { line: '{"n":3}', seq: 3 });
  expect([readlinkSync(file), await contents(store), await contents(store, { place: 'next' })]).toEqual([
    'x.arrow.cutover/2/x.arrow',
    ['d1 b 7,8'],
    ['d1 a 1'],
  ]);
  await store.dropNext(NEW, { line: '{"n":4}', seq: 4 });
  expect(readdirSync(join(folder, 'x.arrow.cutover'))).toEqual(['2']);
  expect(readdirSync(folder).sort()).toEqual(['x.arrow', 'x.arrow.cutover']);
});
