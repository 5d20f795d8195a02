import { columnOf } from '../measure/columns.ts';
import type { Evaluation, SidedColumn } from '../model/evaluation.ts';
import { columnsOf, type MeasuredOn, qualityOf } from '../model/lookup.ts';
import type { Policy } from '../model/policy.ts';
import type { RuleResult } from '../model/verdict.ts';
import { gateInput } from './gate-input.ts';
import { ruleResults } from './rule-results.ts';

/** What unjudged documents could turn out to be: not relevant, as they are counted, or whatever is worst or best for the new version. */
type Turn = 'counted' | 'least' | 'most';

type Outcome = RuleResult['outcome'];

/** What would become of a rule. */
export interface Outlook {
  /** If the sheet's documents turn out not relevant. */
  readonly sheet: Outcome;
  /** If all that is unjudged is as bad, or as good, for the new version as it can be. */
  readonly worst: Outcome;
  readonly best: Outcome;
}

/** A measure's columns as if every document of some queries were judged. */
function turned(sided: SidedColumn, { queries }: Evaluation, chosen: (id: string) => boolean, turn: Turn): SidedColumn {
  const { open } = sided;
  if (open === undefined) return sided;
  const isChosen = queries.ids.map(chosen);
  const difference = (i: number) =>
    turn === 'counted' ? (sided.new.perQuery[i] ?? 0) - (sided.old.perQuery[i] ?? 0) : (open[turn][i] ?? 0);
  const swap = (values: SidedColumn['new']['perQuery'], by: (i: number) => number) =>
    values.map((value, i) => (value !== null && isChosen[i] ? by(i) : value));
  const fresh = turn === 'counted' ? sided.new.perQuery : swap(sided.new.perQuery, (i) => open.new[turn][i] ?? 0);
  const now = (i: number) => fresh[i] ?? 0;
  return {
    ...sided,
    old: columnOf(
      swap(sided.old.perQuery, (i) => now(i) - difference(i)),
      queries,
    ),
    new: columnOf(fresh, queries),
    open: {
      least: swap(open.least, difference),
      most: swap(open.most, difference),
      new: { least: swap(open.new.least, now), most: swap(open.new.most, now) },
      pairs: open.pairs.map((count, i) => (isChosen[i] ? 0 : count)),
    },
  };
}

/**
 * What judging could make of one rule: with the documents of some queries judged, and at both ends of all that grades could say.
 * @param rule id of its result
 * @param sheet ids of the queries that are judged in full
 * @returns null where nothing of the measure is open, or the policy has no such result
 */
export function outlookOf(
  evaluation: Evaluation,
  policy: Policy,
  rule: string,
  of: MeasuredOn,
  sheet: ReadonlySet<string>,
): Outlook | null {
  const sided = columnsOf(evaluation, of);
  if (sided?.open === undefined) return null;
  const quality = qualityOf(evaluation);
  const outcomeIf = (chosen: (id: string) => boolean, turn: Turn): Outcome | null => {
    const measured = { ...quality[of.measure], [of.on]: turned(sided, evaluation, chosen, turn) };
    const { results } = ruleResults(gateInput({ ...evaluation, quality: { ...quality, [of.measure]: measured } }, policy));
    return results.find(({ id }) => id === rule)?.outcome ?? null;
  };
  const [judged, worst, best] = [
    outcomeIf((id) => sheet.has(id), 'counted'),
    outcomeIf(() => true, 'least'),
    outcomeIf(() => true, 'most'),
  ];
  return judged === null || worst === null || best === null ? null : { sheet: judged, worst, best };
}
