import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sweepLeftOvers, sweepLeftOversBelow } from '../../src/artifact/left-overs.ts';

const folder = mkdtempSync(join(tmpdir(), 'cutover-left-overs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const UUID = '0d9c3a52-6f0e-4c1b-9a57-2f1f6f2b7c11';
const NOW = 10_000_000;

function leave(name: string, seconds: number): void {
  writeFileSync(join(folder, name), '');
  utimesSync(join(folder, name), NOW / 1000 - seconds, NOW / 1000 - seconds);
}

test('only hidden .part files of writers that are older than ten minutes go', async () => {
  leave(`.a.${UUID}.part`, 601);
  leave(`.b.${UUID}.part`, 599);
  leave(`c.${UUID}.part`, 9999);
  leave('.mine.part', 9999);
  leave('.d', 9999);
  expect(await sweepLeftOvers(folder, NOW)).toEqual([`.a.${UUID}.part`]);
  expect(readdirSync(folder).sort()).toEqual([`.b.${UUID}.part`, '.d', '.mine.part', `c.${UUID}.part`]);
});

test('folders in a folder are swept with it, but not what stands deeper', async () => {
  mkdirSync(join(folder, 'in/deep'), { recursive: true });
  leave(`in/.a.${UUID}.part`, 601);
  leave(`in/deep/.a.${UUID}.part`, 601);
  leave(`.e.${UUID}.part`, 601);
  expect((await sweepLeftOversBelow(folder, NOW)).sort()).toEqual([join(folder, `.e.${UUID}.part`), join(folder, `in/.a.${UUID}.part`)]);
  expect(readdirSync(join(folder, 'in/deep'))).toHaveLength(1);
});

test('a folder that is not there has none', async () => {
  expect(await sweepLeftOvers(join(folder, 'nowhere'), 0)).toEqual([]);
  expect(await sweepLeftOversBelow(join(folder, 'nowhere'), 0)).toEqual([]);
});
