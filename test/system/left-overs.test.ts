import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { sweepLeftOvers, sweepLeftOversBelow } from '../../src/system/left-overs.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();

const UUID = '0d9c3a52-6f0e-4c1b-9a57-2f1f6f2b7c11';

function leave(name: string, seconds: number): void {
  writeFileSync(join(folder, name), '');
  utimesSync(join(folder, name), Date.now() / 1000 - seconds, Date.now() / 1000 - seconds);
}

test('only hidden .part files of writers that are older than ten minutes go', async () => {
  leave(`.a.${UUID}.part`, 601);
  leave(`.b.${UUID}.part`, 590);
  leave(`c.${UUID}.part`, 9999);
  leave('.mine.part', 9999);
  leave('.d', 9999);
  expect(await sweepLeftOvers(folder)).toEqual([`.a.${UUID}.part`]);
  expect(readdirSync(folder).sort()).toEqual([`.b.${UUID}.part`, '.d', '.mine.part', `c.${UUID}.part`]);
});

test('folders in a folder are swept with it, as deep as is said', async () => {
  mkdirSync(join(folder, 'in/deep'), { recursive: true });
  const parts = ['', 'in/', 'in/deep/'].map((place) => `${place}.e.${UUID}.part`);
  for (const part of parts) leave(part, 601);
  expect((await sweepLeftOversBelow(folder, 1)).sort()).toEqual(parts.slice(0, 2).map((part) => join(folder, part)));
  expect(readdirSync(join(folder, 'in/deep'))).toHaveLength(1);
  expect(await sweepLeftOversBelow(folder)).toEqual(parts.slice(2).map((part) => join(folder, part)));
});

test('a folder that is not there has none', async () => {
  expect(await sweepLeftOvers(join(folder, 'nowhere'))).toEqual([]);
  expect(await sweepLeftOversBelow(join(folder, 'nowhere'))).toEqual([]);
});

test('a machine whose clock is ahead takes no writer for dead', async () => {
  const shared = temporaryFolder();
  writeFileSync(join(shared, `.a.${UUID}.part`), '');
  const now = Date.now();
  vi.spyOn(Date, 'now').mockReturnValue(now + 86_400_000);
  expect(await sweepLeftOvers(shared)).toEqual([]);
  vi.restoreAllMocks();
  expect(readdirSync(shared)).toEqual([`.a.${UUID}.part`]);
});
