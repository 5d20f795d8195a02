import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { Embedder, TextItem } from '../../src/embed/embedder.ts';
import { embedAll, itemsOf, refusal, vectorsOf } from './support.ts';

/** Texts of mixed length; two are the same. */
export const TEXTS: readonly string[] = [
  'How do I reset my password?',
  'invoice',
  'The connection is refused on port 8443 after the update to version 4.2. '.repeat(6),
  'Cancel a subscription before the next billing period begins.',
  'ERR_TOKEN_EXPIRED',
  'naïve café — 日本語, Straße',
  'Export all tickets as CSV and open them in a spreadsheet. '.repeat(3),
  'invoice',
  'Who may see private notes?',
  'a',
  'Webhooks are retried for 24 hours with growing pauses between attempts.',
  'Two-factor authentication with a hardware key',
];

/** One adapter, ready to be asked. */
export interface Subject {
  /** Opens a version that knows the contract's {@link TEXTS} as t0, t1, …; with so many dimensions kept, all unless given. */
  open(workers: number, kept?: { dimensions: number }): Promise<Embedder>;
  dimension: number;
  /** Opens a version whose vectors are unusable, and what it is refused with. */
  openBroken(): Promise<Embedder>;
  brokenCode: ErrorCode;
}

/** What holds for every embedder. */
export function embedderContract(name: string, subject: Subject): void {
  const items = itemsOf(TEXTS);

  describe(`${name} keeps the embedder contract`, () => {
    let opened: Embedder;
    beforeAll(async () => {
      opened = await subject.open(2);
    });
    afterAll(() => opened.close());

    it('embeds every item once, under its index, in the declared dimension', async () => {
      const results = await embedAll(opened, items);
      expect(results.map(({ index }) => index)).toEqual(items.map((_, index) => index));
      for (const { vector } of results) {
        expect(vector).toBeInstanceOf(Float32Array);
        expect(vector.length).toBe(subject.dimension);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      }
    });

    it('gives one text one vector, whatever its neighbours and their order', async () => {
      const embedder = opened;
      const together = await vectorsOf(embedder, items);
      const reversed = (await vectorsOf(embedder, items.toReversed())).reverse();
      expect(reversed).toEqual(together);
      const alone: Float32Array[] = [];
      for (const item of items) alone.push(...(await vectorsOf(embedder, [item])));
      expect(alone).toEqual(together);
      expect(together[7]).toEqual(together[1]);
      expect(together[0]).not.toEqual(together[1]);
    });

    it('gives the same vectors from a pool of another size, and when opened again', async () => {
      const other = await subject.open(1);
      try {
        expect(other.version).toEqual(opened.version);
        expect(await vectorsOf(other, items)).toEqual(await vectorsOf(opened, items));
      } finally {
        await other.close();
      }
    });

    it('cuts each vector to the bytes that a version of fewer dimensions gives, and the other way round', async () => {
      const narrow = await subject.open(1, { dimensions: 8 });
      try {
        expect(narrow.version.fingerprint).not.toBe(opened.version.fingerprint);
        const [full, few] = [await vectorsOf(opened, items), await vectorsOf(narrow, items)];
        expect(few.every(({ length }) => length === 8)).toBe(true);
        const cut = await embedAll(opened, items, 'document', undefined, [8, null, subject.dimension + 1]);
        expect(cut.map(({ vector }) => vector)).toEqual(full);
        expect(cut.map(({ cuts }) => cuts)).toEqual(full.map((vector, i) => [few[i], vector, null]));
        const widened = await embedAll(narrow, items, 'document', undefined, [null]);
        expect(widened.map(({ vector, cuts }) => [vector, cuts])).toEqual(few.map((vector, i) => [vector, [full[i]]]));
        expect((await embedAll(opened, items.slice(0, 1)))[0]).not.toHaveProperty('cuts');
      } finally {
        await narrow.close();
      }
    });

    it('takes an item that comes twice, and none at all', async () => {
      const first = items[0] as TextItem;
      const [a, b] = await vectorsOf(opened, [first, first]);
      expect(a).toEqual(b);
      expect(await embedAll(opened, [])).toEqual([]);
    });

    it('stops on abort, before and midway, and goes on afterwards', async () => {
      const embedder = opened;
      await refusal(embedAll(embedder, items, 'document', AbortSignal.abort()), 'INTERRUPTED');
      const controller = new AbortController();
      let count = 0;
      const midway = async (): Promise<void> => {
        for await (const _ of embedder.embed(items, 'document', controller.signal)) {
          count++;
          controller.abort();
        }
      };
      await refusal(midway(), 'INTERRUPTED');
      expect(count).toBeLessThan(items.length);
      expect(await embedAll(embedder, items)).toHaveLength(items.length);
    });

    it('may be left early', async () => {
      const embedder = opened;
      for await (const { vector } of embedder.embed(items, 'query')) {
        expect(vector.length).toBe(subject.dimension);
        break;
      }
      expect(await embedAll(embedder, items)).toHaveLength(items.length);
    });

    it('refuses a vector that is not finite', async () => {
      const refused = async (): Promise<void> => {
        const embedder = await subject.openBroken();
        try {
          await embedAll(embedder, items.slice(0, 3));
        } finally {
          await embedder.close();
        }
      };
      expect((await refusal(refused(), subject.brokenCode)).message).toMatch(/finite/);
    });

    it('closes twice, and embeds nothing afterwards', async () => {
      const embedder = await subject.open(1);
      await Promise.all([embedder.close(), embedder.close()]);
      await expect(embedAll(embedder, items)).rejects.toThrow('is closed');
    });
  });
}
