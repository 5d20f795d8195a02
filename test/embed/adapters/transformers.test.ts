import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, pipeline } from '@xenova/transformers';
import { describe, expect, it } from 'vitest';
import { openEmbedder } from '../../../src/embed/registry.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { embedderContract, TEXTS } from '../contract.ts';
import { brokenWeights, context, cosine, embedAll, itemsOf, MODELS, refusal, spec, vectorsOf } from '../support.ts';

embedderContract('transformers', {
  open: (workers, kept) => openEmbedder(spec(kept), context({ workers })),
  dimension: 384,
  openBroken: () => openEmbedder(spec(), context({ modelFolders: [brokenWeights()], workers: 1 })),
  brokenCode: 'EMBEDDING_INVALID',
});

describe('the transformers embedder', () => {
  it.each([
    ['Xenova/all-MiniLM-L6-v2', 'mean'],
    ['Xenova/bge-small-en-v1.5', 'cls'],
  ] as const)('agrees with the pipeline of @xenova/transformers on %s', async (model, pooling) => {
    env.localModelPath = MODELS;
    env.allowRemoteModels = false;
    const extract = await pipeline('feature-extraction', model);
    const embedder = await openEmbedder(spec({ model, maxTokens: 256 }), context());
    try {
      const vectors = await vectorsOf(embedder, itemsOf(TEXTS));
      for (const [i, text] of TEXTS.entries()) {
        const expected = await extract(text, { pooling, normalize: true });
        expect(cosine(vectors[i] ?? [], expected.data as Float32Array)).toBeGreaterThan(0.9999);
      }
    } finally {
      await embedder.close();
    }
  });

  it('puts the role’s prefix before the text', async () => {
    const prefixed = await openEmbedder(spec({ prefixes: { query: 'query: ', document: '' } }), context({ workers: 1 }));
    const [asQuery] = await vectorsOf(prefixed, itemsOf(['where is it']), 'query');
    const [asDocument] = await vectorsOf(prefixed, itemsOf(['where is it']), 'document');
    const [spelledOut] = await vectorsOf(prefixed, itemsOf(['query: where is it']), 'document');
    await prefixed.close();
    expect(asQuery).toEqual(spelledOut);
    expect(asQuery).not.toEqual(asDocument);
  });

  it('counts tokens, special ones too, and cuts what is too long', async () => {
    // WordPiece: one token each for "word", plus [CLS] and [SEP].
    const embedder = await openEmbedder(spec({ maxTokens: 10 }), context({ workers: 1 }));
    const texts = ['word '.repeat(7), 'word '.repeat(8), 'word '.repeat(9), `${'word '.repeat(8)}other words`, ''];
    const results = await embedAll(embedder, itemsOf(texts));
    await embedder.close();
    expect(results.map(({ tokenCount }) => tokenCount)).toEqual([9, 10, 10, 10, 2]);
    expect(results.map(({ truncated }) => truncated)).toEqual([false, false, true, true, false]);
    // [SEP] stays, so a cut text is embedded like the text that ends there.
    expect(results[2]?.vector).toEqual(results[1]?.vector);
    expect(results[3]?.vector).toEqual(results[1]?.vector);
  });

  it('keeps the first dimensions and normalises after that', async () => {
    const [whole, kept, raw] = await Promise.all(
      [spec({ normalize: false }), spec({ dimensions: 2 }), spec({ dimensions: 2, normalize: false })].map(async (version) => {
        const embedder = await openEmbedder(version, context({ workers: 1 }));
        const [vector] = await vectorsOf(embedder, itemsOf(['a text']));
        await embedder.close();
        return vector ?? new Float32Array();
      }),
    );
    const [x = 0, y = 0] = whole ?? [];
    expect([...(raw ?? [])]).toEqual([x, y]);
    expect(kept?.[0]).toBeCloseTo(x / Math.hypot(x, y), 6);
    expect(kept?.[1]).toBeCloseTo(y / Math.hypot(x, y), 6);
  });
});

describe('weights that are no model', () => {
  const folder = temporaryFolder();
  const model = 'Xenova/broken';
  mkdirSync(join(folder, model, 'onnx'), { recursive: true });
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    cpSync(join(MODELS, 'Xenova/all-MiniLM-L6-v2', file), join(folder, model, file));
  writeFileSync(join(folder, model, 'onnx/model_quantized.onnx'), 'not a model');

  it('are refused by name, before anything is loaded', async () => {
    const version = spec({ model, pooling: 'mean', maxTokens: 128 });
    const error = await refusal(openEmbedder(version, context({ modelFolders: [folder], workers: 1 })), 'MODEL_UNUSABLE');
    expect(error.message).toContain(join(folder, model, 'onnx/model_quantized.onnx'));
    expect(error.next).toContain('ONNX');
  });
});
