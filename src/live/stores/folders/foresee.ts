import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { StoreSpec } from '../../../model/store.ts';
import type { RowTexts } from '../beside/texts.ts';
import { TWO_ROWS } from '../beside/two-rows.ts';
import type { Foresight } from '../column-store.ts';
import type { Refusal } from '../live-store.ts';
import type { RowFiles } from './files.ts';
import type { Folders } from './folders.ts';
import { ofEach } from './listing.ts';

interface Work {
  readonly spec: StoreSpec;
  readonly extension: string;
  readonly files: RowFiles;
  readonly folders: Folders;
  readonly texts: RowTexts;
}

/** What would stop tagging: files that can't be written again, and two rows a document. */
export async function filesOutlook({ files, folders, spec }: Pick<Work, 'files' | 'folders' | 'spec'>): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const tags = new Map<string, string | null>();
  let isTwice = false;
  const reader = files.reader(spec.path ?? '');
  await ofEach(await folders.live(), async (file) => {
    await reader.requireColumns(file);
    const reason = await files.obstacle(file);
    if (reason !== null) {
      refusals.push({
        reason: `${basename(file)} can't be written again with everything that is in it: ${reason}`,
        next: 'Write it again without that, with the program that made it',
      });
      return;
    }
    for await (const { id, cell } of files.rows(file, false)) {
      const known = tags.get(id);
      isTwice ||= known !== undefined && known !== cell.tag && known !== null && cell.tag !== null;
      tags.set(id, cell.tag);
    }
  });
  return isTwice ? [TWO_ROWS, ...refusals] : refusals;
}

async function sizeOf(files: RowFiles, file: string): Promise<{ readonly rows: number; readonly bytes: number }> {
  let rows = 0;
  for await (const { cell } of files.rows(file, false)) if (cell.isThere) rows++;
  const there = await stat(file).catch(() => null);
  return { rows, bytes: there?.size ?? 0 };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Bytes of a tag and a hash. */
const MARKS = 136;

/** What a migration will do to the files, and what would stop it. */
export async function foreseeFolders({ spec, extension, files, folders, texts }: Work, dimension: number): Promise<Foresight> {
  const { place } = folders;
  const live = await folders.live();
  const refusals: Refusal[] = [...(await place.obstacles(extension)), ...(await filesOutlook({ files, folders, spec }))];
  const sizes = refusals.length > 0 ? [] : await ofEach(live, (file) => sizeOf(files, file));
  const [rows, bytes] = [sum(sizes.map((own) => own.rows)), sum(sizes.map((own) => own.bytes))];
  if (!texts.isKnown) refusals.push({ reason: 'nothing says which text a row has', next: 'Name the column that holds it: `columns.text`' });
  // Each file once more, and the vectors of one file in its log.
  const column = bytes + rows * (2 * 4 * dimension + MARKS);
  const free = await place.free();
  if (free < column)
    refusals.push({
      reason: `the files beside need about ${Math.ceil(column / 1e6)} MB, and ${Math.floor(free / 1e6)} MB are free`,
      next: 'Make room: nothing is taken away before `migrate retire`',
    });
  const isLinked = await place.isLinked();
  const warnings =
    isLinked || place.isFile
      ? []
      : [
          `At start, ${place.path} is renamed to a folder in ${place.container} and a link is put in its place. Between the two, for some microseconds, the path is not there: make it a link yourself where that matters.`,
        ];
  return {
    statements: [
      ...(isLinked ? [] : [`move ${place.path} into ${place.container} and make it a link to where it is then`]),
      `write ${live.length} files beside, each with its other columns as they are`,
    ],
    exchange: [`rename a link over ${place.path}, which then leads to the files beside`],
    refusals,
    warnings: [
      ...warnings,
      `Whoever adds, replaces or deletes files holds ${place.writeLock} meanwhile: created only where it is not there, deleted afterwards.`,
    ],
    rows,
    disk: { column, indexes: 0 },
  };
}
