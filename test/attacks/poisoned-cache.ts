import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Fingerprint } from '../../src/core/brand.ts';
import { isSegment, readSegment, readSegmentKeys, writeSegment } from '../../src/embed/cache/segment.ts';

/** Folder and tag of one version in a cache. */
interface Cached {
  readonly folder: string;
  readonly tag: Fingerprint;
}

/** The version in a cache whose folder begins with a fingerprint. */
export function cachedVersion(cache: string, fingerprint: string): Cached {
  const name = readdirSync(cache).find((entry) => entry.startsWith(fingerprint)) ?? '';
  return { folder: join(cache, name, 'vectors'), tag: fingerprint as Fingerprint };
}

async function* rowsOf({ folder, tag }: Cached) {
  for (const name of readdirSync(folder).filter(isSegment)) {
    const file = join(folder, name);
    const { roles, textHashes, dimension, processor } = await readSegmentKeys(file, tag);
    const { data, tokenCounts, truncated } = await readSegment(file, tag);
    const rows = textHashes.map((textHash, row) => ({
      id: `row ${row}`,
      role: roles[row] ?? 'document',
      textHash,
      tag,
      vector: data.slice(row * dimension, (row + 1) * dimension),
      tokenCount: tokenCounts[row] ?? null,
      truncated: truncated[row] === true,
    }));
    yield { file, rows, dimension, processor };
  }
}

/**
 * What who may write a cache can do to it: the segments of one version get the vectors that another one has for the same texts, and
 * names that fit their bytes.
 */
export async function poison(good: Cached, bad: Cached): Promise<number> {
  const vectors = new Map<string, Float32Array>();
  for await (const { rows } of rowsOf(good)) for (const { role, textHash, vector } of rows) vectors.set(role + textHash, vector);
  const segments = [];
  for await (const segment of rowsOf(bad)) segments.push(segment);
  let changed = 0;
  for (const { file, rows, dimension, processor } of segments) {
    rmSync(file);
    const false_ = rows.map((row) => ({ ...row, vector: vectors.get(row.role + row.textHash) ?? row.vector }));
    await writeSegment(bad.folder, false_, { tag: bad.tag, dimension, processor });
    changed += false_.length;
  }
  return changed;
}
