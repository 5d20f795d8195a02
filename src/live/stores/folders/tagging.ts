import { basename, join } from 'node:path';
import type { Fingerprint } from '../../../core/brand.ts';
import type { TagRow } from '../live-store.ts';
import type { FileRow, RowFiles } from './files.ts';
import { FillLog, type LogRow } from './fill-log.ts';
import { stampOf } from './listing.ts';
import type { StorePlace } from './place.ts';

/** Proofs written at a time. */
const PROOFS = 1_000;

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
      const header = { source: await stampOf(file), tag: tag ?? '', dimension: 0 };
      let log: FillLog | null = null;
      try {
        for await (const proofs of proofsIn(files, file, rows)) {
          log ??= await FillLog.open(join(place.container, 'logs', `tag-${basename(file)}.log`), header);
          await log.append(proofs);
        }
        if (log !== null || tag === null)
          await files.rewrite(file, file, log, { tag: tag ?? ('' as Fingerprint), isCurrent: true }, async () => undefined);
        changed += log?.rows ?? 0;
      } finally {
        await log?.remove();
      }
    }
    return changed;
  });
}

/** Some at a time, so that a large file needs no memory. */
async function* proofsIn(files: RowFiles, file: string, rows: ReadonlyMap<string, TagRow>): AsyncGenerator<LogRow[]> {
  if (rows.size === 0) return;
  const vector = new Float32Array();
  let found: LogRow[] = [];
  for await (const row of files.rows(
    file,
    [...rows.values()].some((own) => own.vector !== undefined),
  )) {
    const own = rows.get(row.id);
    if (own === undefined || !isProved(row, own)) continue;
    found.push({ row: row.row, textHash: own.textHash, vector, isProof: true });
    if (found.length < PROOFS) continue;
    yield found;
    found = [];
  }
  if (found.length > 0) yield found;
}

/** An untagged row whose text and vector are those that were compared. */
function isProved(row: FileRow, { textHash, vector }: TagRow): boolean {
  if (row.cell.tag !== null || !row.cell.isThere) return false;
  if (row.textHash !== null && row.textHash !== textHash) return false;
  return vector === undefined || (row.vector?.every((value, i) => value === vector[i]) ?? false);
}
