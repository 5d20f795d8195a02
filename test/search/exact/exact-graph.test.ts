import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openProduct } from '../../../src/search/exact/exact-scan.ts';
import { tensor } from '../../../src/system/onnxruntime/session.ts';

test('the graph is under 300 bytes, those that its script writes', () => {
  const graph = readFileSync('src/search/exact/exact-graph.onnx');
  expect(graph.length).toBeLessThan(300);
  expect(graph.equals(execFileSync(process.execPath, ['scripts/exact-graph.mjs']))).toBe(true);
});

test(' onnxruntime multiplies and takes the top of each row', async () => {
  const session = await openProduct(1);
  const { s, i } = await session.run({
    q: tensor('float32', Float32Array.of(1, 0, 0, 2), [2, 2]),
    d: tensor('float32', Float32Array.of(1, 5, 2, 6, 3, 4), [3, 2]),
    k: tensor('int64', BigInt64Array.of(2n), [1]),
  });
  await session.release();
  // Q·Dᵀ = [[1, 2, 3], [10, 12, 8]]
  if (s === undefined || i === undefined) throw new Error('An output is missing.');
  const scores = s.data as Float32Array;
  const pairs = Array.from(i.data as BigInt64Array, (item, at) => [Number(item), scores[at]]);
  expect(pairs.slice(0, 2).sort()).toEqual([
    [1, 2],
    [2, 3],
  ]);
  expect(pairs.slice(2).sort()).toEqual([
    [0, 10],
    [1, 12],
  ]);
});
