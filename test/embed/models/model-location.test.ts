import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { env } from '@xenova/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Progress } from '../../../src/core/console.ts';
import { locateModel, type ModelChoice, modelChoice, requiredFiles } from '../../../src/embed/models/model-location.ts';
import { sha256File } from '../../../src/system/files.ts';
import { onnxFile } from '../../formats/onnx-files.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { context, MODELS, refusal, spec } from '../support.ts';

const MINILM = 'Xenova/all-MiniLM-L6-v2';
const CHOICE: ModelChoice = { model: 'org/name', revision: 'main', dtype: 'q8' };

/** A folder that looks like a model's; of its files only the graph is read. */
function put(folder: string, files: readonly string[] = requiredFiles('q8')): string {
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), file.endsWith('.onnx') ? onnxFile({}) : '{}');
  }
  return folder;
}

describe('locateModel', () => {
  it('looks in the models folders first, in order, the revision’s own folder before the plain one', async () => {
    const [first, second, hubCache] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const find = (revision = 'main') =>
      locateModel({ ...CHOICE, revision }, context({ modelFolders: [first, second], hubCache })).then(({ folder, place }) => [
        folder,
        place,
      ]);
    const cached = put(join(hubCache, 'org/name'));
    expect(await find()).toEqual([cached, 'hub cache']);
    const other = put(join(second, 'org/name'));
    expect(await find()).toEqual([other, 'models folder']);
    const plain = put(join(first, 'org/name'));
    expect(await find()).toEqual([plain, 'models folder']);
    const pinned = put(join(first, 'org/name@abc'));
    expect(await find()).toEqual([plain, 'models folder']);
    expect(await find('abc')).toEqual([pinned, 'models folder']);
  });

  it('finds a revision where the library’s cache keeps it', async () => {
    const hubCache = temporaryFolder();
    put(join(hubCache, 'org/name'));
    const pinned = put(join(hubCache, 'org/name/v1'));
    expect(await locateModel({ ...CHOICE, revision: 'v1' }, context({ hubCache }))).toMatchObject({ folder: pinned });
    await refusal(locateModel({ ...CHOICE, revision: 'v2' }, context({ hubCache })), 'MODEL_MISSING');
  });

  it.each([
    ['q8', 'onnx/model_quantized.onnx'],
    ['fp32', 'onnx/model.onnx'],
    ['fp16', 'onnx/model_fp16.onnx'],
  ] as const)('takes the weights of dtype %s from %s', async (dtype, weights) => {
    const folder = temporaryFolder();
    put(join(folder, 'org/name'), ['config.json', 'tokenizer.json', 'tokenizer_config.json', weights]);
    expect(await locateModel({ ...CHOICE, dtype }, context({ modelFolders: [folder] }))).toMatchObject({ weights });
  });

  it('names the model, every place it looked in, what a place lacks and the next step', async () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    put(join(second, 'org/name'), ['config.json', 'tokenizer.json', 'tokenizer_config.json']);
    const { message, next } = await refusal(
      locateModel(CHOICE, context({ modelFolders: [first, second], hubCache: '/nonexistent/hub' })),
      'MODEL_MISSING',
    );
    for (const part of [
      'org/name (revision main, q8)',
      join(first, 'org/name'),
      join(first, 'org/name@main'),
      `${join(second, 'org/name')} (lacks onnx/model_quantized.onnx)`,
      '/nonexistent/hub/org/name',
      'the network is not allowed',
    ])
      expect(message).toContain(part);
    expect(next).toContain('allowNetwork: true');
  });
});

describe('modelChoice', () => {
  it('is main and q8 unless said', () => {
    expect(modelChoice(spec())).toEqual({ model: MINILM, revision: 'main', dtype: 'q8' });
    expect(modelChoice(spec({ revision: 'r', dtype: 'fp32' }))).toMatchObject({ revision: 'r', dtype: 'fp32' });
  });

  it('needs a model, written as the hub writes it', () => {
    const { model: _, ...without } = spec();
    expect(() => modelChoice(without)).toThrow('does not say `model`');
    for (const model of ['../x', 'a/b/c', '/abs', 'org/..', '']) expect(() => modelChoice(spec({ model }))).toThrow('<org>/<name>');
  });
});

