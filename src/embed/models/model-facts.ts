import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha256 } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import type { OnnxFacts } from '../../formats/onnx.ts';
import type { VersionSpec } from '../../model/version.ts';
import { sha256File } from '../../system/files.ts';
import { externalPath } from './external-data.ts';
import { fileExists } from './file-exists.ts';
import { countIn, type JsonObject, readModelJson } from './model-json.ts';
import type { LocalModel } from './model-location.ts';
import type { PublishedUse } from './model-metadata.ts';

/** What of a graph is taken. */
export interface ChosenOutput {
  readonly name: string;
  /** `tokens`: a vector a token, pooled here; `text`: one a text, with pooling and what follows it in the graph. */
  readonly kind: 'tokens' | 'text';
  /** Dimension; null where the graph doesn't fix it. */
  readonly width: number | null;
}

/** Names under which exporters put the token vectors. */
const TOKENS = ['last_hidden_state', 'token_embeddings'];
/** BERT's own second head, which no embedding model uses. */
const UNUSED = 'pooler_output';

/**
 * The output of a graph that a version takes. A graph with token vectors and finished vectors holds steps that pooling here
 * would leave out, so the spec has to say which it means.
 * @throws CutoverError MODEL_UNUSABLE where there is none that can be taken; VERSION_INVALID where the spec names none of them,
 *   leaves open which of two is meant, or pools what is pooled
 */
export function chosenOutput(spec: VersionSpec, { outputs }: OnnxFacts, published: PublishedUse, weights: string): ChosenOutput {
  const refuse = (found: string, reason: string): CutoverError =>
    new CutoverError('VERSION_INVALID', { file: spec.file, version: spec.id, found, reason });
  const names = outputs.map(({ name }) => name).join(', ');
  const all = outputs
    .filter(({ name }) => name !== UNUSED || name === spec.output)
    .flatMap((output): ChosenOutput[] => {
      const kind = output.rank === 3 || (output.rank === null && TOKENS.includes(output.name)) ? 'tokens' : 'text';
      return output.rank === 2 || kind === 'tokens' || output.rank === null ? [{ name: output.name, kind, width: output.width }] : [];
    });
  const tokens = TOKENS.flatMap((name) => all.filter((output) => output.name === name && output.kind === 'tokens')).at(0);
  const text = all.find(({ name, kind }) => kind === 'text' && /embed/i.test(name));
  if (spec.output !== undefined) {
    const found = all.find(({ name }) => name === spec.output);
    if (found === undefined) throw refuse(`output: ${spec.output}`, `the graph puts out ${names}`);
    if (found.kind === 'text' && spec.pooling !== undefined)
      throw refuse(`pooling: ${spec.pooling}`, `${found.name} is pooled in the graph; leave \`pooling\` out`);
    return found;
  }
  if (tokens !== undefined && text !== undefined) {
    if (spec.pooling === undefined && published.pooling === null) return text;
    const both = `${text.name} beside ${tokens.name}`;
    const reason = `${weights} has ${both}, and steps inside the graph would be left out by pooling the tokens: say \`output: ${text.name}\` without \`pooling\`, or \`output: ${tokens.name}\` where ${text.name} is known to be the same`;
    throw refuse(spec.pooling === undefined ? 'no output' : `pooling: ${spec.pooling}`, reason);
  }
  const only = tokens ?? text;
  if (only === undefined)
    throw new CutoverError('MODEL_UNUSABLE', { file: weights, reason: `it puts out ${names}, none of ${TOKENS.join(', ')}` });
  if (only.kind === 'text' && spec.pooling !== undefined)
    throw refuse(`pooling: ${spec.pooling}`, `the graph puts out ${names} only, which is pooled in it; leave \`pooling\` out`);
  return only;
}

/** SHA-256 of the files that decide a model's vectors. */
interface ModelHashes {
  /** `model` is the graph; the others are files that it names, under the location as the graph writes it. */
  readonly weights: Readonly<Record<string, Sha256>>;
  /** By file name. */
  readonly tokenizer: Readonly<Record<string, Sha256>>;
  /** Weights of the steps after pooling, by path relative to the folder. */
  readonly steps: Readonly<Record<string, Sha256>>;
  /** Of all of them together. */
  readonly bytes: number;
}

