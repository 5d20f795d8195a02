import { logGamma } from './distributions.ts';
import { type NeedColumn, needMeans } from './needs.ts';

/** A mean difference in units of its spread. */
export interface EffectSize {
  /** Mean of the needs' mean differences divided by their standard deviation. */
  readonly cohenDz: number;
  /** The same, freed of its bias in small samples. */
  readonly hedgesGz: number;
}

/** Hedges's exact factor J(df) = Γ(df/2) / (√(df/2) Γ((df − 1)/2)), near 1 − 3/(4 df − 1). */
function hedgesFactor(df: number): number {
  return Math.exp(logGamma(df / 2) - logGamma((df - 1) / 2)) / Math.sqrt(df / 2);
}

/**
 * Effect size of paired differences, one value a need.
 * Source: Cohen 1988, Statistical Power Analysis, 2.3.5; Hedges 1981, doi:10.3102/10769986006002107.
 * @returns null with fewer than three needs, or when all needs agree: there is no spread to compare with.
 * @example effectSize(columnByNeed(indexNeeds(['a', 'b', 'c']), [1, 2, 3])) // cohenDz 2, hedgesGz 1.128
 */
export function effectSize(column: NeedColumn): EffectSize | null {
  const values = needMeans(column);
  const n = values.length;
  if (n < 3) return null;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1));
  if (deviation <= 1e-12 * Math.max(1, Math.abs(mean))) return null;
  const cohenDz = mean / deviation;
  return { cohenDz, hedgesGz: cohenDz * hedgesFactor(n - 1) };
}
