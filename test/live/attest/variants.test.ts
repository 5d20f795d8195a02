import { expect, test } from 'vitest';
import type { Fingerprint } from '../../../src/core/brand.ts';
import type { Embedder } from '../../../src/embed/embedder.ts';
import { tryVariants } from '../../../src/live/attest/variants.ts';
import type { ResolvedVersion } from '../../../src/model/version.ts';
import { spec } from '../../embed/support.ts';

const fingerprint = '0'.repeat(64) as Fingerprint;
const version: ResolvedVersion = { id: 'v', fingerprint, decides: {}, names: {}, verifiable: true, cacheKey: fingerprint, warnings: [] };

/** As a model that reads so many words: what comes later leaves the vector as it is. */
function reader(words: number): Embedder {
  return {
    version,
    embed: async function* (items) {
      for (const [index, { text }] of items.entries()) {
        const read = text.split(' ').slice(0, words);
        yield { index, vector: Float32Array.of(1, read.length), tokenCount: read.length, truncated: false };
      }
    },
    close: async () => undefined,
  };
}

test('texts that end before a cut are not embedded again for later ones, which leave them as they are too', async () => {
  const opened: (number | undefined)[] = [];
  const open = async ({ maxTokens }: { readonly maxTokens?: number }) => {
    opened.push(maxTokens);
    return reader(maxTokens ?? Number.POSITIVE_INFINITY);
  };
  const text = Array.from({ length: 100 }, () => 'word').join(' ');
  const cuts = [64, 128, 256].map((cut) => ({ cause: 'truncated', note: `cut at ${cut} tokens`, spec: spec({ maxTokens: cut }) }) as const);
  const row = { id: 'a', text, vector: Float32Array.of(1, 64) };
  const tolerance = { cosine: 1 - 1e-6, relativeLength: 1e-3, method: '' };
  const found = await tryVariants([row], [Float32Array.of(1, 100)], cuts, tolerance, open, new AbortController().signal);
  expect(found).toEqual({
    causes: [{ cause: 'truncated', note: 'cut at 64 tokens' }],
    indistinguishable: [128, 256].map((cut) => `cut at ${cut} tokens: leaves every text that was tried as it is`),
  });
  expect(opened).toEqual([64, 128]);
});
