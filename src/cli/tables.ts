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
