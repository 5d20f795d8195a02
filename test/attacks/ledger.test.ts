import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Json } from '../../src/core/hash.ts';
import type { Lock } from '../../src/model/lock.ts';
import { commandsIn, folderStore } from '../live/migrate/folder-store.ts';

const LEDGER = join('store', 'cutover_migrations.jsonl');

/** A store of files, cut over to the new version, with a lock beside its configuration. */
async function cutOver() {
  const folder = await folderStore();
  const cutover = commandsIn(folder);
  const passes = async (...args: string[]) => {
    const { code, out, err } = await cutover(...args);
    expect([args.join(' '), code, code === 0 ? '' : err]).toEqual([args.join(' '), 0, '']);
    return out;
  };
  await passes('lock', '--init');
  await passes('tag', 'apply', 'live', '--as', 'old');
  await passes('migrate', 'start', 'live', '-q');
  await passes('run', '-q');
  await passes('migrate', 'promote', 'live', '--certificate', 'report/certificate.json', '--allow-unsigned', '--readers', 'guarded');
  const lock = async () => JSON.parse(await readFile(join(folder, 'cutover.lock'), 'utf8')) as Lock;
  return { folder, cutover, passes, lock };
}

describe('the ledger of a store of files', () => {
  it('whose last line was cut is refused: the lock pins where it ended', async () => {
    const { folder, cutover, passes, lock } = await cutOver();
    const lines = (await readFile(join(folder, LEDGER), 'utf8')).trimEnd().split('\n');
    const { hash } = JSON.parse(lines.at(-1) ?? '') as { hash: string };
    expect((await lock()).ledgers.live).toEqual({ seq: lines.length, head: hash });
    const { seal, ...rest } = await lock();
    expect(seal).toBe(sha256Json(rest));
    expect(await passes('migrate', 'verify', 'live')).toContain(`cutover.lock names entry ${lines.length}, and it is in its place`);
    await writeFile(join(folder, LEDGER), `${lines.slice(0, -1).join('\n')}\n`);
    for (const args of [
      ['migrate', 'verify', 'live'],
      ['migrate', 'rollback', 'live'],
      ['migrate', 'retire', 'live', '--yes'],
      ['tag', 'apply', 'live', '--as', 'old'],
    ]) {
      const { code, err } = await cutover(...args);
      expect([code, err], args.join(' ')).toEqual([2, expect.stringContaining('LEDGER_EDITED')]);
      expect(err).toContain(`line ${lines.length}: cutover.lock names an entry there, and there is none`);
    }
    // One way is left, which can't wait for a backup: back to what the store itself says is beside.
    await passes('migrate', 'rollback', 'live', '--now', '--force', '--reason', 'search is down');
    const last = JSON.parse((await readFile(join(folder, LEDGER), 'utf8')).trimEnd().split('\n').at(-1) ?? '');
    expect([last.seq, last.live, last.event.state]).toEqual([lines.length, last.from, 'rolled-back']);
    expect(last.reason).toContain('search is down. The ledger of ');
    expect((await lock()).ledgers.live).toEqual({ seq: last.seq, head: last.hash });
    expect(await passes('migrate', 'verify', 'live')).toContain('the ledger is whole');
  });

  it('without a lock: the certificate names the entry that it was issued at, and that nothing does is said', async () => {
    const { folder, cutover, passes } = await cutOver();
    await rm(join(folder, 'cutover.lock'));
    const [first] = (await readFile(join(folder, LEDGER), 'utf8')).split('\n');
    expect(await passes('migrate', 'verify', 'live')).toContain('lines cut off the end would not be seen');
    const certificate = ['--certificate', 'report/certificate.json'];
    expect(await passes('migrate', 'verify', 'live', ...certificate)).toMatch(/certificate\.json names entry \d+, and it is in its place/);
    // A certificate without a signature may say anything: what is no entry is not taken for one that is not there.
    const path = join(folder, 'report', 'certificate.json');
    const whole = await readFile(path, 'utf8');
    for (const bound of ['{}', '{ "seq": 99 }', '{ "seq": "1" }']) {
      await writeFile(path, whole.replace(/"live": \{\s*"seq": \d+,\s*"head": "\w+"\s*\}/, `"live": ${bound}`));
      const { code, err } = await cutover('migrate', 'verify', 'live', ...certificate);
      expect([code, err], bound).toEqual([2, expect.stringContaining('certificate.json names no entry by number and hash')]);
    }
    await writeFile(path, whole);
    await writeFile(join(folder, LEDGER), `${first}\n`);
    const { code, err } = await cutover('migrate', 'verify', 'live', ...certificate);
    expect([code, err]).toEqual([2, expect.stringContaining('certificate.json names an entry there, and there is none')]);
  });
});
