import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, sha256 } from '../../../src/core/hash.ts';
import { resolveTransformers } from '../../../src/embed/models/transformers-version.ts';
import type { ResolvedVersion, VersionSpec } from '../../../src/model/version.ts';
import { message } from '../../formats/onnx-files.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { context, MODELS, refusal, spec } from '../support.ts';

const MINILM = 'Xenova/all-MiniLM-L6-v2';

async function versionOf(changes: Partial<VersionSpec> = {}, folder = MODELS): Promise<ResolvedVersion> {
  return (await resolveTransformers(spec(changes), context({ modelFolders: [folder] }))).version;
}

/** A models folder with a copy of the bundled all-MiniLM under a name. */
function copyAs(model: string, edit: (folder: string) => void = () => undefined): string {
  const folder = temporaryFolder();
  cpSync(join(MODELS, MINILM), join(folder, model), { recursive: true });
  edit(join(folder, model));
  return folder;
}

function editJson(file: string, changes: object): void {
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...changes }));
}

describe('the fingerprint of a transformer', () => {
  it('is that of what decides its vectors, as it is shown', async () => {
    const version = await versionOf();
    const files = ['onnx/model_quantized.onnx', 'tokenizer.json', 'tokenizer_config.json'];
    const [weights, tokenizer, config] = files.map((file) => sha256(readFileSync(join(MODELS, MINILM, file))));
    expect(version.decides).toEqual({
      embedder: 'transformers',
      weights: { model: weights },
      tokenizer: { 'tokenizer.json': tokenizer, 'tokenizer_config.json': config },
      runtime: { 'onnxruntime-node': '1.14.0', '@xenova/transformers': '2.17.2' },
      dtype: 'q8',
      output: 'last_hidden_state',
      pooling: 'mean',
      includePrompt: true,
      steps: [],
      lowercase: false,
      normalize: true,
      prefixes: { query: '', document: '' },
      maxTokens: 256,
      dimensions: 384,
    });
    expect(version.fingerprint).toBe(fingerprintOf(version.decides));
    expect(version.cacheKey).toBe(version.fingerprint);
    expect(version.verifiable).toBe(true);
  });

  it('stays the same for the same weights under another name, revision, place and id', async () => {
    const renamed = await versionOf({ model: 'acme/our-model', revision: 'abc', id: 'other' }, copyAs('acme/our-model@abc'));
    const first = await versionOf();
    expect(renamed.fingerprint).toBe(first.fingerprint);
    expect(renamed.names).toEqual({ model: 'acme/our-model', revision: 'abc', place: 'models folder' });
  });

  it('stays the same when a file is edited that decides no vector, or a default is spelled out', async () => {
    const first = await versionOf();
    const described = copyAs(MINILM, (folder) => appendFileSync(join(folder, 'config.json'), '\n'));
    expect((await versionOf({}, described)).fingerprint).toBe(first.fingerprint);
    expect((await versionOf({ pooling: 'mean', maxTokens: 256, dimensions: 384, dtype: 'q8' })).fingerprint).toBe(first.fingerprint);
  });

  it('changes with everything that decides a vector', async () => {
    const changed = [
      {},
      { pooling: 'cls' },
      { normalize: false },
      { maxTokens: 255 },
      { dimensions: 383 },
      { prefixes: { query: 'q ', document: '' } },
      { prefixes: { query: '', document: 'q ' } },
      { model: 'Xenova/bge-small-en', pooling: 'mean', maxTokens: 256 },
    ] as const;
    const inPlace = await Promise.all(changed.map((changes) => versionOf(changes)));
    const files = ['onnx/model_quantized.onnx', 'tokenizer.json', 'tokenizer_config.json'];
    // White space for JSON; for a graph a field that no reader knows.
    const addition = (file: string) => (file.endsWith('.onnx') ? message([100, 1]) : ' ');
    const edited = await Promise.all(
      files.map((file) =>
        versionOf(
          {},
          copyAs(MINILM, (folder) => appendFileSync(join(folder, file), addition(file))),
        ),
      ),
    );
    const asFloat = copyAs(MINILM, (folder) => cpSync(join(folder, 'onnx/model_quantized.onnx'), join(folder, 'onnx/model.onnx')));
    const all = [...inPlace, ...edited, await versionOf({ dtype: 'fp32' }, asFloat)];
    expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(changed.length + files.length + 1);
  });
});

