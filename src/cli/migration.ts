import { plain } from '../core/printable.ts';
import type { MigrationStatus } from '../live/migrate/migrate.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import type { Host } from './host.ts';
import { alignedRows } from './tables.ts';
import { paintFor } from './terminal.ts';

const NEXT: Readonly<Record<string, string>> = {
  registered: 'cutover migrate backfill',
  backfilling: 'cutover migrate backfill',
  backfilled: 'cutover audit --attest, cutover run, then cutover migrate promote --certificate …',
  evaluated: 'cutover migrate promote --certificate …',
  'cut-over': 'watch it; then cutover migrate retire, or cutover migrate rollback',
};

/** Where a store stands, and what comes next. */
export function printStatus(host: Host, { store, live, migration, tags, progress }: MigrationStatus): void {
  const paint = paintFor(host);
  const lines = [paint.bold(plain(store))];
  const nameOf = (tag: string | null) => {
    const name = tags.find((row) => row.tag === tag)?.name ?? null;
    return tag === null ? 'nothing' : `${name === null ? '' : `${plain(name)} `}(${tag.slice(0, 12)})`;
  };
  lines.push(`live       ${nameOf(live)}`);
  if (migration !== null) lines.push(`migration  ${nameOf(migration.from)} → ${nameOf(migration.to)}: ${migration.state}`);
  if (progress !== null)
    lines.push(
      `progress   ${progress.done} of ${progress.total} documents${progress.stale > 0 ? `, ${progress.stale} of them changed since` : ''}`,
    );
  const rows = tags.map((row) => [row.tag === null ? 'untagged' : row.tag.slice(0, 12), plain(row.name ?? ''), String(row.rows)]);
  lines.push('', ...alignedRows([['tag', 'version', 'rows'], ...rows]).map((line) => `  ${line}`));
  const next = migration === null ? 'cutover migrate start' : NEXT[migration.state];
  if (next !== undefined) lines.push('', `${paint.dim('next')}  ${next}`);
  host.stdout.write(`${lines.join('\n')}\n`);
}

/** The ledger as a table. */
export function printHistory(host: Host, entries: readonly LedgerEntry[]): void {
  if (entries.length === 0) {
    host.stdout.write('nothing has been written to the ledger yet\n');
    return;
  }
  const short = (tag: string | null) => (tag === null ? '' : tag.slice(0, 12));
  const rows = entries.map((entry) => [
    String(entry.seq),
    entry.at,
    entry.event.type === 'migration'
      ? entry.event.state
      : `tagged ${entry.event.tagging.rows} rows, at most ${(100 * entry.event.tagging.bound).toFixed(1)} % false`,
    short(entry.from),
    short(entry.to),
    short(entry.live),
    `${entry.forced ? 'forced: ' : ''}${plain(entry.reason ?? '')}`,
    short(entry.hash),
  ]);
  for (const line of alignedRows([['#', 'at', 'what', 'from', 'to', 'live', 'reason', 'hash'], ...rows])) host.stdout.write(`${line}\n`);
}
