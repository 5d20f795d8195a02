import type { Evaluation, Timings } from '../../src/model/evaluation.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { count, decimal, percent, plain, signed, threshold } from '../../src/report/number.ts';
import { textOf } from './page.ts';

/** Every number and every text that stands in a value. */
function leaves(value: unknown, numbers: Set<number>, texts: string[]): void {
  if (typeof value === 'number') numbers.add(value);
  else if (typeof value === 'string') texts.push(value);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) leaves(inner, numbers, texts);
}

/** Differences of what stands beside each other as old and new, down to single queries. */
function differences(value: unknown, into: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const { old, new: fresh } = value as { old?: unknown; new?: unknown };
  const subtract = (a: unknown, b: unknown): void => {
    if (typeof a === 'number' && typeof b === 'number') into.add(signed(b - a));
    else if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null)
      for (const [key, inner] of Object.entries(a)) subtract(inner, (b as Record<string, unknown>)[key]);
  };
  subtract(old, fresh);
  for (const inner of Object.values(value)) differences(inner, into);
}

/** What cost is made of: rates, sizes in other units, projections and changes, each worked out here again. */
function costs({ versions, projection, dataset }: Evaluation, { entries, index }: Timings): number[] {
  const sides = ['old', 'new'] as const;
  const both = (of: (side: (typeof sides)[number]) => number | undefined): number[] => {
    const [old, fresh] = sides.map(of);
    const change = old === undefined || fresh === undefined || old === 0 ? [] : [(fresh / old - 1) * 100];
    return [old, fresh].filter((value) => value !== undefined).concat(change);
  };
  const rate = (key: string): number | undefined => {
    const entry = entries[key];
    return entry === undefined ? undefined : entry.items / entry.seconds;
  };
  const many = projection?.documents ?? 0;
  const dimension = (side: (typeof sides)[number]): number => versions?.[side].dimension ?? 0;
  const hours = (side: string): number | undefined => {
    const speed = rate(`embed.${side}.document`);
    return speed === undefined ? undefined : many / speed / 3600;
  };
  return [
    ...both(dimension),
    ...both((side) => dimension(side) * 4),
    ...both((side) => (dimension(side) * 4 * many) / 2 ** 30),
    ...both((side) => (index?.[side]?.bytes ?? 0) / 1024),
    ...both((side) => ((index?.[side]?.bytes ?? 0) * many) / dataset.documents / 2 ** 30),
    ...both((side) => index?.[side]?.buildSeconds ?? undefined),
    ...both((side) => index?.[side]?.p50),
    ...both((side) => index?.[side]?.p95),
    ...both((side) => rate(`embed.${side}.document`)),
    ...both((side) => rate(`embed.${side}.query`)),
    ...both((side) => entries[`search.${side}.served`]?.seconds),
    ...both((side) => entries[`search.${side}.exact`]?.seconds),
    ...both(hours),
  ];
}

interface Known {
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
  readonly timings: Timings;
}

/** Every way in which a report may write a number that it was given, or a difference of two. */
export function knownNumbers({ evaluation, verdict, timings }: Known): { isKnown(text: string): boolean } {
  const numbers = new Set<number>([timings.machine.memoryBytes / 2 ** 30, ...costs(evaluation, timings)]);
  const texts: string[] = [];
  leaves([evaluation, verdict, timings], numbers, texts);
  const known = new Set<string>();
  for (const number of numbers) {
    for (const write of [count, decimal, signed, plain, percent, threshold]) known.add(write(number).replace('\u00a0%', ''));
    known.add(`+${percent(number / 100).replace('\u00a0%', '')}`);
    known.add(percent(number / 100).replace('\u00a0%', ''));
    for (const digits of [1, 2, 3]) known.add(decimal(number, digits));
  }
  for (const rule of verdict.policy.rules) if ('margin' in rule) for (const write of [plain, signed]) known.add(write(-rule.margin));
  for (const { rule, power } of verdict.rules)
    if ('margin' in rule && power !== null) known.add(decimal(rule.margin + (power.detectable ?? 0)));
  differences(evaluation, known);
  const strings = texts.join('\n');
  return { isKnown: (text) => known.has(text) || strings.includes(text) };
}

/** Numbers with a decimal point that a page or summary shows beside its pictures. */
export function shownNumbers(written: string): string[] {
  return textOf(written).match(/(?<![\w.])[−+]?\d[\d,]*\.\d+(?![\w.])/g) ?? [];
}
