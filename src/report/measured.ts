import type { On } from '../model/policy.ts';
import type { Verdict } from '../model/verdict.ts';

interface Bounded {
  readonly lower: number;
  readonly upper: number;
}

/** The interval of a measure's difference as the verdict has it: of a rule about it; null where no rule asks for one. */
export function intervalOf({ rules }: Pick<Verdict, 'rules'>, measure: string, on: On): Bounded | null {
  const found = rules.find(
    ({ rule, slice, interval }) => slice === null && 'margin' in rule && rule.metric === measure && rule.on === on && interval !== null,
  );
  return found?.interval ?? null;
}
