import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CutoverError } from '../../src/core/errors.ts';
import { writeFileAtomic } from '../../src/system/files.ts';
import { firstTexts } from './incremental-edits.ts';
import { artifacts, configure, projectFolder, run, writeData } from './module-project.ts';

const disk = join(await projectFolder(), 'disk');

/** A disk of that many KiB; false where this user may mount none. */
function mounted(size: number, ...more: string[]): boolean {
  try {
    mkdirSync(disk, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', [`size=${size}k`, ...more].join(','), 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const canMount = mounted(48);
afterAll(() => {
  if (canMount) execFileSync('umount', [disk]);
});

test.skipIf(!canMount)('a disk that cannot be written is called that, however many folders would have to be made', async () => {
  mounted(48, 'remount', 'ro');
  const written = writeFileAtomic(join(disk, '.cutover', 'one', 'vectors', 'a.arrow'), 'text');
  await expect(written).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', message: expect.stringContaining('EROFS') });
  mounted(48, 'remount', 'rw');
});

test.skipIf(!canMount)('a disk that is full at any point is a clear error; with space, the run goes on to the same bytes', async () => {
  const whole = await projectFolder();
  await configure(whole);
  await writeData(whole, firstTexts());
  cpSync(join(whole, 'cutover.yaml'), join(disk, 'cutover.yaml'));
  cpSync(join(whole, 'embedder.mjs'), join(disk, 'embedder.mjs'));
  cpSync(join(whole, 'data'), join(disk, 'data'), { recursive: true });
  const codes: string[] = [];
  for (let size = 48; codes.at(-1) !== 'finished'; size = Math.ceil(size * 1.35)) {
    expect(size).toBeLessThan(100_000);
    mounted(size, 'remount');
    const code = await run(disk).then(
      () => 'finished',
      (error: unknown) => (error instanceof CutoverError ? error.code : `unknown: ${error}`),
    );
    codes.push(code);
    const left = readdirSync(disk, { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => name.endsWith('.part'))).toEqual([]);
  }
  expect(codes.length).toBeGreaterThan(4);
  expect(codes.slice(0, -1).filter((code) => code !== 'FILE_UNWRITABLE' && code !== 'SEARCH_INDEX_FAILED')).toEqual([]);
  await run(whole);
  expect(await artifacts(disk)).toEqual(await artifacts(whole));
});
