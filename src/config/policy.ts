import { resolve } from 'node:path';
import type { On, Policy, Rule, Waiver } from '../model/policy.ts';
import { readPart, wholePart } from './part.ts';
import { throwProblems } from './problems.ts';
import { type PolicyInput, type PolicySource, policySchema, type RuleInput } from './schemas/policy.ts';
import { policyProblems } from './semantics.ts';
import { type Problem, sourceOf } from './source.ts';
import type { LoadOptions } from './version.ts';

function ruleOf(input: RuleInput, usual: UsualOn): Rule {
  const { metric, on = usual(input.metric), severity, ifMissing, bound = 'estimate' } = input;
  const base = { metric, on, severity, ifMissing };
  if (input.nonInferior !== undefined) return { ...base, kind: 'nonInferior', margin: input.nonInferior };
  if (input.noHarm !== undefined) return { ...base, kind: 'noHarm', margin: input.noHarm, slices: input.slices ?? 'declared' };
  if (input.atLeast !== undefined) return { ...base, kind: 'atLeast', limit: input.atLeast, bound };
  if (input.atMostTimes !== undefined) return { ...base, kind: 'atMostTimes', times: input.atMostTimes };
  if (input.atMost !== undefined) return { ...base, kind: 'atMost', limit: input.atMost, bound };
  throw new TypeError(`The rule on ${metric} has no comparator.`);
}

function waiverOf({ slice, ...waiver }: PolicyInput['waivers'][number]): Waiver {
  if (slice === undefined) return { ...waiver, slice: null };
  const cut = slice.indexOf('=');
  return { ...waiver, slice: { field: slice.slice(0, cut), value: slice.slice(cut + 1) } };
}

/** Where a rule on a metric looks that doesn't say. */
export type UsualOn = (metric: string) => On;

const SERVED: UsualOn = () => 'served';

/** The key that named the comparator becomes the rule's kind. */
export function policyOf(input: PolicyInput, usual: UsualOn = SERVED): Policy {
  return { ...input, rules: input.rules.map((rule) => ruleOf(rule, usual)), waivers: input.waivers.map(waiverOf) };
}

/**
 * What is asked of a new version when the config names no policy: at 95 % confidence nDCG@10 no worse by 0.02 and R@10 by
 * 0.03, no declared slice, where there are any, worse by 0.05 nDCG@10, the index within 2 % of exact search, every consumer's threshold settled.
 * Lists of which less than a fifth stays warn.
 */
export const DEFAULT_POLICY: Policy = defaultPolicy();

/** {@link DEFAULT_POLICY}, its rules on what is usual. */
export function defaultPolicy(usual?: UsualOn): Policy {
  const input = policySchema.parse({
    rules: [
      { metric: 'nDCG@10', nonInferior: 0.02 },
      { metric: 'R@10', nonInferior: 0.03 },
      { metric: 'nDCG@10', noHarm: 0.05, slices: 'declared', ifMissing: 'skip' },
      { metric: 'annRecall@10', atLeast: 0.98 },
      { metric: 'untranslatedConsumers', atMost: 0 },
      { metric: 'overlap@10', atLeast: 0.2, severity: 'warn' },
    ],
  });
  return policyOf(input, usual);
}

/**
 * A separate policy file, as for `cutover gate --policy`.
 * @throws CutoverError CONFIG_INVALID with every problem, FILE_MISSING, FILE_UNREADABLE
 * @example await loadPolicy('policy.yaml')
 */
export async function loadPolicy(
  file: string,
  options: LoadOptions & { /** Where rules look that don't say; as served unless given. */ readonly usualOn?: UsualOn } = {},
): Promise<Policy> {
  const cwd = resolve(options.cwd ?? '.');
  const absolute = resolve(cwd, file);
  const problems: Problem[] = [];
  const part = await readPart(absolute, policySchema, (source, path) => policyProblems(source, path, options.registry ?? null), problems);
  if (part === null || problems.length > 0) throwProblems(problems, absolute, cwd);
  return policyOf(part.input, options.usualOn);
}

/**
 * A policy that is in code, as a policy file would hold it: defaults filled in, everything checked.
 * @throws CutoverError CONFIG_INVALID with every problem; lines are those of the object as indented JSON
 * @example policyFrom({ rules: [{ metric: 'nDCG@10', nonInferior: 0.02 }] })
 */
export function policyFrom(input: PolicySource, { registry }: Pick<LoadOptions, 'registry'> = {}): Policy {
  const problems: Problem[] = [];
  const source = sourceOf('(policy)', JSON.stringify(input, null, 2), problems);
  const part = source && wholePart(source, policySchema, (whole, path) => policyProblems(whole, path, registry ?? null), problems);
  if (part === null || problems.length > 0) throwProblems(problems, '(policy)', '');
  return policyOf(part.input);
}