describe('a pinned hash', () => {
  it('that holds is accepted, for any file of the folder', async () => {
    const hash = (file: string) => sha256(readFileSync(join(MODELS, MINILM, file)));
    const files = ['onnx/model_quantized.onnx', 'config.json'];
    const version = await versionOf({ sha256: Object.fromEntries(files.map((file) => [file, hash(file)])) });
    expect(version.fingerprint).toBe((await versionOf()).fingerprint);
  });

  it('that does not hold is refused with file, expected and found', async () => {
    const expected = sha256('something else');
    const error = await refusal(versionOf({ sha256: { 'tokenizer.json': expected } }), 'MODEL_HASH_MISMATCH');
    const found = sha256(readFileSync(join(MODELS, MINILM, 'tokenizer.json')));
    for (const part of [join(MODELS, MINILM, 'tokenizer.json'), expected, found, '/project/version.yaml'])
      expect(error.message).toContain(part);
  });

  it('of a file that is not there is refused', async () => {
    const error = await refusal(versionOf({ sha256: { 'vocab.txt': sha256('') } }), 'MODEL_HASH_MISMATCH');
    expect(error.message).toContain('no such file');
  });
});

describe('what a version leaves out', () => {
  it('is taken from the folder, and asked for where that says nothing', async () => {
    const silent = copyAs(MINILM, (folder) => {
      for (const file of ['1_Pooling', 'sentence_bert_config.json']) rmSync(join(folder, file), { recursive: true });
    });
    // Under a name of which no card is known.
    cpSync(join(silent, MINILM), join(silent, 'acme/ours'), { recursive: true });
    const ours = (changes: Partial<VersionSpec>) => versionOf({ model: 'acme/ours', ...changes }, silent);
    expect((await refusal(ours({ maxTokens: 9 }), 'VERSION_INCOMPLETE')).message).toContain('`pooling`');
    expect((await refusal(ours({ pooling: 'cls' }), 'VERSION_INCOMPLETE')).message).toContain('`maxTokens`');
    expect((await ours({ pooling: 'cls', maxTokens: 9 })).warnings).toEqual([]);
  });

  it('is asked for where the folder publishes a pooling that is not known here', async () => {
    const folder = copyAs(MINILM, (model) =>
      editJson(join(model, '1_Pooling/config.json'), { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true }),
    );
    await refusal(versionOf({}, folder), 'VERSION_INCOMPLETE');
    expect((await versionOf({ pooling: 'mean' }, folder)).warnings).toEqual([expect.stringContaining('cls+mean pooling')]);
  });
});

describe('what a model cannot do', () => {
  it('is refused: more tokens than positions, more dimensions than it has', async () => {
    expect((await refusal(versionOf({ maxTokens: 513 }), 'VERSION_INVALID')).message).toContain('positions for 512 tokens');
    expect((await refusal(versionOf({ dimensions: 385 }), 'VERSION_INVALID')).message).toContain('has 384');
    expect((await versionOf({ maxTokens: 512 })).decides.maxTokens).toBe(512);
  });

  it('is refused: a revision that leads out of the models folder', async () => {
    for (const revision of ['../../elsewhere', 'a/../../b', '..\\b', '/tmp/elsewhere'])
      expect((await refusal(versionOf({ revision }), 'VERSION_INVALID')).message, revision).toContain(
        'a revision is a branch, tag or commit',
      );
  });

  it('counts positions as the family does', async () => {
    const family = (changes: object) => copyAs(MINILM, (folder) => editJson(join(folder, 'config.json'), changes));
    const roberta = family({ model_type: 'roberta', max_position_embeddings: 514, pad_token_id: 1 });
    expect((await versionOf({ maxTokens: 512 }, roberta)).decides.maxTokens).toBe(512);
    expect((await refusal(versionOf({ maxTokens: 513 }, roberta), 'VERSION_INVALID')).message).toContain('512 tokens');
    const t5 = family({ model_type: 't5' });
    expect((await versionOf({ maxTokens: 5000 }, t5)).decides.maxTokens).toBe(5000);
  });

  it('is said of a folder whose JSON is broken', async () => {
    const folder = copyAs(MINILM, (model) => writeFileSync(join(model, 'config.json'), '{'));
    expect((await refusal(versionOf({}, folder), 'MODEL_UNUSABLE')).message).toContain('config.json');
  });
});
