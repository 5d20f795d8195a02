import { cp, readdir, rm } from 'node:fs/promises';
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
  await exits(0, 'migrate', 'promote', 'live', '--certificate', 'report/certificate.json', '--allow-unsigned');
  await cp(join(folder, 'store'), join(folder, 'before'), { recursive: true });
  await exits(0, 'migrate', 'retire', 'live', '--yes');
  await exits(0, 'migrate', 'verify', 'live');
  expect(await exits(1, 'migrate', 'retire', 'live', '--yes')).toBe('');
  // As a kill between the entry and the deletion leaves it.
  for (const file of await readdir(join(folder, 'store'))) if (file.endsWith('.arrow')) await rm(join(folder, 'store', file));
  for (const file of await readdir(join(folder, 'before')))
    if (file.endsWith('.arrow')) await cp(join(folder, 'before', file), join(folder, 'store', file));
  expect(await exits(1, 'migrate', 'verify', 'live')).toContain('0 when the last entry was written, 30 now');
  expect(await exits(0, 'migrate', 'retire', 'live', '--yes')).toContain('30 vectors that were not live deleted');
  await exits(0, 'migrate', 'verify', 'live');
});
