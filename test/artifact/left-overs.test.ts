import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sweepLeftOvers } from '../../src/artifact/left-overs.ts';

const folder = mkdtempSync(join(tmpdir(), 'cutover-left-overs-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('only hidden .part files older than ten minutes go', async () => {
  const now = 10_000_000;
  const ages: Record<string, number> = { '.a.1.part': 601, '.b.2.part': 599, 'c.part': 9999, '.d': 9999 };
  for (const [name, seconds] of Object.entries(ages)) {
    writeFileSync(join(folder, name), '');
    utimesSync(join(folder, name), now / 1000 - seconds, now / 1000 - seconds);
  }
  expect(await sweepLeftOvers(folder, now)).toEqual(['.a.1.part']);
  expect(readdirSync(folder).sort()).toEqual(['.b.2.part', '.d', 'c.part']);
});

test('a folder that is not there has none', async () => {
  expect(await sweepLeftOvers(join(folder, 'nowhere'), 0)).toEqual([]);
});
