import { rm } from 'node:fs/promises';
import type { StoreSpec } from '../../../model/store.ts';
import { requireScratch, scratchName, scratchSpec } from '../beside/scratch.ts';
import type { StateLedger } from '../beside/state.ts';
import type { RowTexts } from '../beside/texts.ts';
import type { Scratch } from '../column-store.ts';
import { type LanceTable, lancePlaces, quoted } from './table.ts';

/** Another table of the folder, with the same columns. Indexes are not copied: they need more rows than a drill takes. */
export async function makeScratch(table: LanceTable, spec: StoreSpec, rows: number, onMade: (what: string) => void): Promise<Scratch> {
  const name = scratchName();
  onMade(`table ${name}`);
  const copied = await table.copyTo(name, `${quoted(lancePlaces(spec).current.vector)} IS NOT NULL`, rows);
  return { spec: scratchSpec(spec, { table: name }), rows: copied, made: [`table ${name}`] };
}

/** Every tenth text. */
export async function touchScratch(table: LanceTable, scratch: StoreSpec, texts: RowTexts): Promise<number> {
  requireScratch(scratch.table ?? '');
  const [column] = texts.columns;
  if (column === undefined) return 0;
  return table.inOther(scratch.table ?? '', async (own) => {
    const rows = Math.max(1, Math.floor((await own.countRows()) / 10));
    const { id } = scratch.columns;
    const ids = (await own.query().select([id]).limit(rows).toArray()).map((row) => `'${String(row[id]).replaceAll("'", "''")}'`);
    await own.update({ where: `${quoted(id)} IN (${ids.join(', ')})`, valuesSql: { [column]: `concat(${quoted(column)}, ' (drill)')` } });
    return ids.length;
  });
}

export async function dropScratch(table: LanceTable, scratch: StoreSpec, ledger: StateLedger, folder: string): Promise<void> {
  requireScratch(scratch.table ?? '');
  await table.drop(scratch.table ?? '');
  for (const file of [ledger.ledgerIn(folder), ledger.stateIn(folder)]) await rm(file, { force: true });
}
