import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cardOf, FAMILIES } from '../../../src/embed/models/cards.ts';
import { suggestedUse } from '../../../src/embed/models/known-models.ts';
import { METADATA_FILES } from '../../../src/embed/models/model-metadata.ts';
import { resolveTransformers } from '../../../src/embed/models/transformers-version.ts';
import type { VersionSpec } from '../../../src/model/version.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { context, MODELS, spec } from '../support.ts';

const BGE_PREFIX = 'Represent this sentence for searching relevant passages: ';
const names = FAMILIES.flatMap((family) => family.names.map((name) => (typeof name === 'string' ? name : name[0])));

/** A bundled model as the hub has it: without the files of sentence-transformers. */
function asOnTheHub(name: string): string {
  const models = temporaryFolder();
  cpSync(join(MODELS, 'Xenova', name), join(models, 'Xenova', name), { recursive: true });
  for (const file of METADATA_FILES) rmSync(join(models, 'Xenova', name, file));
  return models;
}

async function resolve(name: string, changes: Partial<VersionSpec>) {
  return (await resolveTransformers(spec({ model: `Xenova/${name}`, ...changes }), context({ modelFolders: [asOnTheHub(name)] }))).version;
}

describe('the cards of known models', () => {
  it('are of sixty models or more, each once, each with where it was read', () => {
    expect(names.length).toBeGreaterThanOrEqual(60);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
    for (const { source, publisher } of FAMILIES) expect(`${publisher}: ${source}`).toMatch(/\w+: .{20,}/);
  });

  it.each([
    ['Xenova/bge-small-en', 'cls', 512, BGE_PREFIX, ''],
    ['Xenova/multilingual-e5-small', 'mean', 512, 'query: ', 'passage: '],
    ['nomic-ai/nomic-embed-text-v1.5', 'mean', 8192, 'search_query: ', 'search_document: '],
    ['Snowflake/snowflake-arctic-embed-m-v2.0', 'cls', 8192, 'query: ', ''],
    [
      'onnx-community/Qwen3-Embedding-0.6B-ONNX',
      'last',
      32_768,
      'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:',
      '',
    ],
    ['onnx-community/embeddinggemma-300m-ONNX', null, 2048, 'task: search result | query: ', 'title: none | text: '],
    ['onnx-community/all-MiniLM-L6-v2-ONNX', 'mean', 256, '', ''],
    ['Qdrant/paraphrase-multilingual-MiniLM-L12-v2-onnx-Q', 'mean', 128, '', ''],
    ['Xenova/msmarco-distilbert-base-tas-b', 'cls', 512, '', ''],
    ['Xenova/LaBSE', 'cls', 256, '', ''],
    ['TaylorAI/bge-micro-v2', 'mean', 512, '', ''],
    ['Xenova/sentence-t5-large', 'mean', 256, '', ''],
    ['mixedbread-ai/mxbai-embed-xsmall-v1', 'mean', 4096, null, ''],
  ])('says how %s is used, whoever exported it', (model, pooling, maxTokens, query, document) => {
    expect(cardOf(model)?.card).toMatchObject({ pooling, maxTokens, prefixes: { query, document } });
  });

  it('says nothing of a name that only resembles one', () => {
    for (const model of ['acme/bge-small-en-v2', 'acme/our-bge-small-en', 'acme/e5', '']) expect(cardOf(model)).toBeNull();
  });
});

describe('a folder as the hub has it', () => {
  it('is held against the card, with its source', async () => {
    const { warnings, published } = await resolve('bge-small-en', { pooling: 'mean', maxTokens: 512 });
    expect(warnings).toEqual([
      expect.stringMatching(/^Its authors publish cls pooling, the spec says mean \(read from the model cards of BAAI, and .+\)\.$/),
      expect.stringContaining(`Its authors publish "${BGE_PREFIX}" as the query prefix`),
    ]);
    expect(published).toEqual({ pooling: 'cls', prefixes: { query: BGE_PREFIX, document: '' } });
  });

  it('lets a version leave out what the card says', async () => {
    const version = await resolve('bge-small-en-v1.5', {});
    expect(version.decides).toMatchObject({ pooling: 'cls', maxTokens: 512, prefixes: { query: '' } });
    expect(version.warnings).toEqual([]);
  });

  it('may cut earlier than a card, not later', async () => {
    expect((await resolve('all-MiniLM-L6-v2', { maxTokens: 128 })).warnings).toEqual([]);
    expect((await resolve('all-MiniLM-L6-v2', { maxTokens: 512 })).warnings).toEqual([expect.stringContaining('256 as its longest input')]);
  });

  it('is refused where steps follow the pooling and the folder has none of them', async () => {
    const models = asOnTheHub('all-MiniLM-L6-v2');
    cpSync(join(models, 'Xenova', 'all-MiniLM-L6-v2'), join(models, 'Xenova', 'distiluse-base-multilingual-cased-v2'), { recursive: true });
    const named = spec({ model: 'Xenova/distiluse-base-multilingual-cased-v2', pooling: 'mean', maxTokens: 128 });
    await expect(resolveTransformers(named, context({ modelFolders: [models] }))).rejects.toMatchObject({
      code: 'MODEL_UNUSABLE',
      message: expect.stringMatching(
        /modules\.json cannot be used: it is missing, .* Dense \(768 → 512, Tanh\) after the pooling \(read from /,
      ),
    });
  });

  it('takes no card where the folder itself speaks', async () => {
    const { version } = await resolveTransformers(spec({ model: 'Xenova/bge-small-en', pooling: 'mean', maxTokens: 512 }), context());
    expect(version.warnings[0]).toBe("The model's folder publishes cls pooling, the spec says mean.");
  });
});

describe('what init suggests', () => {
  it('comes from the folder, from a card with its source, or from nobody', async () => {
    expect(await suggestedUse('Xenova/bge-small-en', 'main', context())).toMatchObject({
      source: 'folder',
      readFrom: null,
      pooling: 'cls',
    });
    const card = await suggestedUse('onnx-community/embeddinggemma-300m-ONNX', 'main', context());
    expect(card).toMatchObject({ source: 'card', pooling: null, output: 'sentence_embedding', maxTokens: 2048 });
    expect(card.readFrom).toContain('FastEmbed');
    expect(await suggestedUse('acme/ours', 'main', context())).toMatchObject({ source: 'unknown', readFrom: null, pooling: null });
  });
});
