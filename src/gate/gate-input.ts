import { indexNeeds, type NeedIndex } from '../measure/stats/needs.ts';
import type { Evaluation } from '../model/evaluation.ts';
import { directionOf } from '../model/lookup.ts';
import type { Direction } from '../model/metric.ts';
import type { Policy, Rule } from '../model/policy.ts';
import { expectation } from './expectation.ts';
import type { Judged, Settled, Universe } from './item.ts';
import { looksOf, spentAt } from './looks.ts';
import { canonicalName } from './measure.ts';
import type { Missing, Source } from './source.ts';

/** What is judged, by what, and which query belongs to which need. */
export interface GateInput {
  readonly evaluation: Evaluation;
  /** Its confidence is what is left of it where needs were added after a look. */
  readonly policy: Policy;
  /** What will be left once needs are added. */
  readonly nextConfidence: number;
  readonly needs: Readonly<Record<Universe, NeedIndex>>;
}

export type PairedSource = Extract<Source, { kind: 'paired' }>;

export function gateInput(evaluation: Evaluation, policy: Policy): GateInput {
  const { needs, judged } = evaluation.queries;
  const looks = looksOf(evaluation, policy.confidence);
  const confidence = looks?.confidence ?? policy.confidence;
  const nextConfidence = 1 - spentAt(1 - policy.confidence, (looks?.needs.length ?? 0) + 1);
  return {
    evaluation,
    policy: { ...policy, confidence },
    nextConfidence,
    needs: { judged: indexNeeds(needs, judged), all: indexNeeds(needs) },
  };
}

/** Which way the metric of a rule is better. */
export function ruleDirection({ evaluation }: GateInput, { metric }: Rule): Direction {
  return directionOf(evaluation, canonicalName(metric));
}

type SettledWords = Pick<Judged, 'outcome' | 'found' | 'reason' | 'next' | 'missing'> & { readonly decides?: boolean };

/** A result without numbers, e.g. for a rule that couldn't be applied. */
export function settled(gate: GateInput, rule: Rule, id: string, words: SettledWords, slice: Judged['slice'] = null): Settled {
  const numbers = { needs: 0, moved: null, old: null, new: null, difference: null, interval: null, adjustedP: null, power: null };
  const direction = ruleDirection(gate, rule);
  const decides = words.decides ?? (rule.severity === 'fail' && words.outcome !== 'skipped');
  const expected = expectation(rule, direction);
  return { kind: 'settled', result: { rule, id, slice, direction, expected, ...words, state: words.outcome, decides, ...numbers } };
}

/** A rule without a value: fails, unless it says `skip`. */
export function missingResult(gate: GateInput, rule: Rule, id: string, { reason, next }: Missing): Settled {
  const words = { found: 'no value', missing: true } as const;
  if (rule.ifMissing === 'skip') return settled(gate, rule, id, { ...words, outcome: 'skipped', reason, next: '' });
  return settled(gate, rule, id, { ...words, outcome: 'fail', reason: `${reason} A missing number never passes.`, next });
}
