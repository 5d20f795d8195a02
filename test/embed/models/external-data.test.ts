import { appendFileSync, cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { transformers } from '../../../src/embed/adapters/transformers.ts';
import { externalPath } from '../../../src/embed/models/external-data.ts';
import { resolveTransformers } from '../../../src/embed/models/transformers-version.ts';
import type { VersionSpec } from '../../../src/model/version.ts';
import { onnxFile, outsideTensor } from '../../formats/onnx-files.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { context, itemsOf, refusal, spec, vectorsOf } from '../support.ts';
import { plainTable, writeTinyModel } from './tiny-model.ts';

const MODEL = 'acme/tiny';
let models: string;
let folder: string;
beforeEach(() => {
  models = temporaryFolder();
  folder = join(models, MODEL);
});

const tiny = (changes: Partial<VersionSpec> = {}) => spec({ model: MODEL, pooling: 'mean', maxTokens: 16, ...changes });
const resolve = () => resolveTransformers(tiny(), context({ modelFolders: [models] })).then(({ version }) => version);

async function vectors(): Promise<Float32Array[]> {
  const embedder = await transformers.open(tiny(), context({ modelFolders: [models], workers: 1 }));
  try {
    return await vectorsOf(embedder, itemsOf(['red shoe', 'blue hat']));
  } finally {
    await embedder.close();
  }
}

describe.each(['model_quantized.onnx_data', 'model_quantized.onnx.data', 'w.bin', 'model_quantized.onnx_data_1', '../weights/w.bin'])(
  'weights in %s',
  (beside) => {
    it('are part of the fingerprint under that name, and those that run', async () => {
      await writeTinyModel(folder, { beside });
      const before = await resolve();
      const file = join(folder, 'onnx', beside);
      expect(before.decides.weights).toEqual({
        model: sha256(readFileSync(join(folder, 'onnx/model_quantized.onnx'))),
        [beside]: sha256(readFileSync(file)),
      });
      const first = await vectors();
      // The same bytes but for one number, exchanged in place: name, size and graph stay.
      const bytes = readFileSync(file);
      bytes.writeFloatLE(7, 4 * 4 * 4);
      writeFileSync(file, bytes);
      const after = await resolve();
      expect(after.fingerprint).not.toBe(before.fingerprint);
      expect(after.cacheKey).not.toBe(before.cacheKey);
      expect((await vectors())[0]).not.toEqual(first[0]);
    });

    it('that are missing are named as missing', async () => {
      await writeTinyModel(folder, { beside });
      rmSync(join(folder, 'onnx', beside));
      const { message } = await refusal(resolve(), 'MODEL_MISSING');
      expect(message).toContain(join('onnx', beside));
    });
  },
);

describe('files that hold weights', () => {
  it('give the vectors that the same weights in the graph give', async () => {
    await writeTinyModel(folder, { table: plainTable(3) });
    const inside = await vectors();
    rmSync(folder, { recursive: true });
    await writeTinyModel(folder, { table: plainTable(3), beside: 'w.bin' });
    expect(await vectors()).toEqual(inside);
  });

  it('decide nothing where the graph names none of them', async () => {
    await writeTinyModel(folder);
    const before = await resolve();
    writeFileSync(join(folder, 'onnx/model_quantized.onnx_data'), 'left over');
    expect((await resolve()).fingerprint).toBe(before.fingerprint);
  });

  it('may be pinned by their hash', async () => {
    await writeTinyModel(folder, { beside: 'w.bin' });
    const hash = sha256(readFileSync(join(folder, 'onnx/w.bin')));
    const pinned = (expected: string) =>
      resolveTransformers(tiny({ sha256: { 'onnx/w.bin': expected as never } }), context({ modelFolders: [models] }));
    expect((await pinned(hash)).version.fingerprint).toBe((await resolve()).fingerprint);
    await refusal(pinned(sha256('other')), 'MODEL_HASH_MISMATCH');
  });

  it('keep a model and its copy under another name one version', async () => {
    await writeTinyModel(folder, { beside: 'w.bin' });
    const before = await resolve();
    const elsewhere = join(models, 'other/name');
    cpSync(folder, elsewhere, { recursive: true });
    const { version } = await resolveTransformers(tiny({ model: 'other/name' }), context({ modelFolders: [models] }));
    expect(version.fingerprint).toBe(before.fingerprint);
  });

  it.each(['../../outside/w.bin', '../../w.bin', '/etc/hostname', '..\\..\\w.bin', 'C:/w.bin', '', 'a\0b'])(
    'outside the folder are refused: %j',
    async (location) => {
      await writeTinyModel(folder);
      writeFileSync(join(folder, 'onnx/model_quantized.onnx'), onnxFile({ tensors: [outsideTensor('w', [1], location)] }));
      expect((await refusal(resolve(), 'MODEL_UNUSABLE')).message).toContain("outside the model's folder");
    },
  );

  it('are found from the graph, within the folder', () => {
    expect(externalPath('onnx/model.onnx', 'w.bin')).toBe('onnx/w.bin');
    expect(externalPath('onnx/model.onnx', './a/../w.bin')).toBe('onnx/w.bin');
    expect(externalPath('onnx/model.onnx', '../w.bin')).toBe('w.bin');
  });
});

describe('a file that is not a graph', () => {
  it('is refused with its file before anything is embedded', async () => {
    await writeTinyModel(folder);
    appendFileSync(join(folder, 'onnx/model_quantized.onnx'), ' ');
    expect((await refusal(resolve(), 'MODEL_UNUSABLE')).message).toContain('model_quantized.onnx');
    renameSync(join(folder, 'config.json'), join(folder, 'onnx/model_quantized.onnx'));
    await refusal(resolve(), 'MODEL_MISSING');
  });
});
