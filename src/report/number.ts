/** How absence is written in a table. */
export const ABSENT = 'n/a';

function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`A report shows finite numbers only, not ${value}.`);
  const text = Math.abs(value).toFixed(digits);
  const [whole = '0', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  // What rounds to nothing has no sign.
  const minus = value < 0 && /[1-9]/.test(text) ? '−' : '';
  return minus + (fraction === undefined ? grouped : `${grouped}.${fraction}`);
}

/** A whole number with grouped thousands, whatever the locale: `12,345`. */
export function count(value: number): string {
  return fixed(value, 0);
}

/** Four decimals: `0.5372`; `n/a` for null. */
export function decimal(value: number | null, digits = 4): string {
  return value === null ? ABSENT : fixed(value, digits);
}

/** Four decimals with a sign: `+0.0021`, `−0.0100`, `0.0000`. */
export function signed(value: number | null): string {
  if (value === null) return ABSENT;
  const text = fixed(value, 4);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** A share as per cent, one decimal: `62.5 %`. */
export function percent(value: number | null): string {
  return value === null ? ABSENT : `${fixed(value * 100, 1)}\u00a0%`;
}

/** A number as the configuration writes it: no rounding, a true minus sign. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`A report shows finite numbers only, not ${value}.`);
  return String(value).replaceAll('-', '−');
}

/** A p-value: four decimals, or `< 0.0001`. */
export function probability(value: number): string {
  return value < 0.0001 ? '< 0.0001' : fixed(value, 4);
}
