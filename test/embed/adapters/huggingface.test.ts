import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { openEmbedder } from '../../../src/embed/registry.ts';
import { withoutPackage } from '../../system/without-package.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { embedderContract, TEXTS } from '../contract.ts';
import { brokenWeights, context, cosine, embedAll, itemsOf, MODELS, refusal, spec, vectorsOf } from '../support.ts';

const MINILM = 'Xenova/all-MiniLM-L6-v2';
const open = (changes = {}, workers = 2, modelFolders = [MODELS]) =>
  openEmbedder(spec({ embedder: 'huggingface', ...changes }), context({ workers, modelFolders }));

embedderContract('huggingface', {
  open: (workers, kept) => open(kept, workers),
  dimension: 384,
  openBroken: () => open({}, 1, [brokenWeights()]),
  brokenCode: 'EMBEDDING_INVALID',
});

describe('the huggingface embedder', async () => {
  const [embedder, other] = [await open(), await openEmbedder(spec(), context())];
  afterAll(async () => {
    await embedder.close();
    await other.close();
  });

  it('is another version than the same weights on another runtime, and says which runtime', () => {
    const config = sha256(readFileSync(join(MODELS, MINILM, 'config.json')));
    expect(embedder.version.decides).toEqual({
      ...other.version.decides,
      embedder: 'huggingface',
      settings: { 'config.json': config },
      runtime: { 'onnxruntime-node': expect.stringMatching(/^1\.\d+\.\d+$/), '@huggingface/transformers': expect.stringMatching(/^4\./) },
    });
    expect(embedder.version.fingerprint).not.toBe(other.version.fingerprint);
    expect(embedder.version.decides.runtime).not.toEqual(other.version.decides.runtime);
  });

  it('is no model that the library would load in parts, none of which is the graph that is hashed', async () => {
    const folder = temporaryFolder();
    const model = join(folder, MINILM);
    cpSync(join(MODELS, MINILM), model, { recursive: true });
    const weights = readFileSync(join(model, 'onnx/model_quantized.onnx'));
    for (const part of ['encoder_model', 'decoder_model_merged']) writeFileSync(join(model, `onnx/${part}_quantized.onnx`), weights);
    const config = JSON.parse(readFileSync(join(model, 'config.json'), 'utf8')) as object;
    writeFileSync(join(model, 'config.json'), JSON.stringify({ ...config, model_type: 't5', is_encoder_decoder: true, num_heads: 12 }));
    const parts = await open({}, 1, [folder]);
    const error = await refusal(embedAll(parts, itemsOf(['a']), 'query'), 'MODEL_UNUSABLE');
    expect(error.message).toContain('load it in parts (model, decoder_model_merged)');
    await parts.close();
  });

  it('runs beside the other runtime in one process, and both make nearly the same of the same weights', async () => {
    const [here, there] = await Promise.all([vectorsOf(embedder, itemsOf(TEXTS)), vectorsOf(other, itemsOf(TEXTS))]);
    for (const [i, vector] of here.entries()) expect(cosine(vector, there[i] ?? [])).toBeGreaterThan(0.99);
  });

  it('counts tokens and cuts as the other one does', async () => {
    const short = { maxTokens: 10, prefixes: { query: 'query: ', document: '' } };
    const both = [await open(short, 1), await openEmbedder(spec(short), context({ workers: 1 }))];
    const texts = itemsOf(['word', 'word '.repeat(8), 'word '.repeat(9), 'naïve café — 日本語']);
    const [here, there] = await Promise.all(both.map((each) => embedAll(each, texts, 'query')));
    await Promise.all(both.map((each) => each.close()));
    const facts = (results = here) => results?.map(({ tokenCount, truncated }) => [tokenCount, truncated]);
    expect(facts()).toEqual(facts(there));
    expect(here?.[2]?.vector).toEqual(here?.[1]?.vector);
    expect(facts()?.[2]).toEqual([10, true]);
  });

  it('pads texts that run together without looking at the padding', async () => {
    const texts = itemsOf(['Invoice', `A long text. ${'It goes on and on. '.repeat(20)}`]);
    const [alone, joined] = [await vectorsOf(embedder, texts), await embedder.embedTogether?.(texts, 'document')];
    expect(joined).toHaveLength(2);
    for (const { index, vector } of joined ?? []) expect(cosine(vector, alone[index] ?? [])).toBeGreaterThan(0.98);
  });

  it('refuses weights that are no model by name', async () => {
    const folder = temporaryFolder();
    cpSync(join(MODELS, MINILM), join(folder, MINILM), { recursive: true });
    const weights = join(folder, MINILM, 'onnx/model_quantized.onnx');
    writeFileSync(weights, 'not a model');
    const error = await refusal(open({}, 1, [folder]), 'MODEL_UNUSABLE');
    expect(error.message).toContain(weights);
  });

  it('says what to install where the package is missing', async () => {
    await withoutPackage('@huggingface/transformers', async () => {
      const error = await refusal(open(), 'EMBEDDER_PACKAGE_MISSING');
      expect(error.next).toContain('npm install @huggingface/transformers');
    });
  });
});
