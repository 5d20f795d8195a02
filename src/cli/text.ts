/** 1536 → `1.5 KB`; powers of 1024. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** 75 → `1 min 15 s`. */
export function durationText(seconds: number): string {
  if (seconds < 1) return 'under a second';
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** Columns aligned to the left by their widest cell; the first row is the head. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  return padded(rows, () => false);
}

/** The same, but numbers, told by their look, go to the right. */
export function alignedRows(rows: readonly (readonly string[])[]): string[] {
  return padded(rows, (column) => rows.slice(1).every((row) => /^[\d.,%-]*$/.test(row[column] ?? '')));
}

function padded(rows: readonly (readonly string[])[], toTheRight: (column: number) => boolean): string[] {
  const columns = (rows[0] ?? []).map((_, column) => ({
    width: rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
    right: toTheRight(column),
  }));
  return rows.map((row) =>
    row
      .map((cell, i) => (columns[i]?.right === true ? cell.padStart(columns[i].width) : cell.padEnd(columns[i]?.width ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
