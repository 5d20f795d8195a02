import { expect, test } from 'vitest';
import type { Dataset } from '../../src/model/dataset.ts';
import type { Side } from '../../src/model/version.ts';
import { forBoth } from '../../src/run/study.ts';
import type { ServingStore } from '../../src/search/databases/serving.ts';

/** Most tasks at work at once, and what they gave, in a corpus of so many documents. */
async function most(documents: number, serving: ServingStore | null = null): Promise<[number, object]> {
  const dataset = { documents: Array.from({ length: documents }) } as unknown as Dataset;
  let [atWork, highest] = [0, 0];
  const found = await forBoth({ dataset, serving, signal: new AbortController().signal }, async (side) => {
    highest = Math.max(highest, ++atWork);
    await new Promise((resolve) => setImmediate(resolve));
    atWork--;
    return side;
  });
  return [highest, found];
}

const BOTH = { old: 'old', new: 'new' };

test('a study looks at both versions at once, at one after the other where memory or a database would not bear it', async () => {
  expect(await most(10)).toEqual([2, BOTH]);
  expect(await most(125_000)).toEqual([2, BOTH]);
  expect(await most(125_001)).toEqual([1, BOTH]);
  expect(await most(10, {} as ServingStore)).toEqual([1, BOTH]);
});

test('of two at once, the first that fails stops the other', async () => {
  const dataset = { documents: [] } as unknown as Dataset;
  const stopped = forBoth({ dataset, serving: null, signal: new AbortController().signal }, (side, signal) =>
    side === 'old'
      ? Promise.reject(new Error('no index'))
      : new Promise<Side>((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
  );
  await expect(stopped).rejects.toThrow('no index');
});
