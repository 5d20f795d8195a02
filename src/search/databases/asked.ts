import type { TableQuery } from './serving.ts';

/** Asks one query; rows as a table holds them. */
type Ask = () => Promise<readonly { readonly row_number?: unknown }[]>;

/** Goes through the queries, one after the other. */
export type EachQuery = (query: TableQuery, work: (ask: Ask, i: number) => Promise<void>) => Promise<void>;

/** Int32Array [q × k] of what each query finds, best first; -1 where there is nothing. */
export async function rowsFound(query: TableQuery, dimension: number, each: EachQuery): Promise<Int32Array> {
  const found = new Int32Array((query.data.length / dimension) * query.k).fill(-1);
  await each(query, async (ask, i) => {
    const rows = await ask();
    rows.forEach((row, rank) => {
      found[i * query.k + rank] = Number(row.row_number);
    });
  });
  return found;
}

/** Float64Array [q] of milliseconds. */
export async function timesTaken(query: TableQuery, dimension: number, each: EachQuery): Promise<Float64Array> {
  const spent = new Float64Array(query.data.length / dimension);
  await each(query, async (ask, i) => {
    const start = performance.now();
    await ask();
    spent[i] = performance.now() - start;
  });
  return spent;
}