const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json'];

/**
 * Hashes the model's files, side by side, and compares them with what the spec pins.
 * @param external files that hold weights, as the graph names them
 * @param steps files of the steps after pooling, relative to the folder
 * @throws CutoverError MODEL_HASH_MISMATCH; FILE_MISSING
 */
export async function hashModel(
  model: LocalModel,
  spec: Pick<VersionSpec, 'file' | 'sha256'>,
  external: readonly string[],
  steps: readonly string[],
): Promise<ModelHashes> {
  const beside = new Map(external.map((location) => [location, externalPath(model.weights, location)]));
  const files = new Set([model.weights, ...beside.values(), ...steps, ...TOKENIZER_FILES, ...Object.keys(spec.sha256 ?? {})]);
  const hashes = new Map(await Promise.all([...files].map(async (file) => [file, await hashOf(model.folder, file)] as const)));
  checkPins(hashes, model, spec);
  const pick = (names: readonly (readonly [label: string, file: string])[]): Record<string, Sha256> =>
    Object.fromEntries(names.map(([label, file]) => [label, hashes.get(file) as Sha256]));
  const same = (names: readonly string[]) => names.map((name) => [name, name] as const);
  const hashed = {
    weights: pick([['model', model.weights], ...beside]),
    tokenizer: pick(same(TOKENIZER_FILES)),
    steps: pick(same(steps)),
  };
  const sizes = [model.weights, ...beside.values(), ...steps, ...TOKENIZER_FILES].map(async (file) => {
    const found = await stat(join(model.folder, file)).catch(() => null);
    return found?.size ?? 0;
  });
  return { ...hashed, bytes: (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) };
}

function checkPins(hashes: ReadonlyMap<string, Sha256 | null>, model: LocalModel, spec: Pick<VersionSpec, 'file' | 'sha256'>): void {
  for (const [file, expected] of Object.entries(spec.sha256 ?? {})) {
    const found = hashes.get(file);
    if (found === expected) continue;
    const values = { file: join(model.folder, file), spec: spec.file, expected, found: found ?? 'no such file' };
    throw new CutoverError('MODEL_HASH_MISMATCH', values);
  }
}

async function hashOf(folder: string, file: string): Promise<Sha256 | null> {
  const path = join(folder, file);
  return (await fileExists(path)) ? sha256File(path) : null;
}

/** What a model's `config.json` says of it. */
export interface ModelFacts {
  /** Dimension of the token vectors; null where it doesn't say. */
  readonly hiddenSize: number | null;
  /** Longest input in tokens, special tokens counted; null for models without a table of positions. */
  readonly positions: number | null;
  readonly type: string;
  /** Token id that fills up shorter texts of a batch; 0 where it doesn't say. */
  readonly padding: number;
}

/** Families that begin to count positions after the padding token's id, so that the table holds fewer tokens than rows. */
const OFFSET_POSITIONS: ReadonlySet<unknown> = new Set(['roberta', 'xlm-roberta', 'camembert', 'mpnet', 'longformer', 'xmod', 'esm']);

/** Families that name the number of positions but encode them relative to each other, so that it is no limit. */
const RELATIVE_POSITIONS: ReadonlySet<unknown> = new Set(['t5', 'mt5', 'umt5']);

/** @throws CutoverError MODEL_UNUSABLE */
export async function readModelFacts(folder: string): Promise<ModelFacts> {
  const config = await readModelJson(folder, 'config.json');
  return {
    hiddenSize: countIn(config, 'hidden_size', 'dim', 'd_model', 'n_embd'),
    positions: positionLimit(config),
    type: typeof config?.model_type === 'string' ? config.model_type : 'unknown',
    padding: typeof config?.pad_token_id === 'number' ? config.pad_token_id : 0,
  };
}

function positionLimit(config: JsonObject | null): number | null {
  const rows = countIn(config, 'max_position_embeddings', 'n_positions');
  if (rows === null || RELATIVE_POSITIONS.has(config?.model_type)) return null;
  if (!OFFSET_POSITIONS.has(config?.model_type)) return rows;
  const padding = typeof config?.pad_token_id === 'number' ? config.pad_token_id : 1;
  return rows - padding - 1;
}
