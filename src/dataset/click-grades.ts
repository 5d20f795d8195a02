import type { ClickRule } from '../model/dataset.ts';

/** What a log counts of one document for one query. */
export interface ClickCounts {
  readonly clicks: number;
  /** How often it was shown; null where nobody counted. */
  readonly impressions: number | null;
}

/**
 * Grade of a pair: how many thresholds its clicks, or its click-through rate, reach. A pair below all of them is judged not
 * relevant only where the log says that it was shown often enough to be clicked; else nothing is known of it.
 * No correction for position: that takes the rank at which it was shown and a click model (Joachims, Swaminathan & Schnabel
 * 2017, doi:10.1145/3018661.3018699).
 * @returns null where the pair has no grade
 * @example gradeOf({ clicks: 4, impressions: 20 }, { by: 'rate', thresholds: [0.1, 0.3], minimumImpressions: 10 }) // 1
 */
export function gradeOf({ clicks, impressions }: ClickCounts, { by, thresholds, minimumImpressions }: ClickRule): number | null {
  if (impressions !== null && (impressions === 0 || impressions < minimumImpressions)) return null;
  const value = by === 'rate' ? clicks / (impressions ?? Number.NaN) : clicks;
  const grade = thresholds.filter((threshold) => value >= threshold).length;
  return grade === 0 && impressions === null ? null : grade;
}

/** The rule in words, for reports and dataset.json. */
export function ruleWords({ by, thresholds, minimumImpressions }: ClickRule, hasImpressions: boolean): string {
  const [first = 0, ...more] = thresholds;
  const start = by === 'rate' ? `a click-through rate of ${first}` : `${first} ${first === 1 ? 'click' : 'clicks'}`;
  const steps = [`grade 1 from ${start}`, ...more.map((threshold, i) => `${i + 2} from ${threshold}`)].join(', ');
  return hasImpressions
    ? `${steps}, 0 below; no grade for what was shown fewer than ${minimumImpressions} times`
    : `${steps}; no grade below, since the log does not say how often a document was shown`;
}
