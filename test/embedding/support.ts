import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import type { EmbeddedText, Embedder, EmbedderContext, TextItem } from '../../src/contract/embedder.ts';
import type { Role, VersionSpec } from '../../src/contract/version.ts';
import { CutoverError, type ErrorCode } from '../../src/errors.ts';

/** The bundled weights. */
export const MODELS = fileURLToPath(new URL('../../models', import.meta.url));

/** A folder that is removed at the end of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cutover-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
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
): Promise<EmbeddedText[]> {
  const results: EmbeddedText[] = [];
  for await (const result of embedder.embed(items, role, signal)) results.push(result);
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
