import { grouped, plural } from '../core/words.ts';
import { typicalDetectable, typicalNeeds } from '../measure/stats/foresight.ts';
import type { Dataset } from '../model/dataset.ts';
import type { On, Policy } from '../model/policy.ts';
import { needsJudgements } from './measure.ts';
import { number } from './words.ts';

/** What so many judged needs typically show, against what a rule asks for, before anything is embedded. */
export interface Foresight {
  readonly metric: string;
  /** What the rule is about. */
  readonly on: On;
  readonly margin: number;
  /** With a judged query. */
  readonly needs: number;
  /** Loss that is typically told from none in 8 of 10 cases; null for fewer than two needs. */
  readonly detectable: number | null;
  /** Needs that typically do for the margin. */
  readonly wanted: number;
}

/** How many needs have a judged query. */
export function judgedNeeds({ queries, qrels }: Pick<Dataset, 'queries' | 'qrels'>): number {
  return new Set(queries.filter(({ id }) => (qrels?.get(id)?.size ?? 0) > 0).map(({ need }) => need)).size;
}

/** Of the rule with the least margin of those that compare quality over all needs; null where none does, or where nothing is judged. */
export function foresee({ rules, confidence }: Pick<Policy, 'rules' | 'confidence'>, needs: number): Foresight | null {
  const compared = rules.flatMap((rule) =>
    rule.kind === 'nonInferior' && rule.severity === 'fail' && rule.margin > 0 && needsJudgements(rule.metric) ? [rule] : [],
  );
  const [least] = compared.sort((a, b) => a.margin - b.margin);
  if (least === undefined || needs === 0) return null;
  const detectable = needs < 2 ? null : typicalDetectable(needs, confidence);
  return { metric: least.metric, on: least.on, margin: least.margin, needs, detectable, wanted: typicalNeeds(least.margin, confidence) };
}

/** Whether a verdict is to be expected even if hardly anything changed. */
export function isEnough({ detectable, margin }: Foresight): boolean {
  return detectable !== null && detectable <= margin;
}

/**
 * @example `60 needs typically show a loss of 0.072 of nDCG@10, and the margin is 0.020: this may end inconclusive, unless most needs
 * keep what they find. About 700 needs would be safe.`
 */
export function foresightWords(foresight: Foresight): string {
  const { metric, on, margin, needs, detectable, wanted } = foresight;
  const shows = `${plural(needs, 'need')} ${needs === 1 ? 'shows' : 'typically show'} ${detectable === null ? 'no spread' : `a loss of ${number(detectable)}`} of ${metric}${on === 'pipeline' ? ' of the pipeline' : ''}`;
  if (isEnough(foresight)) return `${shows}, and the margin is ${number(margin)}: enough, as a rule.`;
  // What is typical was taken of vectors; what words find as well keeps part of a difference from the user.
  const behind = on === 'pipeline' ? '; fewer may do, since what words find hides part of what the vectors lose' : '';
  const digits = Number(wanted.toPrecision(2));
  return `${shows}, and the margin is ${number(margin)}: this may end inconclusive, unless most needs keep what they find. About ${grouped(digits)} needs would be safe${behind}.`;
}
