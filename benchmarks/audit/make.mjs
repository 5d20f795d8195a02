import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arrowRowBytes } from '../../dist/formats/arrow-rows.js';

const [D, PART] = [384, 50_000];
export const TAG = 'a'.repeat(64);
export const FAULTS = { untagged: 1, foreign: 1, notFinite: 1, zero: 1, notUnit: 1 };

/** Tagged unit vectors as Arrow segments, with one row of each fault. */
export function makeStore(folder, rows) {
  const base = Float32Array.from({ length: 1024 * D }, () => Math.random() - 0.5);
  for (let row = 0; row < 1024; row++) scale(base.subarray(row * D, (row + 1) * D));
  for (let first = 0; first < rows; first += PART) {
    const ids = Array.from({ length: Math.min(PART, rows - first) }, (_, i) => `d${String(first + i).padStart(7, '0')}`);
    const tags = new Array(ids.length).fill(TAG);
    const vectors = ids.map((_, i) => base.subarray(((first + i) % 1024) * D, (((first + i) % 1024) + 1) * D));
    if (first === 0) {
      tags[1] = null;
      tags[2] = 'b'.repeat(64);
      vectors[3] = vectors[3].slice().fill(Number.NaN, 0, 1);
      vectors[4] = new Float32Array(D);
      vectors[5] = vectors[5].map((value) => 2 * value);
    }
    writeFileSync(
      join(folder, `part-${String(first / PART).padStart(3, '0')}.arrow`),
      arrowRowBytes({ id: ids, tag: tags, text_hash: ids.map(() => 'c'.repeat(64)) }, 'vector', vectors),
    );
  }
}

function scale(vector) {
  const length = Math.hypot(...vector);
  vector.forEach((value, i) => {
    vector[i] = value / length;
  });
}
