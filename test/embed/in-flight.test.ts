import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupByLength, inFlight } from '../../src/embed/pooled-embedder.ts';
import { itemsOf } from './support.ts';

const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('inFlight', () => {
  it('runs every task once and never more than the limit at a time', async () => {
    let now = 0;
    let most = 0;
    const run = async (task: number): Promise<number> => {
      most = Math.max(most, ++now);
      for (let i = 0; i < task % 3; i++) await pause();
      now--;
      return task * 10;
    };
    const results: number[] = [];
    for await (const result of inFlight([1, 2, 3, 4, 5, 6, 7], 3, run)) results.push(result);
    expect(results.sort((a, b) => a - b)).toEqual([10, 20, 30, 40, 50, 60, 70]);
    expect(most).toBe(3);
  });

  it('starts nothing more while the consumer is busy', async () => {
    let started = 0;
    const run = async (): Promise<number> => ++started;
    for await (const _ of inFlight(Array(20).fill(0), 2, run)) {
      for (let i = 0; i < 5; i++) await pause();
      expect(started).toBeLessThanOrEqual(3);
      break;
    }
  });

  it('stops the others when one fails, and when the loop is left', async () => {
    const stopped: number[] = [];
    const run = (task: number, signal: AbortSignal) =>
      new Promise<number>((resolve, reject) => {
        if (task === 0) setImmediate(() => reject(new Error('task 0')));
        else if (task === 9) resolve(9);
        else signal.addEventListener('abort', () => reject(new Error(`stopped ${stopped.push(task)}`)));
      });
    const all = async (tasks: number[]): Promise<void> => {
      for await (const _ of inFlight(tasks, 3, run)) break;
    };
    await expect(all([1, 0, 2])).rejects.toThrow('task 0');
    expect(stopped).toEqual([1, 2]);
    await all([3, 9, 4]);
    expect(stopped).toEqual([1, 2, 3, 4]);
  });

  it('throws a failure that came while the consumer was busy', async () => {
    const run = async (task: number): Promise<number> => {
      if (task === 2) throw new Error('task 2');
      return task;
    };
    const seen: number[] = [];
    const all = async (): Promise<void> => {
      for await (const result of inFlight([1, 2], 2, run)) {
        seen.push(result);
        for (let i = 0; i < 5; i++) await pause();
      }
    };
    await expect(all()).rejects.toThrow('task 2');
    expect(seen).toEqual([1]);
  });
});

describe('groupByLength', () => {
  it('puts long texts first', () => {
    expect(groupByLength(itemsOf(['a', 'cccc', 'bb', 'cccc']), 1)).toEqual([[1], [3], [2], [0]]);
    expect(groupByLength([], 2)).toEqual([]);
  });

  it('takes every index once, in groups of at most 16 that get smaller to the end', () => {
    const texts = fc.array(fc.string(), { maxLength: 300 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 8 }), (list, workers) => {
        const groups = groupByLength(itemsOf(list), workers);
        expect(groups.flat().sort((a, b) => a - b)).toEqual(list.map((_, i) => i));
        for (const group of groups) expect(group.length).toBeLessThanOrEqual(16);
        expect(groups.length).toBeGreaterThanOrEqual(Math.min(list.length, workers));
        const sizes = groups.map((group) => group.length);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
        if (list.length > 0) expect(sizes.at(-1)).toBe(1);
        const lengths = groups.flat().map((index) => list[index]?.length ?? 0);
        expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
      }),
    );
  });
});
