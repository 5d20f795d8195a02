import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { CutoverError, type ErrorCode } from '../../src/core/errors.ts';
import type { EmbeddedText, Embedder, EmbedderContext, KeptDimensions, TextItem } from '../../src/embed/embedder.ts';
import type { Role, VersionSpec } from '../../src/model/version.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** The bundled weights. */
export const MODELS = fileURLToPath(new URL('../../models', import.meta.url));

/** A copy of the bundled all-MiniLM whose first layer normalisation multiplies by NaN. */
export function brokenWeights(): string {
  const folder = temporaryFolder();
  const model = 'Xenova/all-MiniLM-L6-v2';
  cpSync(join(MODELS, model), join(folder, model), { recursive: true });
  const file = join(folder, model, 'onnx/model_quantized.onnx');
  const bytes = readFileSync(file);
  // Initializers follow the nodes that name them. TensorProto: the name, then raw_data (field 9) of 384 × 4 bytes.
  const name = bytes.lastIndexOf('embeddings.LayerNorm.weight');
  const data = bytes.indexOf(Buffer.from([0x4a, 0x80, 0x0c]), name) + 3;
  bytes.fill(Buffer.from([0, 0, 0xc0, 0x7f]), data, data + 4 * 384);
  writeFileSync(file, bytes);
  return folder;
}

export function context(changes: Partial<EmbedderContext> = {}): EmbedderContext {
  return { modelFolders: [MODELS], hubCache: '/nonexistent/hub', allowNetwork: false, workers: 2, ...changes };
}

export function spec(changes: Partial<VersionSpec> = {}): VersionSpec {
  return {
    id: 'v',
    embedder: 'transformers',
    model: 'Xenova/all-MiniLM-L6-v2',
    normalize: true,
    prefixes: { query: '', document: '' },
    file: '/project/version.yaml',
    ...changes,
  };
}

export function itemsOf(texts: readonly string[]): TextItem[] {
  return texts.map((text, i) => ({ id: `t${i}`, text }));
}

/** All results, in the order of the items. */
export async function embedAll(
  embedder: Embedder,
  items: readonly TextItem[],
  role: Role = 'document',
  signal?: AbortSignal,
  cuts?: readonly KeptDimensions[],
): Promise<EmbeddedText[]> {
  const results: EmbeddedText[] = [];
  for await (const result of embedder.embed(items, role, signal, cuts)) results.push(result);
  return results.sort((a, b) => a.index - b.index);
}

/** Vectors in the order of the items. */
export async function vectorsOf(embedder: Embedder, items: readonly TextItem[], role: Role = 'document'): Promise<Float32Array[]> {
  return (await embedAll(embedder, items, role)).map(({ vector }) => vector);
}

/** The CutoverError that a promise rejects with. */
export async function refusal(promise: Promise<unknown>, code: ErrorCode): Promise<CutoverError> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(CutoverError);
  expect((thrown as CutoverError).code).toBe(code);
  return thrown as CutoverError;
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] ?? 0) * (b[i] ?? 0);
    aa += (a[i] ?? 0) ** 2;
    bb += (b[i] ?? 0) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
