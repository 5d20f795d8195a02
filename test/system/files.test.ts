import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { readText, sha256File, writeFileAtomic } from '../../src/system/files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});

describe('writeFileAtomic', () => {
  it('makes folders, replaces the old content and leaves nothing beside it', async () => {
    const file = join(folder, 'a', 'b.txt');
    await writeFileAtomic(file, 'one');
    await writeFileAtomic(file, (handle) => handle.writeFile('two'));
    expect(await readFile(file, 'utf8')).toBe('two');
    expect(await readdir(join(folder, 'a'))).toEqual(['b.txt']);
    expect(await sha256File(file)).toBe(sha256('two'));
  });

  it('keeps the old content when the writer fails', async () => {
    const file = join(folder, 'kept.txt');
    await writeFileAtomic(file, 'old');
    const broken = writeFileAtomic(file, async (handle) => {
      await handle.writeFile('half');
      throw new Error('crash');
    });
    await expect(broken).rejects.toThrow('crash');
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['kept.txt']);
  });

  it('names the file that cannot be written', async () => {
    await writeFile(join(folder, 'plain'), '');
    await expect(writeFileAtomic(join(folder, 'plain', 'x.txt'), '')).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: expect.stringContaining('plain'),
    });
  });

  it('reports a full disk and leaves nothing half-written', async () => {
    // /dev/full answers every write with ENOSPC, as a full disk does.
    const full = writeFileAtomic(join(folder, 'big.bin'), async () => {
      await writeFile('/dev/full', 'x');
    });
    await expect(full).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', message: expect.stringContaining('ENOSPC') });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('readText', () => {
  it('tells a missing file from an unreadable one', async () => {
    await mkdir(join(folder, 'dir'));
    await expect(readText(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
    await expect(readText(join(folder, 'dir'))).rejects.toMatchObject({ code: 'FILE_IS_FOLDER' });
    await expect(sha256File(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
    await expect(sha256File(join(folder, 'dir'))).rejects.toMatchObject({ code: 'FILE_IS_FOLDER' });
  });
});
