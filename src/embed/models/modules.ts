import { join, posix } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { fileExists } from './file-exists.ts';
import { countIn, type JsonObject, readModelJson } from './model-json.ts';
import { modelPath } from './model-path.ts';
import { isActivation, type Step } from './steps.ts';

/** The modules that sentence-transformers would run, in the words used here; null where the folder says nothing. */
export interface Modules {
  /** Pooling by its name here, several joined by `+`. */
  readonly pooling: string | null;
  /** Whether the tokens of a prefix are pooled with the others. */
  readonly includePrompt: boolean | null;
  /** Between pooling and the last normalisation. */
  readonly steps: readonly Step[];
  /** Whether the last step scales to length 1. */
  readonly normalize: boolean | null;
  /** Why this chain can't be run here; null where it can. */
  readonly refused: string | null;
}

interface Module {
  readonly type: string;
  readonly path: string;
}

/** Keys of both forms of a pooling's config.json → name here: the booleans of before, and `pooling_mode` of today. */
const POOLINGS: readonly (readonly [flag: string, mode: string, name: string])[] = [
  ['pooling_mode_cls_token', 'cls', 'cls'],
  ['pooling_mode_max_tokens', 'max', 'max'],
  ['pooling_mode_mean_tokens', 'mean', 'mean'],
  ['pooling_mode_mean_sqrt_len_tokens', 'mean_sqrt_len_tokens', 'mean_sqrt_len'],
  ['pooling_mode_weightedmean_tokens', 'weightedmean', 'weightedmean'],
  ['pooling_mode_lasttoken', 'lasttoken', 'last'],
];

/** Where a pooling's config.json is looked for when there is no modules.json. */
export const POOLING_FOLDER = '1_Pooling';

/**
 * Reads `modules.json` and the files it names.
 * Source: sentence-transformers 6.2, base/modules and sentence_transformer/modules
 * @throws CutoverError MODEL_UNUSABLE where a file isn't JSON, or modules.json names a folder outside the model's
 */
export async function readModules(folder: string): Promise<Modules> {
  const list = await readModelJson(folder, 'modules.json');
  if (list === null) {
    const pooling = await readModelJson(folder, join(POOLING_FOLDER, 'config.json'));
    return { ...poolingOf(pooling), steps: [], normalize: null, refused: null };
  }
  return chainOf(folder, modulesIn(folder, list));
}

/**
 * Files of a model's folder that its modules need, once modules.json is there: a download fetches them too.
 * @throws CutoverError MODEL_UNUSABLE where modules.json isn't JSON, or names a folder outside the model's
 */
export async function moduleFiles(folder: string): Promise<string[]> {
  return modulesIn(folder, await readModelJson(folder, 'modules.json')).flatMap(({ type, path }) => {
    const config = posix.join(path, 'config.json');
    if (type === 'Pooling') return [config];
    return type === 'Dense' || type === 'LayerNorm' ? [config, posix.join(path, 'model.safetensors')] : [];
  });
}

/** Modules by the last part of their type; one that isn't sentence-transformers' own keeps its whole name. */
function modulesIn(folder: string, list: JsonObject | null): Module[] {
  return Object.values(list ?? {}).map((item) => {
    const { type, path } = (item ?? {}) as JsonObject;
    const own = /^sentence_transformers\.(?:[\w.]+\.)?(\w+)$/.exec(String(type))?.[1];
    const written = typeof path === 'string' ? path : '';
    if (modelPath(written) !== null) return { type: own ?? String(type), path: written };
    const reason = `it names ${JSON.stringify(written)}, which is outside the model's folder or no plain name`;
    throw new CutoverError('MODEL_UNUSABLE', { file: join(folder, 'modules.json'), reason });
  });
}

