import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelPath, requireInside } from '../../../src/embed/models/model-path.ts';
import { moduleFiles } from '../../../src/embed/models/modules.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { refusal } from '../support.ts';

/** What leads out of a folder by one reader's rules or another's. */
const OUTSIDE = [
  '..',
  '../x',
  'a/../../x',
  '/etc',
  'C:\\x',
  'c:x',
  '..\\x',
  'x?/../../../.docker',
  'a#b',
  '%2e%2e/x',
  '.docker',
  'a/.git',
  'a\0b',
  'a\nb',
  '*',
];

describe("a path that a model's files name", () => {
  it('is inside the folder, by every reader', () => {
    for (const path of OUTSIDE) expect([path, modelPath(path)]).toEqual([path, null]);
    expect(modelPath('1_Pooling')).toBe('1_Pooling');
    expect(modelPath('')).toBe('.');
    expect(modelPath('../w.bin', 'onnx')).toBe('w.bin');
    expect(modelPath('../../w.bin', 'onnx')).toBeNull();
  });

  it('of modules.json is refused before anything is asked for', async () => {
    const folder = temporaryFolder();
    const written = (path: string) =>
      writeFileSync(join(folder, 'modules.json'), JSON.stringify([{ type: 'sentence_transformers.models.Pooling', path }]));
    for (const path of OUTSIDE) {
      written(path);
      await refusal(moduleFiles(folder), 'MODEL_UNUSABLE');
    }
    written('1_Pooling');
    expect(await moduleFiles(folder)).toEqual(['1_Pooling/config.json']);
  });

  it('of a download is below the cache, once links are followed', async () => {
    const cache = temporaryFolder();
    const elsewhere = temporaryFolder();
    const folder = join(cache, 'org', 'name');
    mkdirSync(folder, { recursive: true });
    await requireInside(cache, folder, '1_Pooling/config.json');
    await requireInside(join(cache, 'not', 'there', 'yet'), join(cache, 'not', 'there', 'yet', 'org', 'name'), 'config.json');
    symlinkSync(elsewhere, join(folder, '1_Pooling'));
    await refusal(requireInside(cache, folder, '1_Pooling/config.json'), 'MODEL_UNUSABLE');
    await refusal(requireInside(cache, folder, '../../../config.json'), 'MODEL_UNUSABLE');
  });
});
