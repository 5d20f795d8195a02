import { grouped } from '../core/words.ts';

/** How absence is written in a table. */
export const ABSENT = 'n/a';
/** Digits behind the point of a measure; a smaller one that isn't 0 gets its own digit size. */
const DIGITS = 3;
const MINUS = '−';

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new RangeError(`A report shows finite numbers only, not ${value}.`);
}

function fixed(value: number, digits: number): string {
  const text = Math.abs(finite(value)).toFixed(digits);
  const [whole = '0', fraction] = text.split('.');
  // What rounds to nothing has no sign.
  const minus = value < 0 && /[1-9]/.test(text) ? MINUS : '';
  return minus + grouped(whole) + (fraction === undefined ? '' : `.${fraction}`);
}

/** Of a value too small for the usual digits: one digit that is not 0, `0.0004`, `1e−7`. */
function tiny(value: number): string {
  const size = Math.abs(value);
  const exponent = Math.floor(Math.log10(size));
  if (exponent >= -6) return fixed(value, -exponent);
  return `${value < 0 ? MINUS : ''}${size.toExponential(0).replace('e-', `e${MINUS}`)}`;
}

/** A whole number with grouped thousands, whatever the locale: `12,345`. */
export function count(value: number): string {
  return fixed(value, 0);
}

/** Three decimals: `0.537`; `n/a` for null. What would round to 0 and is not shows its first digit: `0.0004`. */
export function decimal(value: number | null, digits = DIGITS): string {
  if (value === null) return ABSENT;
  return finite(value) !== 0 && Math.abs(value) < 0.5 * 10 ** -digits ? tiny(value) : fixed(value, digits);
}

/** The same with a sign: `+0.002`, `−0.010`, `0.000`. */
export function signed(value: number | null): string {
  const text = decimal(value);
  return value !== null && value > 0 ? `+${text}` : text;
}

/** `[+0.007, +0.029]`; null bounds are absent. */
export function bounds(interval: { readonly lower: number; readonly upper: number } | null, write: (value: number) => string): string {
  return interval === null ? ABSENT : `[${write(interval.lower)}, ${write(interval.upper)}]`;
}

/** `+0.017 [+0.007, +0.029]`: an estimate is never written without its interval where it has one. */
export function estimate(
  value: number | null,
  interval: { readonly lower: number; readonly upper: number } | null,
  write: (value: number) => string,
): string {
  if (value === null) return ABSENT;
  return interval === null ? write(value) : `${write(value)} ${bounds(interval, write)}`;
}

/** A share as per cent: one decimal unless it is 0, two digits below 1 %: `62.5 %`, `95 %`, `0.06 %`. */
export function percent(value: number | null): string {
  if (value === null) return ABSENT;
  const share = finite(value) * 100;
  const size = Math.abs(share);
  const text = size !== 0 && size < 0.95 ? fixed(share, Math.min(6, 1 - Math.floor(Math.log10(size)))) : fixed(share, 1);
  return `${text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}\u00a0%`;
}

/** A number as the configuration writes it: no rounding, a true minus sign. */
export function plain(value: number): string {
  return String(finite(value)).replaceAll('-', MINUS);
}

/** A threshold: four digits, since scores lie close together. */
export function threshold(value: number | null): string {
  return decimal(value, 4);
}

/** A p-value: three decimals, or `< 0.001`. */
export function probability(value: number): string {
  return value < 0.001 ? '< 0.001' : fixed(value, 3);
}
