import { ruleIds } from '../../gate/expectation.ts';
import type { Evaluation } from '../../model/evaluation.ts';
import type { Policy, Rule, Waiver } from '../../model/policy.ts';
import { hasNamedKeys, treatmentOf } from './paths.ts';

/** Takes the place of a sentence that might quote the data. */
const LEFT_OUT = 'Left out of a redacted report.';
/** Digits of a name's place; more where there are more names, or 100000 would stand before 99999. */
const RANK_DIGITS = 5;

/** A keyed hash of a text, as hex: the same text gives the same hash under the same key, and without the key none can be tried. */
export type Keyed = (text: string) => string;

type Visit = (text: string, path: string) => string;

/** The same structure with every string, and every key that is a name, as `visit` gives it. */
function mapped(value: unknown, visit: Visit, path: string): unknown {
  if (typeof value === 'string') return visit(value, path);
  if (Array.isArray(value)) return value.map((item) => mapped(item, visit, below(path, '*')));
  if (typeof value !== 'object' || value === null) return value;
  const named = hasNamedKeys(path);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      named ? visit(key, below(below(path, '*'), '*')) : key,
      mapped(item, visit, below(path, named ? '*' : key)),
    ]),
  );
}

function below(path: string, step: string): string {
  return path === '' ? step : `${path}\u0000${step}`;
}

/**
 * What stands in the place of names. Sorted among themselves they stand as the names did: results go by the order of needs
 * and slices, and numbers have to stay what they were.
 */
function tokensOf(names: ReadonlySet<string>, keyed: Keyed): ReadonlyMap<string, string> {
  const sorted = [...names].sort((a, b) => (a < b ? -1 : 1));
  const digits = Math.max(RANK_DIGITS, String(sorted.length).length);
  return new Map(sorted.map((name, rank) => [name, `${String(rank + 1).padStart(digits, '0')}-${keyed(name).slice(0, 8)}`]));
}

/** An evaluation and its policy without a word of the data. */
export interface Redacted {
  readonly evaluation: Evaluation;
  readonly policy: Policy;
}

/**
 * Hides every text and every id of an evaluation and keeps every number. What is kept of the strings is listed in `paths.ts`.
 * Settings that hold texts of a company (prefixes, options of a module) are hidden like any other text.
 */
export function redacted(evaluation: Evaluation, policy: Policy, keyed: Keyed): Redacted {
  const names = new Set<string>();
  mapped(
    evaluation,
    (text, path) => {
      if (treatmentOf(path) === 'name') names.add(text);
      return text;
    },
    '',
  );
  for (const name of namesOf(policy)) names.add(name);
  const tokens = tokensOf(names, keyed);
  const name = (text: string): string => tokens.get(text) ?? `text-${keyed(text).slice(0, 12)}`;
  const visit: Visit = (text, path) => {
    const treatment = treatmentOf(path);
    if (treatment === 'keep' || text === '') return text;
    if (treatment === 'sentence') return LEFT_OUT;
    if (treatment === 'hash') return keyed(text);
    return treatment === 'name' ? name(text) : `text-${keyed(text).slice(0, 12)}`;
  };
  const hidden = mapped(evaluation, visit, '') as Evaluation;
  return {
    evaluation: { ...hidden, redacted: true, consumers: hidden.consumers.map((consumer) => ({ ...consumer, patch: null })) },
    policy: redactedPolicy(policy, name),
  };
}

function namesOf({ rules, waivers }: Policy): string[] {
  const fields = rules.flatMap((rule) => (rule.kind === 'noHarm' && rule.slices !== 'declared' ? rule.slices : []));
  return [...fields, ...waivers.flatMap(({ slice }) => (slice === null ? [] : [slice.field, slice.value]))];
}

function redactedPolicy(policy: Policy, name: (text: string) => string): Policy {
  const rule = (each: Rule): Rule =>
    each.kind === 'noHarm' && each.slices !== 'declared' ? { ...each, slices: each.slices.map(name) } : each;
  // A waiver may name a rule that the policy hasn't got: then it says what its author liked.
  const known = new Set(ruleIds(policy.rules));
  const waiver = (each: Waiver): Waiver => ({
    rule: known.has(each.rule) ? each.rule : name(each.rule),
    slice: each.slice === null ? null : { field: name(each.slice.field), value: name(each.slice.value) },
    owner: name(each.owner),
    reason: LEFT_OUT,
    expires: each.expires,
  });
  return { ...policy, rules: policy.rules.map(rule), waivers: policy.waivers.map(waiver) };
}
