import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { differingInput, isFresh, manifestFile, readManifest, requireFresh, writeManifest } from '../../src/system/manifest.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const INPUTS = { corpus: 'a'.repeat(64), seed: 7 };
let folder = '';
beforeEach(async () => {
  folder = temporaryFolder();
  await writeFile(join(folder, 'out.json'), '{}');
  await writeManifest(folder, 'search', INPUTS, ['out.json']);
});

describe('manifest', () => {
  it('accepts the very inputs and files it was written for', async () => {
    expect(await isFresh(folder, 'search', { seed: 7, corpus: 'a'.repeat(64) })).toBe(true);
    expect((await requireFresh(folder, 'search', INPUTS)).files).toHaveProperty(['out.json']);
  });

  it('says which key differs when an artifact is stale', async () => {
    const changed = { ...INPUTS, corpus: 'b'.repeat(64) };
    expect(await isFresh(folder, 'search', changed)).toBe(false);
    await expect(requireFresh(folder, 'search', changed)).rejects.toMatchObject({
      code: 'ARTIFACT_STALE',
      message: expect.stringMatching(/another corpus: it says aaaaaaaaaaaa, .* bbbbbbbbbbbb/),
    });
    expect(differingInput(INPUTS, { ...INPUTS, qrels: 'x' })).toBe('qrels');
    expect(differingInput({ ...INPUTS, extra: 1 }, INPUTS)).toBe('extra');
  });

  it('refuses a file that was changed or is gone', async () => {
    await writeFile(join(folder, 'out.json'), '{"edited":true}');
    expect(await isFresh(folder, 'search', INPUTS)).toBe(false);
    await expect(requireFresh(folder, 'search', INPUTS)).rejects.toMatchObject({ code: 'ARTIFACT_FOREIGN' });
    await rm(join(folder, 'out.json'));
    expect(await isFresh(folder, 'search', INPUTS)).toBe(false);
    await expect(requireFresh(folder, 'search', INPUTS)).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });

  it('refuses a manifest that is missing, of another stage, or no JSON', async () => {
    expect(await readManifest(folder, 'embed')).toBeNull();
    await expect(requireFresh(folder, 'embed', INPUTS)).rejects.toMatchObject({
      code: 'ARTIFACT_MISSING',
      next: expect.stringContaining('cutover embed'),
    });
    await writeFile(manifestFile(folder, 'embed'), JSON.stringify({ kind: 'cutover.manifest', schemaVersion: 1, stage: 'search' }));
    await expect(readManifest(folder, 'embed')).rejects.toMatchObject({ code: 'ARTIFACT_FOREIGN' });
    await writeFile(manifestFile(folder, 'embed'), '{"kind"');
    await expect(readManifest(folder, 'embed')).rejects.toMatchObject({ code: 'ARTIFACT_FOREIGN' });
    expect(await isFresh(folder, 'embed', INPUTS)).toBe(false);
  });
});
