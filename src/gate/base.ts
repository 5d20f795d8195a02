import type { JudgedByBase, Outcome, Verdict } from '../model/verdict.ts';

/** The worse of two outcomes counts: any fail beats any inconclusive, both beat a pass. */
const RANK: Readonly<Record<Outcome, number>> = { pass: 0, inconclusive: 1, fail: 2 };

/**
 * A verdict that the base branch's rules and data have a say in: the change that is judged may have changed its own. The worse of
 * the two decides, and every difference between them is said.
 */
export function judgedByBaseToo(verdict: Verdict, base: JudgedByBase): Verdict {
  const caution = {
    id: 'judge-changed',
    title: 'The change also changes what judges it',
    text: `Compared with ${base.ref} (${base.commit.slice(0, 12)}): ${base.differences.join('; ')}. What judges there comes to: ${base.headline}`,
  } as const;
  const worse = RANK[base.outcome] > RANK[verdict.outcome];
  const decision = worse ? { outcome: base.outcome, exitCode: base.exitCode, headline: `Judged as on ${base.ref}: ${base.headline}` } : {};
  // The change's own policy may let an inconclusive verdict be merged, and the base's not.
  const exitCode = base.outcome === verdict.outcome && base.exitCode !== 0 ? base.exitCode : verdict.exitCode;
  return {
    ...verdict,
    exitCode,
    ...decision,
    reasons: [...(worse ? [`Judged as on ${base.ref}: ${base.headline}`] : []), ...verdict.reasons, `${caution.title}. ${caution.text}`],
    base,
    cautions: [caution, ...(verdict.cautions ?? [])],
  };
}
