import { CutoverError } from '../core/errors.ts';
import type { VersionSpec } from '../model/version.ts';
import { http } from './adapters/http.ts';
import { huggingface } from './adapters/huggingface.ts';
import { module } from './adapters/module.ts';
import { precomputed } from './adapters/precomputed.ts';
import { transformers } from './adapters/transformers.ts';
import type { Embedder, EmbedderAdapter, EmbedderContext } from './embedder.ts';
import { DIALECTS } from './http/dialects.ts';

/** Every embedder there is; the only list. */
export const EMBEDDERS: readonly EmbedderAdapter[] = [transformers, precomputed, module, http, huggingface];

/** What `embedder:` may say. */
export function embedderIds(): string[] {
  return EMBEDDERS.map(({ id }) => id);
}

/** What `dialect:` may say. */
export function dialectIds(): string[] {
  return DIALECTS.map(({ id }) => id);
}

/** Keys of a version that only some embedders take, by embedder. */
export function embedderOptions(): Record<string, EmbedderAdapter['options']> {
  return Object.fromEntries(EMBEDDERS.map(({ id, options }) => [id, options]));
}

/**
 * Opens the embedder of a version: finds and hashes what decides its vectors, and loads no model yet.
 * @throws CutoverError EMBEDDER_UNKNOWN, and what the adapter throws
 */
export async function openEmbedder(spec: VersionSpec, context: EmbedderContext): Promise<Embedder> {
  const adapter = EMBEDDERS.find(({ id }) => id === spec.embedder);
  if (adapter !== undefined) return adapter.open(spec, context);
  throw new CutoverError('EMBEDDER_UNKNOWN', { file: spec.file, embedder: spec.embedder, known: embedderIds().join(', ') });
}
