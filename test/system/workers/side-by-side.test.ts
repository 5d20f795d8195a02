import { expect, test } from 'vitest';
import { sideBySide } from '../../../src/system/workers/side-by-side.ts';

const NEVER = new AbortController().signal;

test('results come in the order of the tasks', async () => {
  const after = (ms: number) => () => new Promise<number>((resolve) => setTimeout(() => resolve(ms), ms));
  expect(await sideBySide([after(20), after(1)], NEVER)).toEqual([20, 1]);
});

test('a failure stops the others, waits for them, undoes what is done, and is what is thrown', async () => {
  const seen: string[] = [];
  const work = sideBySide<string>(
    [
      async () => 'done',
      async () => {
        throw new Error('first');
      },
      (signal) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            seen.push('stopped');
            setTimeout(() => reject(new Error('second')), 5);
          }),
        ),
    ],
    NEVER,
    async (result) => {
      seen.push(`undone ${result}`);
    },
  );
  await expect(work).rejects.toThrow('first');
  expect(seen).toEqual(['stopped', 'undone done']);
});
