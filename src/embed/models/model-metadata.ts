import type { Pooling, PublishedSettings, VersionSpec } from '../../model/version.ts';
import { countIn, type JsonObject, readModelJson } from './model-json.ts';

/** The files in which a sentence-transformers model says how it means to be used. */
export const METADATA_FILES = [
  'modules.json',
  '1_Pooling/config.json',
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
] as const;

/** How a model's folder says it is to be used; null where it says nothing. */
export interface PublishedUse {
  /** A {@link Pooling}, or the name of one that isn't supported here. */
  readonly pooling: string | null;
  readonly normalize: boolean | null;
  readonly maxTokens: number | null;
  readonly prefixes: { readonly query: string | null; readonly document: string | null };
}

/** sentence-transformers' `pooling_mode_*` → name here; those it knows and this project doesn't keep their name. */
const POOLING_MODES: Readonly<Record<string, string>> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_max_tokens: 'max',
  pooling_mode_lasttoken: 'last',
  pooling_mode_mean_sqrt_len_tokens: 'mean_sqrt_len',
  pooling_mode_weightedmean_tokens: 'weightedmean',
};

const SUPPORTED: ReadonlySet<string> = new Set(['cls', 'mean', 'max', 'last']);

/** Reads the {@link METADATA_FILES} of a folder. @throws CutoverError MODEL_UNUSABLE */
export async function readPublishedUse(folder: string): Promise<PublishedUse> {
  const [modules, pooling, bert, prompts] = await Promise.all(METADATA_FILES.map((file) => readModelJson(folder, file)));
  return {
    pooling: poolingOf(pooling ?? null),
    normalize: normalizeOf(modules ?? null),
    maxTokens: countIn(bert ?? null, 'max_seq_length'),
    prefixes: prefixesOf(prompts ?? null),
  };
}

/** The published pooling where it is one that can be run here. */
export function supportedPooling({ pooling }: PublishedUse): Pooling | null {
  return pooling !== null && SUPPORTED.has(pooling) ? (pooling as Pooling) : null;
}

function poolingOf(config: JsonObject | null): string | null {
  const modes = Object.keys(POOLING_MODES).filter((key) => config?.[key] === true);
  return modes.length === 0 ? null : modes.map((key) => POOLING_MODES[key]).join('+');
}

function normalizeOf(modules: JsonObject | null): boolean | null {
  if (modules === null) return null;
  return Object.values(modules).some((module) => String((module as JsonObject | null)?.type).endsWith('.Normalize'));
}

function prefixesOf(config: JsonObject | null): PublishedUse['prefixes'] {
  const prompts = (config?.prompts ?? {}) as JsonObject;
  const text = (...keys: readonly string[]): string | null => {
    const value = keys.map((key) => prompts[key]).find((prompt) => typeof prompt === 'string');
    return typeof value === 'string' ? value : null;
  };
  return { query: text('query'), document: text('document', 'passage') };
}

/** One sentence for each point on which the spec goes another way than the model's folder. */
export function disagreements(
  published: PublishedUse,
  used: Pick<VersionSpec, 'pooling' | 'normalize' | 'maxTokens' | 'prefixes'>,
): string[] {
  const { pooling, normalize, maxTokens, prefixes } = published;
  const found: string[] = [];
  const say = (publishes: string, says: string): number => found.push(`The model's folder publishes ${publishes}, the spec says ${says}.`);
  if (pooling !== null && pooling !== used.pooling) say(`${pooling} pooling`, `${used.pooling}`);
  if (normalize !== null && normalize !== used.normalize)
    say(normalize ? 'a step that normalises' : 'no step that normalises', `normalize: ${used.normalize}`);
  if (maxTokens !== null && maxTokens !== used.maxTokens)
    say(`${maxTokens} as its longest input in tokens`, `maxTokens: ${used.maxTokens}`);
  for (const role of ['query', 'document'] as const) {
    const prefix = prefixes[role];
    if (prefix !== null && prefix !== used.prefixes[role])
      say(`${JSON.stringify(prefix)} as the ${role} prefix`, JSON.stringify(used.prefixes[role]));
  }
  return found;
}

/**
 * The settings of a spec that {@link disagreements} complains of, as the model's folder publishes them; null where it
 * contradicts none. A pooling that can't be run here is left out.
 */
export function contradicted(
  published: PublishedUse,
  used: Pick<VersionSpec, 'pooling' | 'normalize' | 'maxTokens' | 'prefixes'>,
): PublishedSettings | null {
  const pooling = supportedPooling(published);
  const { normalize, maxTokens } = published;
  const prefixes = {
    query: published.prefixes.query ?? used.prefixes.query,
    document: published.prefixes.document ?? used.prefixes.document,
  };
  const settings: PublishedSettings = {
    ...(pooling !== null && pooling !== used.pooling ? { pooling } : {}),
    ...(normalize !== null && normalize !== used.normalize ? { normalize } : {}),
    ...(maxTokens !== null && maxTokens !== used.maxTokens ? { maxTokens } : {}),
    ...(prefixes.query !== used.prefixes.query || prefixes.document !== used.prefixes.document ? { prefixes } : {}),
  };
  return Object.keys(settings).length === 0 ? null : settings;
}
