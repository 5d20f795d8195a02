import { grouped, plural } from '../core/words.ts';
import { type Likeness, typicalDetectable, typicalNeeds } from '../measure/stats/foresight.ts';
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
  /** Loss that is typically told from none in 8 of 10 cases between two models, and between releases of one; null for fewer than two needs. */
  readonly detectable: number | null;
  readonly betweenReleases: number | null;
  /** Needs that typically do for the margin, between models and between releases. */
  readonly wanted: number;
  readonly wantedBetweenReleases: number;
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
  const { metric, on, margin } = least;
  const shown = (likeness: Likeness) => (needs < 2 ? null : typicalDetectable(needs, confidence, likeness));
  return {
    metric,
    on,
    margin,
    needs,
    detectable: shown('models'),
    betweenReleases: shown('releases'),
    wanted: typicalNeeds(margin, confidence, 'models'),
    wantedBetweenReleases: typicalNeeds(margin, confidence, 'releases'),
  };
}

/** Whether a verdict is to be expected even if hardly anything changed. */
export function isEnough({ detectable, margin }: Foresight): boolean {
  return detectable !== null && detectable <= margin;
}

const about = (needs: number): string => grouped(Number(needs.toPrecision(2)));

/**
 * @example `60 needs typically show a loss of 0.060 of nDCG@10 between releases of one model and of 0.073 between models, and the margin is
 * 0.020: expect inconclusive unless most needs keep what they find. About 210 needs would do between releases, 670 between models.`
 */
export function foresightWords(foresight: Foresight): string {
  const { metric, on, margin, needs, detectable, betweenReleases, wanted, wantedBetweenReleases } = foresight;
  const of = `${metric}${on === 'pipeline' ? ' of the pipeline' : ''}`;
  if (detectable === null || betweenReleases === null)
    return `${plural(needs, 'need')} shows no spread of ${of}. About ${about(wantedBetweenReleases)} needs would do between releases of one model, ${about(wanted)} between models.`;
  const shows = `${plural(needs, 'need')} typically show a loss of ${number(betweenReleases)} of ${of} between releases of one model and of ${number(detectable)} between models, and the margin is ${number(margin)}`;
  // What is typical was taken of vectors; what words find as well keeps part of a difference from the user.
  const behind = on === 'pipeline' ? '; fewer may do, since what words find hides part of what the vectors lose' : '';
  if (isEnough(foresight)) return `${shows}: enough, as a rule.`;
  if (betweenReleases <= margin)
    return `${shows}: enough between releases; between models it may end inconclusive, and about ${about(wanted)} needs would do${behind}.`;
  return `${shows}: expect inconclusive unless most needs keep what they find. About ${about(wantedBetweenReleases)} needs would do between releases, ${about(wanted)} between models${behind}.`;
}
