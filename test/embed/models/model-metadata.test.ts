import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contradicted, disagreements, type PublishedUse, readPublishedUse } from '../../../src/embed/models/model-metadata.ts';
import { resolveTransformers } from '../../../src/embed/models/transformers-version.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { context, MODELS, spec } from '../support.ts';

const BGE_PREFIX = 'Represent this sentence for searching relevant passages: ';

async function warningsOf(changes: Parameters<typeof spec>[0]): Promise<readonly string[]> {
  return (await resolveTransformers(spec(changes), context())).version.warnings;
}

describe('the bundled models', () => {
  // The table of models/MODELS.md.
  it.each([
    ['bge-small-en', { pooling: 'cls', normalize: true, maxTokens: 512, prefixes: { query: BGE_PREFIX, document: '' } }],
    ['bge-small-en-v1.5', { pooling: 'cls', normalize: true, maxTokens: 512, prefixes: { query: null, document: null } }],
    ['all-MiniLM-L6-v2', { pooling: 'mean', normalize: true, maxTokens: 256, prefixes: { query: '', document: '' } }],
  ])('%s publishes how it is to be used', async (name, expected) => {
    expect(await readPublishedUse(join(MODELS, 'Xenova', name))).toMatchObject({ ...expected, steps: [], refused: null, card: null });
  });

  it('used as they publish raise no warning; v1.5 takes its prefix or leaves it', async () => {
    const prefixes = { query: BGE_PREFIX, document: '' };
    expect(await warningsOf({ model: 'Xenova/bge-small-en', pooling: 'cls', maxTokens: 512, prefixes })).toEqual([]);
    expect(await warningsOf({ model: 'Xenova/bge-small-en-v1.5', pooling: 'cls', maxTokens: 512, prefixes })).toEqual([]);
    expect(await warningsOf({ model: 'Xenova/bge-small-en-v1.5', pooling: 'cls', maxTokens: 512 })).toEqual([]);
    expect(await warningsOf({ pooling: 'mean', maxTokens: 256 })).toEqual([]);
  });

  it('used otherwise raise a warning for each point', async () => {
    expect(await warningsOf({ model: 'Xenova/bge-small-en', pooling: 'mean', maxTokens: 128, normalize: false })).toEqual([
      "The model's folder publishes cls pooling, the spec says mean.",
      "The model's folder publishes a step that normalises, the spec says normalize: false.",
      "The model's folder publishes 512 as its longest input in tokens, the spec says maxTokens: 128.",
      `The model's folder publishes "${BGE_PREFIX}" as the query prefix, the spec says "".`,
    ]);
    expect(await warningsOf({ prefixes: { query: '', document: 'passage: ' } })).toEqual([
      'The model\'s folder publishes "" as the document prefix, the spec says "passage: ".',
    ]);
  });
});

/** What a folder without any of the files says. */
const silent: PublishedUse = {
  pooling: null,
  includePrompt: null,
  steps: [],
  normalize: null,
  refused: null,
  maxTokens: null,
  prefixes: { query: null, document: null },
  output: null,
  lowercase: false,
  card: null,
};

describe('readPublishedUse', () => {
  function folderWith(files: Readonly<Record<string, unknown>>): string {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '1_Pooling'));
    for (const [file, value] of Object.entries(files)) writeFileSync(join(folder, file), JSON.stringify(value));
    return folder;
  }

  it('says nothing for a folder without the files, or with empty ones', async () => {
    expect(await readPublishedUse(temporaryFolder())).toEqual(silent);
    const empty = {
      '1_Pooling/config.json': {},
      'sentence_bert_config.json': { max_seq_length: null },
      'config_sentence_transformers.json': { prompts: {} },
    };
    expect(await readPublishedUse(folderWith(empty))).toEqual(silent);
  });

  it('reads a folder without a normalising step, with a passage prompt and the last token', async () => {
    const files = {
      'modules.json': [{ type: 'sentence_transformers.models.Transformer' }],
      '1_Pooling/config.json': { pooling_mode_lasttoken: true, pooling_mode_mean_tokens: false },
      'config_sentence_transformers.json': { prompts: { query: 'q', passage: 'p' } },
    };
    expect(await readPublishedUse(folderWith(files))).toMatchObject({
      pooling: 'last',
      normalize: false,
      maxTokens: null,
      prefixes: { query: 'q', document: 'p' },
    });
  });

  it('names two poolings side by side', async () => {
    const pooling = { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true };
    expect((await readPublishedUse(folderWith({ '1_Pooling/config.json': pooling }))).pooling).toBe('cls+mean');
  });

  it('finds nothing to disagree with in silence', () => {
    const used = { pooling: 'cls', includePrompt: true, normalize: false, maxTokens: 3, prefixes: { query: 'a', document: 'b' } } as const;
    expect(disagreements(silent, used)).toEqual([]);
  });
});

describe('contradicted', () => {
  const used = {
    pooling: 'cls',
    includePrompt: true,
    normalize: true,
    maxTokens: 512,
    prefixes: { query: 'q: ', document: 'd: ' },
  } as const;

  it('is null where the folder agrees or says nothing', () => {
    expect(contradicted(silent, used)).toBeNull();
    expect(contradicted({ ...silent, ...used }, used)).toBeNull();
  });

  it('holds what the folder publishes otherwise, and of prefixes the other one too', () => {
    const published = { ...silent, pooling: 'mean', maxTokens: 256, prefixes: { query: '', document: null } };
    expect(contradicted(published, used)).toEqual({ pooling: 'mean', maxTokens: 256, prefixes: { query: '', document: 'd: ' } });
    expect(contradicted({ ...silent, normalize: false }, used)).toEqual({ normalize: false });
  });

  it('leaves out a pooling that cannot be run here', () => {
    expect(contradicted({ ...silent, pooling: 'cls+mean' }, used)).toBeNull();
  });

  it('is beside the version', async () => {
    const { version } = await resolveTransformers(spec({ pooling: 'cls', maxTokens: 512 }), context());
    expect(version.published).toEqual({ pooling: 'mean', maxTokens: 256 });
    expect((await resolveTransformers(spec(), context())).version).not.toHaveProperty('published');
  });
});