describe('a download', () => {
  let hub: Server;
  let requests: string[] = [];
  const { remoteHost } = env;

  beforeAll(async () => {
    // Serves the bundled models under the hub's addresses: /<org>/<name>/resolve/<revision>/<file>
    hub = createServer((request, response) => {
      const [, model, file] = /^\/(.+)\/resolve\/[^/]+\/(.+)$/.exec(request.url ?? '') ?? [];
      const path = join(MODELS, model ?? '', file ?? '');
      requests.push(file ?? '');
      if (file === undefined || !existsSync(path)) response.writeHead(404).end();
      else response.writeHead(200, { 'content-length': readFileSync(path).length }).end(readFileSync(path));
    });
    await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
    env.remoteHost = `http://127.0.0.1:${(hub.address() as AddressInfo).port}/`;
  });
  afterAll(() => {
    env.remoteHost = remoteHost;
    hub.close();
  });

  const choice: ModelChoice = { model: MINILM, revision: 'main', dtype: 'q8' };

  it('fills the hub’s cache, metadata too, and is asked for once', async () => {
    requests = [];
    const hubCache = temporaryFolder();
    const seen: Progress[] = [];
    const asked = context({ modelFolders: [], hubCache, allowNetwork: true, onProgress: (progress) => seen.push(progress) });
    const before = { ...env };
    const found = await locateModel(choice, asked);
    expect(found).toMatchObject({ folder: join(hubCache, MINILM), place: 'hub cache' });
    for (const file of [...requiredFiles('q8'), 'modules.json', '1_Pooling/config.json'])
      expect(await sha256File(join(found.folder, file))).toBe(await sha256File(join(MODELS, MINILM, file)));
    expect(seen.some(({ task, unit, done, total }) => task.endsWith('model_quantized.onnx') && unit === 'bytes' && done === total)).toBe(
      true,
    );
    expect({ ...env }).toEqual(before);
    requests = [];
    await locateModel(choice, asked);
    expect(requests).toEqual([]);
  });

  it('goes on with the files that are lacking', async () => {
    const hubCache = temporaryFolder();
    cpSync(join(MODELS, MINILM), join(hubCache, MINILM), { recursive: true });
    rmSync(join(hubCache, MINILM, 'tokenizer.json'));
    requests = [];
    await locateModel(choice, context({ modelFolders: [], hubCache, allowNetwork: true }));
    expect(requests.filter((file) => file.startsWith('tokenizer') || file === 'onnx/model_quantized.onnx')).toEqual(['tokenizer.json']);
  });

  it('of a revision goes where the library looks for it', async () => {
    const hubCache = temporaryFolder();
    const found = await locateModel({ ...choice, revision: 'v1' }, context({ modelFolders: [], hubCache, allowNetwork: true }));
    expect(found.folder).toBe(join(hubCache, MINILM, 'v1'));
  });

  it('that the hub refuses is a missing model, and leaves nothing behind', async () => {
    const hubCache = temporaryFolder();
    const asked = locateModel({ ...choice, model: 'Xenova/none' }, context({ modelFolders: [], hubCache, allowNetwork: true }));
    const error = await refusal(asked, 'MODEL_MISSING');
    expect(error.message).toContain('Could not locate file');
    expect(error.next).toMatch(/^Check the name and the network/);
    expect(readdirSync(hubCache)).toEqual([]);
  });

  it('that nobody answers is a missing model', async () => {
    const host = env.remoteHost;
    env.remoteHost = 'http://127.0.0.1:1/';
    try {
      const asked = locateModel(choice, context({ modelFolders: [], hubCache: temporaryFolder(), allowNetwork: true }));
      expect((await refusal(asked, 'MODEL_MISSING')).message).toContain('the hub (');
    } finally {
      env.remoteHost = host;
    }
  });
});

describe('a model that is nowhere', () => {
  it('is told with the version that names it, what is near, and a next step that is not taken yet', async () => {
    const folder = temporaryFolder();
    put(join(folder, 'org/small-en'));
    put(join(folder, 'other/thing'));
    const wanted = { ...CHOICE, model: 'org/smal-en' };
    const offline = await refusal(
      locateModel(wanted, context({ modelFolders: [folder] }), spec({ model: 'org/smal-en' })),
      'MODEL_MISSING',
    );
    expect(offline.details).toEqual(['/project/version.yaml: version "v" names it', 'did you mean org/small-en?']);
    expect(offline.next).toContain('`allowNetwork: true`');
    const far = await refusal(locateModel({ ...CHOICE, model: 'acme/unlike' }, context({ modelFolders: [folder] })), 'MODEL_MISSING');
    expect(far.details).toEqual(['here are org/small-en, other/thing']);
  });
});
