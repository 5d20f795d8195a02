import { afterAll, describe, expect, it } from 'vitest';
import { transformers } from '../../src/embed/adapters/transformers.ts';
import type { Embedder } from '../../src/embed/embedder.ts';
import { context, cosine, itemsOf, refusal, spec, vectorsOf } from './support.ts';

const TEXTS = ['Invoice', 'How do I add another person to my team?', `A long text. ${'It goes on and on. '.repeat(20)}`];
const open = (): Promise<Embedder> => transformers.open(spec(), context());

async function together(embedder: Embedder, texts: readonly string[]): Promise<Float32Array[]> {
  const results = (await embedder.embedTogether?.(itemsOf(texts), 'document')) ?? [];
  expect(results.map(({ index }) => index)).toEqual([...texts.keys()]);
  return results.map(({ vector }) => vector);
}

describe('embedTogether', async () => {
  const embedder = await open();
  afterAll(() => embedder.close());

  it('of one text is what embedding it alone gives', async () => {
    const [alone] = await vectorsOf(embedder, itemsOf(TEXTS.slice(1, 2)));
    expect((await together(embedder, TEXTS.slice(1, 2)))[0]).toEqual(alone);
  });

  it('of quantised weights depends on the neighbours, a little', async () => {
    const alone = await vectorsOf(embedder, itemsOf(TEXTS));
    const joined = await together(embedder, TEXTS);
    for (const [i, vector] of joined.entries()) {
      expect(vector).not.toEqual(alone[i]);
      // Padding that leaked into the pooling would show as far less than this.
      expect(cosine(vector, alone[i] ?? [])).toBeGreaterThan(0.98);
      expect(cosine(vector, vector)).toBeCloseTo(1, 6);
    }
  });

  it('is the same again, and another with other neighbours', async () => {
    const first = await together(embedder, TEXTS);
    expect(await together(embedder, TEXTS)).toEqual(first);
    expect((await together(embedder, TEXTS.slice(0, 2)))[0]).not.toEqual(first[0]);
  });

  it('of nothing is nothing', async () => {
    expect(await together(embedder, [])).toEqual([]);
  });

  it('stops on an abort', async () => {
    const promise = embedder.embedTogether?.(itemsOf(TEXTS), 'query', AbortSignal.abort());
    await refusal(promise ?? Promise.resolve(), 'INTERRUPTED');
  });
});

describe('a variant', async () => {
  const embedder = await open();
  afterAll(() => embedder.close());

  it.each([
    ['pooling', { pooling: 'cls' }],
    ['a prefix', { prefixes: { query: '', document: 'passage: ' }, includePrompt: false }],
    ['a cut', { maxTokens: 8, dimensions: 12, id: 'short' }],
  ] as const)(
    'of another %s has the vectors and the version that it has alone, and leaves the first ones as they are',
    async (_, change) => {
      const own = await vectorsOf(embedder, itemsOf(TEXTS));
      const variant = await embedder.variant?.(spec(change));
      const alone = await transformers.open(spec(change), context());
      try {
        expect(variant?.version).toEqual(alone.version);
        expect(variant === null || variant === undefined ? null : await vectorsOf(variant, itemsOf(TEXTS))).toEqual(
          await vectorsOf(alone, itemsOf(TEXTS)),
        );
        await variant?.close();
        expect(await vectorsOf(embedder, itemsOf(TEXTS))).toEqual(own);
      } finally {
        await alone.close();
      }
    },
  );

  it('is none of another model, and ends with the first', async () => {
    expect(await embedder.variant?.(spec({ model: 'Xenova/bge-small-en', pooling: 'cls' }))).toBeNull();
    const first = await open();
    const variant = await first.variant?.(spec({ pooling: 'max' }));
    await first.close();
    await expect(vectorsOf(variant as Embedder, itemsOf(TEXTS))).rejects.toThrow('is closed');
  });
});
