import { basename, join } from 'node:path';
import type { Fingerprint } from '../../../core/brand.ts';
import type { TagRow } from '../live-store.ts';
import type { FileRow, RowFiles } from './files.ts';
import { FillLog } from './fill-log.ts';
import { stampOf } from './listing.ts';
import type { StorePlace } from './place.ts';

/**
 * Writes files again with the tags of rows that have none, and their vectors as they are. One file at a time, each of which is
 * replaced as a whole.
 * @returns rows that got a tag
 */
export async function tagFiles(
  files: RowFiles,
  place: StorePlace,
  paths: () => Promise<readonly string[]>,
  rows: ReadonlyMap<string, TagRow>,
  tag: Fingerprint | null,
): Promise<number> {
  return place.writing(async () => {
    let changed = 0;
    for (const file of await paths()) {
      const found = await proofsIn(files, file, rows);
      if (found.length === 0 && tag !== null) continue;
      const source = await stampOf(file);
      const log = await FillLog.open(join(place.container, 'logs', `tag-${basename(file)}.log`), { source, tag: tag ?? '', dimension: 0 });
      try {
        await log.append(found);
        await files.rewrite(file, file, log, { tag: tag ?? ('' as Fingerprint), isCurrent: true }, async () => undefined);
      } finally {
        await log.remove();
      }
      changed += found.length;
    }
    return changed;
  });
}

async function proofsIn(files: RowFiles, file: string, rows: ReadonlyMap<string, TagRow>) {
  const found = [];
  if (rows.size === 0) return [];
  for await (const row of files.rows(file, true)) {
    const own = rows.get(row.id);
    if (own !== undefined && isProved(row, own))
      found.push({ row: row.row, textHash: own.textHash, vector: new Float32Array(), isProof: true });
  }
  return found;
}

/** An untagged row whose text and vector are those that were compared. */
function isProved(row: FileRow, { textHash, vector }: TagRow): boolean {
  if (row.cell.tag !== null || !row.cell.isThere) return false;
  if (row.textHash !== null && row.textHash !== textHash) return false;
  return vector === undefined || (row.vector?.every((value, i) => value === vector[i]) ?? false);
}
