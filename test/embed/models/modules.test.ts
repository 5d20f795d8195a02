import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { transformers } from '../../../src/embed/adapters/transformers.ts';
import { readModules } from '../../../src/embed/models/modules.ts';
import { loadSteps } from '../../../src/embed/models/steps.ts';
import { resolveTransformers } from '../../../src/embed/models/transformers-version.ts';
import type { Pooling, Role, VersionSpec } from '../../../src/model/version.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { context, itemsOf, refusal, spec, vectorsOf } from '../support.ts';
import { plainTable, safetensors, WIDTH, WORDS, writeTinyModel } from './tiny-model.ts';

const MODEL = 'acme/tiny';
let models: string;
let folder: string;
beforeEach(() => {
  models = temporaryFolder();
  folder = join(models, MODEL);
});

const module = (type: string, path: string, package_ = 'sentence_transformers.models') => ({
  idx: 0,
  name: '0',
  path,
  type: `${package_}.${type}`,
});
const chain = (...types: readonly string[]) => [module('Transformer', ''), ...types.map((type, i) => module(type, `${i + 1}_${type}`))];
const MEAN = { pooling_mode_mean_tokens: true };

const tiny = (changes: Partial<VersionSpec> = {}) => spec({ model: MODEL, maxTokens: 16, normalize: false, ...changes });
const resolve = (changes: Partial<VersionSpec> = {}) =>
  resolveTransformers(tiny(changes), context({ modelFolders: [models] })).then(({ version }) => version);

async function vectorOf(text: string, changes: Partial<VersionSpec> = {}, role: Role = 'document'): Promise<number[]> {
  const embedder = await transformers.open(tiny(changes), context({ modelFolders: [models], workers: 1 }));
  try {
    return [...((await vectorsOf(embedder, itemsOf([text]), role))[0] ?? [])];
  } finally {
    await embedder.close();
  }
}

/** Rows of the table for [CLS], the words and [SEP]. */
function hidden(...words: readonly (typeof WORDS)[number][]): number[][] {
  const table = plainTable();
  return ['[CLS]', ...words, '[SEP]'].map((word) => {
    const at = (WORDS as readonly string[]).indexOf(word) * WIDTH;
    return table.slice(at, at + WIDTH).map(Math.fround);
  });
}

const mean = (rows: readonly (readonly number[])[]): number[] =>
  [...(rows[0] ?? []).keys()].map((i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0) / rows.length);
const near = (found: readonly number[], expected: readonly number[]) => {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 5);
};

describe('pooling as a folder publishes it', () => {
  const rows = hidden('red', 'shoe');
  const WORKED: Readonly<Record<Pooling, number[]>> = {
    cls: rows[0] ?? [],
    last: rows[3] ?? [],
    mean: mean(rows),
    mean_sqrt_len: mean(rows).map((value) => (value * 4) / Math.sqrt(4)),
    max: [0, 1, 2, 3].map((i) => Math.max(...rows.map((row) => row[i] ?? 0))),
    weightedmean: [0, 1, 2, 3].map((i) => rows.reduce((sum, row, t) => sum + (t + 1) * (row[i] ?? 0), 0) / 10),
  };
  const FORMS: readonly (readonly [pooling: Pooling, config: object])[] = [
    ['cls', { word_embedding_dimension: 4, pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }],
    ['max', { pooling_mode_max_tokens: true }],
    ['mean', MEAN],
    ['mean_sqrt_len', { pooling_mode_mean_sqrt_len_tokens: true }],
    ['weightedmean', { pooling_mode_weightedmean_tokens: true }],
    ['last', { pooling_mode_lasttoken: true }],
    ['mean', { pooling_mode_cls_token: false, pooling_mode_mean_tokens: false }],
    ['cls', { embedding_dimension: 4, pooling_mode: 'cls', include_prompt: true }],
    ['max', { pooling_mode: 'max' }],
    ['mean', { pooling_mode: ['mean'] }],
    ['mean_sqrt_len', { pooling_mode: 'mean_sqrt_len_tokens' }],
    ['weightedmean', { pooling_mode: 'weightedmean' }],
    ['last', { pooling_mode: 'lasttoken' }],
  ];

  it.each(FORMS)('is %s for %j', async (pooling, config) => {
    await writeTinyModel(folder, { files: { '1_Pooling/config.json': config } });
    expect((await resolve()).decides.pooling).toBe(pooling);
    near(await vectorOf('red shoe'), WORKED[pooling]);
    expect((await resolve({ pooling: pooling === 'cls' ? 'mean' : 'cls' })).warnings).toEqual([
      expect.stringContaining(`publishes ${pooling} pooling`),
    ]);
  });

  it('is looked for where modules.json says', async () => {
    const files = {
      'modules.json': [module('Transformer', ''), module('Pooling', 'pool')],
      'pool/config.json': { pooling_mode: 'max' },
      '1_Pooling/config.json': MEAN,
    };
    await writeTinyModel(folder, { files });
    expect((await resolve()).decides.pooling).toBe('max');
  });

  it('that concatenates, or that nobody here knows, is not taken for one of its parts', async () => {
    for (const config of [{ pooling_mode: ['cls', 'mean'] }, { pooling_mode_cls_token: true, ...MEAN }, { pooling_mode: 'attention' }]) {
      await writeTinyModel(folder, { files: { '1_Pooling/config.json': config } });
      await refusal(resolve(), 'VERSION_INCOMPLETE');
      expect((await resolve({ pooling: 'mean' })).warnings).toHaveLength(1);
    }
  });
});