async function chainOf(folder: string, modules: readonly Module[]): Promise<Modules> {
  const [first, ...rest] = modules;
  const steps: Step[] = [];
  const pools = rest.filter(({ type }) => type === 'Pooling').map(({ path }) => path);
  const pooling = poolingOf(await readModelJson(folder, join(pools[0] ?? POOLING_FOLDER, 'config.json')));
  // The first one is the graph; repositories name their own classes for it.
  let refused: string | null = first?.type.endsWith('Transformer') === true ? null : `its first module is ${first?.type ?? 'missing'}`;
  if (pools.length > 1) refused ??= 'it has more than one Pooling';
  const start = rest.findIndex(({ type }) => type === 'Pooling');
  for (const [i, { type, path }] of rest.entries()) {
    if (type === 'Dropout' || type === 'Pooling') continue;
    const step = await stepOf(folder, { type, path });
    if (typeof step === 'string') refused ??= step;
    else if (i < start) refused ??= `${type} (${path}) comes before any pooling`;
    else steps.push(step);
  }
  const normalize = steps.at(-1)?.kind === 'normalize';
  return { ...pooling, steps: normalize ? steps.slice(0, -1) : steps, normalize, refused };
}

/** @returns a text says why the module can't be run */
async function stepOf(folder: string, { type, path }: Module): Promise<Step | string> {
  if (type === 'Normalize') return readModelJson(folder, join(path, 'config.json')).then((config) => normalizeOf(config));
  if (type !== 'Dense' && type !== 'LayerNorm') return `its module ${type}${path === '' ? '' : ` (${path})`} is not one that is run here`;
  const config = await readModelJson(folder, join(path, 'config.json'));
  if (config === null) return `its module ${type} has no ${path}/config.json`;
  const weights = `${path}/model.safetensors`;
  if (!(await fileExists(join(folder, weights)))) {
    const other = await fileExists(join(folder, path, 'pytorch_model.bin'));
    return `its module ${type} has no ${weights}${other ? ', and pytorch_model.bin is not read: save it as safetensors' : ''}`;
  }
  return type === 'Dense' ? denseOf(config, path, weights) : layerNormOf(config, path, weights);
}

function normalizeOf(config: JsonObject | null): Step | string {
  return (config?.module_input_name ?? 'sentence_embedding') === 'sentence_embedding'
    ? { kind: 'normalize' }
    : `its Normalize takes ${String(config?.module_input_name)}`;
}

function denseOf(config: JsonObject, path: string, weights: string): Step | string {
  const [width, out] = [countIn(config, 'in_features'), countIn(config, 'out_features')];
  // What is left out is torch's default: tanh.
  const activation =
    String(config.activation_function ?? 'torch.nn.modules.activation.Tanh')
      .split('.')
      .at(-1) ?? '';
  if (width === null || out === null) return `${path}/config.json names no in_features or out_features`;
  if (!isActivation(activation)) return `its Dense (${path}) has the activation ${activation}, which is not run here`;
  for (const key of ['module_input_name', 'module_output_name'])
    if ((config[key] ?? 'sentence_embedding') !== 'sentence_embedding') return `its Dense (${path}) has ${key} ${String(config[key])}`;
  if (config.use_residual === true) return `its Dense (${path}) has a residual connection, which is not run here`;
  return { kind: 'dense', in: width, out, bias: config.bias !== false, activation, weights };
}

function layerNormOf(config: JsonObject, path: string, weights: string): Step | string {
  const size = countIn(config, 'dimension');
  return size === null ? `${path}/config.json names no dimension` : { kind: 'layernorm', size, weights };
}

function poolingOf(config: JsonObject | null): Pick<Modules, 'pooling' | 'includePrompt'> {
  if (config === null) return { pooling: null, includePrompt: null };
  const written = config.pooling_mode;
  const modes = (Array.isArray(written) ? written : typeof written === 'string' ? [written] : []).map(String);
  const names =
    modes.length > 0
      ? modes.map((mode) => POOLINGS.find(([, known]) => known === mode)?.[2] ?? mode)
      : POOLINGS.flatMap(([flag, , name]) => (config[flag] === true ? [name] : []));
  const isKnown = modes.length > 0 || POOLINGS.some(([flag]) => flag in config);
  // With every flag off, sentence-transformers takes the mean.
  const pooling = names.length > 0 ? names.join('+') : isKnown ? 'mean' : null;
  return { pooling, includePrompt: typeof config.include_prompt === 'boolean' ? config.include_prompt : pooling === null ? null : true };
}
