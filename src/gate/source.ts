import { isNotApplicable } from '../core/absence.ts';
import { isCost } from '../measure/measure-name.ts';
import type { Column, Evaluation, SidedColumn } from '../model/evaluation.ts';
import type { Rule } from '../model/policy.ts';
import type { Cost } from '../model/studies.ts';
import { canonicalName, needsJudgements } from './measure.ts';

/** Where a rule's metric is in the evaluation. */
export type Source =
  | (SidedColumn & { readonly kind: 'paired'; readonly isQuality: boolean })
  | { readonly kind: 'single'; readonly column: Column }
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'cost'; readonly cost: Cost }
  | Missing;

/** Why there is no number, and how to get one. */
export interface Missing {
  readonly kind: 'missing';
  readonly reason: string;
  readonly next: string;
}

const LABEL_FREE =
  'Judge some queries (`cutover judge next` writes the sheet); or write a label-free policy, e.g. { metric: annRecall@10, atLeast: 0.98 }, ' +
  '{ metric: untranslatedConsumers, atMost: 0 }, { metric: overlap@10, atLeast: 0.2 }, ' +
  'and put `ifMissing: skip` on rules that need judgements.';

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function missing(reason: string, next: string): Missing {
  return { kind: 'missing', reason, next };
}

function notMeasuredOn(rule: Rule, measured: readonly string[]): Missing {
  const where = measured.length === 0 ? 'nothing' : `${measured.join(' and ')} neighbours`;
  return missing(
    `${rule.metric} was measured on ${where} only, not on ${rule.on} neighbours.`,
    measured.length === 0
      ? 'Measure again.'
      : `Write \`on: ${measured[0]}\` in the rule. \`cutover run\` measures exact neighbours, served ones down to \`search.limit\`, and a pipeline where one is configured.`,
  );
}

function inQuality(evaluation: Evaluation, rule: Rule): Source | undefined {
  if (isNotApplicable(evaluation.quality)) return undefined;
  const found = own(evaluation.quality, canonicalName(rule.metric));
  if (found === undefined) return undefined;
  const columns = found[rule.on];
  if (columns === undefined) return notMeasuredOn(rule, Object.keys(found));
  if (columns.old.mean === null || columns.new.mean === null)
    return missing(`${rule.metric} has no value: no query has a judgement.`, LABEL_FREE);
  return { kind: 'paired', ...columns, isQuality: true };
}

function inNeighbours(evaluation: Evaluation, rule: Rule): Source | undefined {
  const found = own(evaluation.neighbours, canonicalName(rule.metric));
  if (found === undefined) return undefined;
  const column = found[rule.on];
  if (column === undefined) return notMeasuredOn(rule, Object.keys(found));
  if (column.mean === null) return missing(`${rule.metric} is defined for no query.`, 'Check k and the result lists, or remove the rule.');
  return { kind: 'single', column };
}

function inIndex(evaluation: Evaluation, rule: Rule): Source | undefined {
  const found = own(evaluation.index, canonicalName(rule.metric));
  if (found === undefined) return undefined;
  if (found.old.mean === null || found.new.mean === null)
    return missing(`${rule.metric} has no value for any query.`, 'Check that the search found anything.');
  return { kind: 'paired', ...found, isQuality: false };
}

function inValues(evaluation: Evaluation, rule: Rule): Source | undefined {
  const value = own(evaluation.values, canonicalName(rule.metric));
  if (value === undefined) return undefined;
  if (isNotApplicable(value))
    return missing(
      `${rule.metric} does not apply: ${value.notApplicable.replace(/\.$/, '')}.`,
      'Remove the rule, or put `ifMissing: skip` on it.',
    );
  return { kind: 'scalar', value };
}

function inCosts({ studies }: Evaluation, { metric }: Rule): Source | undefined {
  if (!isCost(metric)) return undefined;
  if (studies?.costs === undefined)
    return missing(
      `${metric} was not measured: this evaluation timed no version.`,
      'Measure it with `cutover run`, or put `ifMissing: skip` on the rule.',
    );
  const why = (words: string) =>
    missing(`${metric} does not apply: ${words.replace(/\.$/, '')}.`, 'Remove the rule, or put `ifMissing: skip` on it.');
  if (isNotApplicable(studies.costs))
    return missing(
      `${metric} was not measured: ${studies.costs.notApplicable.replace(/\.$/, '')}.`,
      'Name it in the policy of the configuration, and run again.',
    );
  const found = own(studies.costs.values, canonicalName(metric));
  if (found === undefined)
    return missing(
      `${metric} was not measured, since the policy of that run did not name it.`,
      'Name it in the policy of the configuration, and run again.',
    );
  return isNotApplicable(found) ? why(found.notApplicable) : { kind: 'cost', cost: found };
}

function absent(evaluation: Evaluation, rule: Rule): Missing {
  if (isNotApplicable(evaluation.quality) && needsJudgements(rule.metric))
    return missing(`${rule.metric} needs relevance judgements: ${evaluation.quality.notApplicable.replace(/\.$/, '')}.`, LABEL_FREE);
  return missing(`${rule.metric} was not measured.`, `Add "${rule.metric}" to \`metrics\` in the configuration and measure again.`);
}

/** Looks a rule's metric up: costs, quality, then neighbours, then index, then single values. */
export function findSource(evaluation: Evaluation, rule: Rule): Source {
  return (
    inCosts(evaluation, rule) ??
    inQuality(evaluation, rule) ??
    inNeighbours(evaluation, rule) ??
    inIndex(evaluation, rule) ??
    inValues(evaluation, rule) ??
    absent(evaluation, rule)
  );
}