describe('a pooling without the tokens of the prefix', () => {
  const prefixes = { query: 'query: ', document: '' };
  const files = (pooling_mode: string) => ({ '1_Pooling/config.json': { pooling_mode, include_prompt: false } });

  it.each([
    ['mean', () => mean(hidden('query', ':', 'red', 'shoe').slice(3))],
    ['cls', () => hidden('query', ':', 'red').at(3) ?? []],
    ['lasttoken', () => hidden('red').at(-1) ?? []],
    [
      'weightedmean',
      () =>
        hidden('query', ':', 'red', 'shoe')
          .slice(3)
          .reduce((sum, row, i) => sum.map((value, j) => value + ((i + 4) * (row[j] ?? 0)) / 15), [0, 0, 0, 0]),
    ],
  ] as const)('leaves them out: %s', async (mode, expected) => {
    await writeTinyModel(folder, { files: files(mode) });
    near(await vectorOf('red shoe', { prefixes }, 'query'), expected());
  });

  it('is another version than one with them, and says where the spec goes another way', async () => {
    await writeTinyModel(folder, { files: files('mean') });
    const [published, other] = [await resolve({ prefixes }), await resolve({ prefixes, includePrompt: true })];
    expect(published.decides.includePrompt).toBe(false);
    expect(other.fingerprint).not.toBe(published.fingerprint);
    expect(published.warnings).toEqual([]);
    expect(other.warnings).toEqual([expect.stringContaining("without the prefix's tokens")]);
    expect(other.published).toEqual({ includePrompt: false });
  });

  it('changes nothing where there is no prefix', async () => {
    await writeTinyModel(folder, { files: files('mean') });
    expect((await resolve()).fingerprint).toBe((await resolve({ includePrompt: true })).fingerprint);
    near(await vectorOf('red shoe', { prefixes }, 'document'), mean(hidden('red', 'shoe')));
  });

  it('refuses a text of which nothing is left', async () => {
    await writeTinyModel(folder, { files: files('mean') });
    expect(
      (await refusal(vectorOf('red', { prefixes: { query: 'red '.repeat(40), document: '' } }, 'query'), 'EMBEDDING_INVALID')).message,
    ).toContain('prefix');
  });
});

