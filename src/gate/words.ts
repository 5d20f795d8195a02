import type { Inconclusive, RuleResult } from '../model/verdict.ts';

/** Why an outcome, and what to do. */
export interface Words {
  readonly reason: string;
  readonly next: string;
  /** Of an inconclusive one. */
  readonly why?: Inconclusive;
}

/** A true minus sign, as everywhere in the report. */
function typeset(digits: string): string {
  return digits.replaceAll('-', '−');
}

/** Three decimals, or two significant digits where those would show nothing; whole numbers of 10 or more as they are. */
export function number(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) >= 10) return typeset(String(value));
  const fixed = value.toFixed(3);
  if (Number(fixed) === 0) return value === 0 || Math.abs(value) < 1e-12 ? '0.000' : typeset(value.toPrecision(2));
  return typeset(fixed);
}

/** Whole numbers as they are, e.g. counts; else as `number`. */
export function plain(value: number): string {
  return Number.isInteger(value) ? typeset(String(value)) : number(value);
}

/** As `number`, with a plus where it is above 0: for differences. */
export function signed(value: number): string {
  const text = number(value);
  return value > 0 && text !== '0.000' ? `+${text}` : text;
}

/** `as served` is not said: it is the usual. */
const ON_WORDS = { pipeline: ' of the pipeline', served: '', exact: ' on exact neighbours' } as const;

/** What a result is about: `nDCG@10 on exact neighbours in style=typo`. */
export function subject({ rule, slice }: Pick<RuleResult, 'rule' | 'slice'>): string {
  return `${rule.metric}${ON_WORDS[rule.on]}${slice ? ` in ${slice.field}=${slice.value}` : ''}`;
}
