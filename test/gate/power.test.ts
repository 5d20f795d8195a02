import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { simulatedPower } from '../../src/gate/power.ts';
import type { Rule } from '../../src/model/policy.ts';

type Drawn = Parameters<typeof simulatedPower>[0];

function sampleOf(needs: number, kind: 'nonInferior' | 'noHarm'): Drawn {
  const random = seededRandom(2, 'needs');
  const sums = Float64Array.from({ length: needs }, () => (random.next() < 0.6 ? 0 : (random.next() - 0.5) * 0.5));
  const counted = { needs: Int32Array.from(sums.keys()), sums, counts: new Float64Array(needs).fill(1) };
  const rule = { kind, metric: 'nDCG@10', margin: 0.01 } as Extract<Rule, { kind: 'nonInferior' | 'noHarm' }>;
  return {
    improvement: { counted, least: counted, most: counted, pairs: null },
    room: { loss: 0.5, gain: 0.5, width: 1, isBounded: true },
    rule: rule as Drawn['rule'],
    needs,
  };
}

describe('stated power', () => {
  it.each(['nonInferior', 'noHarm'] as const)('of many needs follows from the standard error, and meets the simulated one: %s', (kind) => {
    const [drawn, computed] = [1_999, 2_001].map((needs) => simulatedPower(sampleOf(needs, kind), { level: 0.02 }, 1, 0.05));
    expect(Math.abs((computed?.passIfEqual ?? 0) - (drawn?.passIfEqual ?? 1))).toBeLessThan(0.02);
    expect(Math.abs((computed?.detectable ?? 0) / (drawn?.detectable ?? 1) - 1)).toBeLessThan(0.2);
    // (2.054 + 0.842) standard errors of 0.0021, and 0.5/2,001 that an unseen need could have gained.
    expect(computed?.detectable).toBeCloseTo(0.00637, 5);
  });

  it('is the same twice', () => {
    const state = () => simulatedPower(sampleOf(60, 'nonInferior'), { level: 0.02 }, 1, 0.05);
    expect(state()).toEqual(state());
    expect(state().passIfEqual).toBeLessThan(0.5);
  });
});
