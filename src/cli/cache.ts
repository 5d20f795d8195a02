import { plain } from '../core/printable.ts';
import type { CacheEntry } from '../features/cache/cache.ts';
import { bytesText } from './bytes.ts';
import type { Host } from './host.ts';

/** Prints cache entries as a table on stdout: it is the data that was asked for. */
export function printCache(host: Host, entries: readonly CacheEntry[], heading = ''): void {
  if (entries.length === 0) {
    host.stderr.write(heading === '' ? 'The cache is empty.\n' : 'Nothing to delete.\n');
    return;
  }
  if (heading !== '') host.stderr.write(`${heading}:\n`);
  const rows = entries.map((entry) => [
    entry.key.slice(0, 12),
    `${entry.rows} vectors`,
    bytesText(entry.bytes),
    `used ${entry.lastUsed.slice(0, 10)}`,
    entry.usedBy ?? 'not in this configuration',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    host.stdout.write(
      `${row
        .map((cell, i) => plain(cell).padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
}
