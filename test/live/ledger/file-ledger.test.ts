import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileLedger } from '../../../src/live/ledger/file-ledger.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

it('of a folder without one is empty; each line goes behind those before', async () => {
  const folder = temporaryFolder();
  const ledger = fileLedger(folder, 's');
  expect(await ledger.read()).toEqual([]);
  await ledger.append('{"seq":1}', 1, null);
  await ledger.append('{"seq":2}', 2, null);
  expect(await fileLedger(folder, 's').read()).toEqual(['{"seq":1}', '{"seq":2}']);
  expect(readFileSync(join(folder, 'cutover_migrations.jsonl'), 'utf8')).toBe('{"seq":1}\n{"seq":2}\n');
});

it.each([1, 3])('refuses line %i where line 2 is next, and writes nothing', async (seq) => {
  const ledger = fileLedger(temporaryFolder(), 's');
  await ledger.append('{"seq":1}', 1, null);
  await expect(ledger.append('{}', seq, null)).rejects.toMatchObject({ code: 'LEDGER_MOVED' });
  expect(await ledger.read()).toEqual(['{"seq":1}']);
});

it('hands on a cut last line, and says when it cannot be read', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'cutover_migrations.jsonl'), '{"seq":1}\n{"se');
  expect(await fileLedger(folder, 's').read()).toEqual(['{"seq":1}', '{"se']);
  mkdirSync(join(folder, 'other', 'cutover_migrations.jsonl'), { recursive: true });
  await expect(fileLedger(join(folder, 'other'), 's').read()).rejects.toMatchObject({ code: expect.stringMatching(/^FILE_/) });
});

it('lets one work at a time, and gives the lock back when the work fails', async () => {
  const folder = temporaryFolder();
  const ledger = fileLedger(folder, 's');
  const lock = join(folder, 'cutover_migrations.lock');
  const first = ledger.exclusively(async () => {
    expect(existsSync(lock)).toBe(true);
    await expect(fileLedger(folder, 's').exclusively(async () => 'both')).rejects.toMatchObject({ code: 'LEDGER_LOCKED' });
    throw new Error('it broke');
  });
  await expect(first).rejects.toThrow('it broke');
  expect(readdirSync(folder)).toEqual([]);
  expect(await ledger.exclusively(async () => 'again')).toBe('again');
});
