import { isNotApplicable } from '../core/absence.ts';
import { plain } from '../core/printable.ts';
import type { Comparison } from '../features/compare/compare.ts';
import type { Host } from './host.ts';
import { aligned } from './tables.ts';
import { paintFor } from './terminal.ts';

/** Prints a comparison as tables on stdout: it is the data that was asked for. */
export function printComparison(host: Host, comparison: Comparison, perQuery: boolean, quiet: boolean): void {
  const measures = Object.keys(comparison.paired);
  const tables = [measureTable(comparison, measures), overlapTable(comparison)];
  if (perQuery) tables.push(queryTable(comparison, measures));
  const shift = Object.entries(comparison.shift).map(([id, value]) => `${id} ${value.toFixed(4)}`);
  tables.push([`scores moved by  ${shift.join('  ')}`]);
  host.stdout.write(`${tables.map((lines) => lines.join('\n')).join('\n\n')}\n`);
  if (!quiet) host.stderr.write(`${paintFor(host).dim(explanation(comparison))}\n`);
}

function explanation({ paired }: Comparison): string {
  const n = Object.values(paired)[0]?.n ?? 0;
  return `Means over ${n} judged ${n === 1 ? 'query' : 'queries'}; 95 % interval of new − old by BCa bootstrap, p by sign flips, both two-sided.`;
}

function measureTable({ old: before, new: after, paired }: Comparison, measures: readonly string[]): string[] {
  const rows = measures.map((name) => {
    const { mean = 0, ci95, permutationP = 1 } = paired[name] ?? {};
    const interval = ci95 === undefined || isNotApplicable(ci95) ? 'none' : `${signed(ci95[0])} to ${signed(ci95[1])}`;
    return [name, fixed(before.aggregate[name]), fixed(after.aggregate[name]), signed(mean), interval, probability(permutationP)];
  });
  return aligned([['measure', 'old', 'new', 'difference', '95 % interval', 'p'], ...rows]);
}

function overlapTable({ overlap }: Comparison): string[] {
  const queries = Object.values(overlap.perQuery);
  const names = [...new Set(queries.flatMap((values) => Object.keys(values)))];
  const rows = names.map((name) => {
    const values = queries.flatMap((query) => query[name] ?? []);
    return [name, fixed(values.reduce((sum, value) => sum + value, 0) / values.length), String(values.length)];
  });
  return aligned([['overlap', 'mean', 'queries'], ...rows]);
}

function queryTable({ old: before, new: after }: Comparison, measures: readonly string[]): string[] {
  const rows = measures.flatMap((name) =>
    Object.entries(before.perQuery[name] ?? {}).map(([query, value]) => {
      const fresh = after.perQuery[name]?.[query] ?? 0;
      return [name, plain(query), fixed(value), fixed(fresh), signed(fresh - value)];
    }),
  );
  return aligned([['measure', 'query', 'old', 'new', 'difference'], ...rows]);
}

function fixed(value = 0): string {
  return value.toFixed(4);
}

function signed(value: number): string {
  const text = fixed(value);
  if (Number(text) === 0) return fixed(0);
  return value > 0 ? `+${text}` : text;
}

function probability(p: number): string {
  return p < 0.0001 ? '<0.0001' : fixed(p);
}
