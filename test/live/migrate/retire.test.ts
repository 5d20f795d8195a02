import { readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commandsIn, folderStore } from './folder-store.ts';

it('ends a deletion that was interrupted, and leaves a store that is what its ledger says', async () => {
  const folder = await folderStore();
  const cutover = commandsIn(folder);
  const exits = async (code: number, ...args: string[]) => {
    const printed = await cutover(...args);
    expect([args.join(' '), printed.code, printed.code === code ? '' : printed.err + printed.out]).toEqual([args.join(' '), code, '']);
    return printed.out;
  };
  await exits(0, 'tag', 'apply', 'live', '--as', 'old');
  await exits(0, 'migrate', 'start', 'live', '-q');
  await exits(0, 'run', '-q');
  await exits(0, 'migrate', 'promote', 'live', '--certificate', 'report/certificate.json', '--allow-unsigned', '--readers', 'window');
  expect(await readlink(join(folder, 'store'))).toBe('store.cutover/2');
  const before = join(folder, 'store.cutover', '1');
  expect((await readdir(before)).filter((name) => name.endsWith('.arrow'))).toEqual(['a.arrow']);
  await writeFile(join(before, 'notes.txt'), 'of somebody else');
  expect(await exits(0, 'migrate', 'retire', 'live', '--yes')).toContain('30 vectors that were not live deleted');
  // What the tool neither made nor knew stays.
  expect(await readdir(before)).toEqual(['notes.txt']);
  await exits(0, 'migrate', 'verify', 'live');
  expect(await exits(1, 'migrate', 'retire', 'live', '--yes')).toBe('');
  // As a kill between the entry and the deletion leaves it: whoever comes next ends it.
  const state = join(folder, 'store', 'cutover_places.json');
  await writeFile(
    state,
    JSON.stringify({ kind: 'cutover.places', schemaVersion: 1, now: { live: null, next: null, made: 'store.cutover/1' }, step: null }),
  );
  await writeFile(join(before, 'cutover_files.jsonl'), '');
  expect(await exits(1, 'migrate', 'retire', 'live', '--yes')).toBe('');
  expect(await readdir(before)).toEqual(['notes.txt']);
});