describe('steps after pooling', () => {
  const weight = [0.5, -1, 0.25, 2, 1, 1, -0.5, 0];
  const bias = [0.1, -0.2];
  const dense = (config: object = {}, path = '2_Dense') => ({
    [`${path}/config.json`]: {
      in_features: 4,
      out_features: 2,
      bias: true,
      activation_function: 'torch.nn.modules.activation.Tanh',
      ...config,
    },
    [`${path}/model.safetensors`]: safetensors({
      'linear.weight': { shape: [2, 4], values: weight },
      'linear.bias': { shape: [2], values: bias },
    }),
  });
  const pooled = { '1_Pooling/config.json': MEAN };
  const linear = (x: readonly number[], withBias = true) =>
    [0, 1].map((row) => x.reduce((sum, value, i) => sum + value * (weight[row * 4 + i] ?? 0), withBias ? (bias[row] ?? 0) : 0));
  const m = mean(hidden('red', 'shoe'));

  it.each([
    ['Tanh', {}, linear(m).map(Math.tanh)],
    ['Identity', { activation_function: 'torch.nn.modules.linear.Identity' }, linear(m)],
    ['Sigmoid', { activation_function: 'torch.nn.modules.activation.Sigmoid' }, linear(m).map((value) => 1 / (1 + Math.exp(-value)))],
    ['no bias', { bias: false, activation_function: 'torch.nn.modules.linear.Identity' }, linear(m, false)],
    ['nothing said of it, which is Tanh', { activation_function: undefined }, linear(m).map(Math.tanh)],
  ])('a Dense is run: %s', async (_, config, expected) => {
    await writeTinyModel(folder, { files: { 'modules.json': chain('Pooling', 'Dense'), ...pooled, ...dense(config) } });
    near(await vectorOf('red shoe'), expected);
    expect((await resolve()).decides.dimensions).toBe(2);
  });

  it('a LayerNorm, and steps in the order in which they are listed', async () => {
    const scale = [2, 0.5];
    const shift = [0.25, -1];
    const files = {
      'modules.json': chain('Pooling', 'Dense', 'LayerNorm', 'Dropout', 'Normalize'),
      ...pooled,
      ...dense({ activation_function: 'torch.nn.modules.linear.Identity' }),
      '3_LayerNorm/config.json': { dimension: 2 },
      '3_LayerNorm/model.safetensors': safetensors({
        'norm.weight': { shape: [2], values: scale },
        'norm.bias': { shape: [2], values: shift },
      }),
    };
    await writeTinyModel(folder, { files });
    const [a = 0, b = 0] = linear(m);
    const half = (a - b) / 2;
    const unit = half / Math.sqrt(half * half + 1e-5);
    const normed = [unit * 2 + 0.25, -unit * 0.5 - 1];
    near(await vectorOf('red shoe'), normed);
    near(
      await vectorOf('red shoe', { normalize: true }),
      normed.map((value) => value / Math.hypot(...normed)),
    );
    expect((await resolve()).warnings).toEqual([expect.stringContaining('a step that normalises')]);
  });

  it('a Normalize in the middle is run where it is listed', async () => {
    await writeTinyModel(folder, {
      files: {
        'modules.json': chain('Pooling', 'Normalize', 'Dense'),
        ...pooled,
        ...dense({ activation_function: 'torch.nn.modules.linear.Identity' }, '3_Dense'),
      },
    });
    near(await vectorOf('red shoe'), linear(m.map((value) => value / Math.hypot(...m))));
    expect((await resolve()).warnings).toEqual([]);
  });

  it('are part of the fingerprint, with the hash of their weights', async () => {
    await writeTinyModel(folder, { files: pooled });
    const plain = await resolve();
    await writeTinyModel(folder, { files: { 'modules.json': chain('Pooling', 'Dense'), ...pooled, ...dense() } });
    const stepped = await resolve();
    const file = join(folder, '2_Dense/model.safetensors');
    const bytes = readFileSync(file);
    bytes.writeFloatLE(9, bytes.length - 4);
    writeFileSync(file, bytes);
    const other = await resolve();
    expect(new Set([plain, stepped, other].map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });

  it('are those of either way in which sentence-transformers names its classes', async () => {
    const named = [
      module('Transformer', '', 'sentence_transformers.base.modules.transformer'),
      module('Pooling', '1_Pooling', 'sentence_transformers.sentence_transformer.modules.pooling'),
      module('Dense', '2_Dense', 'sentence_transformers.base.modules.dense'),
    ];
    await writeTinyModel(folder, { files: { 'modules.json': named, ...pooled, ...dense() } });
    near(await vectorOf('red shoe'), linear(m).map(Math.tanh));
  });

  it.each([
    ['has no 2_Dense/config.json', { 'modules.json': chain('Pooling', 'Dense') }],
    [
      'has no 2_Dense/model.safetensors',
      { 'modules.json': chain('Pooling', 'Dense'), '2_Dense/config.json': { in_features: 4, out_features: 2 } },
    ],
    [
      'pytorch_model.bin is not read',
      {
        'modules.json': chain('Pooling', 'Dense'),
        '2_Dense/config.json': { in_features: 4, out_features: 2 },
        '2_Dense/pytorch_model.bin': 'x',
      },
    ],
    [
      'activation GELU',
      { 'modules.json': chain('Pooling', 'Dense'), ...dense({ activation_function: 'torch.nn.modules.activation.GELU' }) },
    ],
    ['residual connection', { 'modules.json': chain('Pooling', 'Dense'), ...dense({ use_residual: true }) }],
    [
      'module_input_name token_embeddings',
      { 'modules.json': chain('Pooling', 'Dense'), ...dense({ module_input_name: 'token_embeddings' }) },
    ],
    ['WeightedLayerPooling', { 'modules.json': chain('WeightedLayerPooling', 'Pooling') }],
    ['custom_st.Head', { 'modules.json': [...chain('Pooling'), { idx: 2, name: '2', path: '2_Head', type: 'custom_st.Head' }] }],
    ['its first module is StaticEmbedding', { 'modules.json': [module('StaticEmbedding', '')] }],
    [
      'comes before any pooling',
      {
        'modules.json': chain('Dense', 'Pooling'),
        '1_Dense/config.json': { in_features: 4, out_features: 2 },
        '1_Dense/model.safetensors': safetensors({}),
      },
    ],
  ])('that cannot be run are refused by name: %s', async (reason, files) => {
    await writeTinyModel(folder, { files: { ...pooled, ...files } });
    const { message } = await refusal(resolve({ pooling: 'mean' }), 'MODEL_UNUSABLE');
    expect(message).toContain(reason);
    expect(message).toContain('modules.json');
  });

  it('whose weights do not fit them are refused when they are loaded', async () => {
    await writeTinyModel(folder, { files: { 'modules.json': chain('Pooling', 'Dense'), ...pooled, ...dense({ out_features: 3 }) } });
    expect((await refusal(vectorOf('red'), 'MODEL_UNUSABLE')).message).toMatch(/linear\.(bias|weight)/);
    mkdirSync(dirname(join(folder, '2_Dense/x')), { recursive: true });
    writeFileSync(join(folder, '2_Dense/model.safetensors'), 'no tensors');
    const { steps } = await readModules(folder);
    await refusal(loadSteps(folder, steps), 'MODEL_UNUSABLE');
  });
});

describe('a graph with a vector a text', () => {
  const sentence = [1, 0, 0, 1, 0.5, 0, 0, 2];
  const projected = (x: readonly number[]) =>
    [0, 1].map((column) => x.reduce((sum, value, i) => sum + value * (sentence[i * 2 + column] ?? 0), 0));

  it('beside the tokens is never dropped in silence', async () => {
    await writeTinyModel(folder, { sentence });
    const { message } = await refusal(resolve({ pooling: 'mean' }), 'VERSION_INVALID');
    expect(message).toContain('output: sentence_embedding');
    expect(message).toContain('output: last_hidden_state');
    await writeTinyModel(folder, { sentence, files: { 'modules.json': chain('Pooling'), '1_Pooling/config.json': MEAN } });
    await refusal(resolve(), 'VERSION_INVALID');
  });

  it('is taken where it is named, or where nobody says how to pool', async () => {
    await writeTinyModel(folder, { sentence });
    const expected = projected(mean(hidden('red', 'shoe')));
    near(await vectorOf('red shoe', { output: 'sentence_embedding' }), expected);
    near(await vectorOf('red shoe'), expected);
    const version = await resolve();
    expect(version.decides).toMatchObject({ output: 'sentence_embedding', pooling: null, steps: [], dimensions: 2 });
    expect(version.fingerprint).toBe((await resolve({ output: 'sentence_embedding' })).fingerprint);
  });

  it('is left where the tokens are named', async () => {
    await writeTinyModel(folder, { sentence });
    near(await vectorOf('red shoe', { output: 'last_hidden_state', pooling: 'mean' }), mean(hidden('red', 'shoe')));
  });

  it('alone is taken, and not pooled again', async () => {
    await writeTinyModel(folder, { sentence, onlySentence: true });
    near(await vectorOf('red shoe'), projected(mean(hidden('red', 'shoe'))));
    expect((await refusal(resolve({ pooling: 'mean' }), 'VERSION_INVALID')).message).toContain('leave `pooling` out');
  });

  it('is refused under a name that the graph does not have', async () => {
    await writeTinyModel(folder, { sentence });
    expect((await refusal(resolve({ output: 'embedding' }), 'VERSION_INVALID')).message).toContain('last_hidden_state, sentence_embedding');
    await refusal(resolve({ output: 'sentence_embedding', pooling: 'mean' }), 'VERSION_INVALID');
  });
});

describe('texts in lower case', () => {
  it('is a step that a folder may publish, and part of the fingerprint', async () => {
    await writeTinyModel(folder, { files: { '1_Pooling/config.json': MEAN } });
    const plain = await resolve();
    await writeTinyModel(folder, {
      files: { '1_Pooling/config.json': MEAN, 'sentence_bert_config.json': { max_seq_length: 16, do_lower_case: true } },
    });
    expect((await resolve()).fingerprint).not.toBe(plain.fingerprint);
    near(await vectorOf('RED Shoe'), mean(hidden('red', 'shoe')));
  });
});
