import { describe, expect, it } from 'vitest';
import { needLabels, noHarm, type Spec, verdictOf } from './evaluations.ts';

/** Slice sizes and mean differences; spread 0.1 in every slice, one query a need. */
function sliced(slices: Readonly<Record<string, readonly [needs: number, mean: number]>>): Spec {
  const rows = Object.entries(slices).flatMap(([name, [needs, mean]]) =>
    Array.from({ length: needs }, (_, i) => ({ name, value: 0.5 + mean + (i % 2 === 0 ? 0.1 : -0.1) })),
  );
  return {
    needs: needLabels(rows.length),
    quality: { 'nDCG@10': [rows.map(() => 0.5), rows.map((row) => row.value)] },
    slices: { style: rows.map((row) => row.name) },
  };
}

const rule = noHarm('nDCG@10', 0.05);

describe('noHarm', () => {
  it('finds the one slice that loses although the average gains', () => {
    const verdict = verdictOf(sliced({ typo: [40, -0.2], long: [60, 0.1], question: [60, 0.1] }), [rule]);
    expect([verdict.outcome, verdict.exitCode]).toEqual(['fail', 1]);
    expect(verdict.rules.map((r) => [r.id, r.outcome])).toEqual([
      ['nDCG@10 noHarm 0.05 on served · style=long', 'pass'],
      ['nDCG@10 noHarm 0.05 on served · style=question', 'pass'],
      ['nDCG@10 noHarm 0.05 on served · style=typo', 'fail'],
    ]);
    expect(verdict.headline).toContain('nDCG@10 in style=typo −0.200');
    const typo = verdict.rules[2];
    expect(typo).toMatchObject({ needs: 40, slice: { field: 'style', value: 'typo' } });
    // Holm's first of three: 1 − 0.05/3
    expect(typo?.interval?.confidence).toBeCloseTo(1 - 0.05 / 3, 10);
    expect(typo?.interval?.upper).toBeLessThan(-0.05);
  });

  it('takes no automatic slice, whether all are asked for or one by name', () => {
    const spec = sliced({ typo: [40, 0.1], long: [60, 0.1] });
    const found = { ...spec, automatic: { script: spec.needs.map((_, i) => (i % 2 === 0 ? 'Latin' : 'mixed')) } };
    expect(verdictOf(found, [rule]).rules.map(({ slice }) => slice?.field)).toEqual(['style', 'style']);
    const named = verdictOf(found, [noHarm('nDCG@10', 0.05, { slices: ['script'] })]);
    expect(named.rules[0]).toMatchObject({ outcome: 'fail', slice: null });
    expect(named.rules[0]?.reason).toContain('No query has a slice called script.');
  });

  it('passes where harm is not shown, with what would have been found', () => {
    const verdict = verdictOf(sliced({ typo: [40, -0.04], long: [60, 0] }), [rule]);
    expect(verdict.outcome).toBe('pass');
    expect(verdict.rules[1]?.reason).toMatch(
      /^Harm beyond 0\.050 is not shown and not excluded, .* A true loss of 0\.1\d\d would have been found with 80 % probability\.$/,
    );
    expect(verdict.rules[1]?.power?.passIfEqual).toBeGreaterThan(0.99);
    expect(verdict.rules.map(({ outcome, state }) => [outcome, state])).toEqual([
      ['pass', 'pass'],
      ['pass', 'not-shown-safe'],
    ]);
    expect(verdict.reasons).toContain('2 of 2 slices show no harm beyond what is allowed; in 1 of them it is excluded.');
    expect(verdict.headline).toBe('Pass: 1 of 1 rule holds; 1 of 2 slices is not shown safe.');
    const small = verdictOf(sliced({ typo: [40, -0.04], long: [60, 0] }), [rule], { minimumNeeds: 41 });
    expect(small.headline).toBe('Pass: 1 of 1 rule holds; 1 slice is too small to decide.');
  });

  it('counts a slice as unsure from the margin itself on: a bound beyond it and one short of it', () => {
    const equal = (loss: number): Spec => ({
      needs: needLabels(80),
      quality: { 'nDCG@10': [Array<number>(80).fill(0.5), Array.from({ length: 80 }, (_, i) => (i < 40 ? 0.5 - loss : 0.75))] },
      slices: { style: Array.from({ length: 80 }, (_, i) => (i < 40 ? 'typo' : 'long')) },
    });
    const headlines = [0.25, 0.125].map((loss) => verdictOf(equal(loss), [noHarm('nDCG@10', 0.25)]).headline);
    expect(headlines[0]).toContain('1 of 2 slices is not shown safe');
    expect(headlines[1]).toBe('Pass: 1 of 1 rule holds.');
    const beyond = verdictOf(sliced({ typo: [40, -0.03], long: [60, 0] }), [rule]);
    const lower = beyond.rules.find(({ slice }) => slice?.value === 'typo')?.interval?.lower ?? 0;
    expect(lower).toBeLessThan(-0.05);
    expect(lower).toBeGreaterThan(-0.2);
    expect(beyond.headline).toContain('1 of 2 slices');
  });

  it('Holm runs over all deciding slices of all noHarm rules', () => {
    // 2.7 standard errors beyond the margin: enough alone, not among eight.
    const loss = -0.05 - 2.7 * 0.0103;
    const alone = sliced({ typo: [96, loss] });
    expect(verdictOf(alone, [rule]).outcome).toBe('fail');
    const among = verdictOf(sliced({ typo: [96, loss], a: [40, 0], b: [40, 0], c: [40, 0] }), [rule, noHarm('nDCG@10', 0.3)]);
    expect(among.outcome).toBe('pass');
    const typo = among.rules.find((r) => r.slice?.value === 'typo');
    expect(typo?.adjustedP).toBeGreaterThan(0.05);
    expect(typo?.interval?.upper).toBeGreaterThan(-0.05);
    expect(typo?.reason).toContain('corrected for 8 comparisons');
  });

  it('small slices inform and do not decide', () => {
    const verdict = verdictOf(sliced({ typo: [29, -0.4], long: [60, 0] }), [rule]);
    expect(verdict.outcome).toBe('pass');
    expect(verdict.rules.find((r) => r.slice?.value === 'typo')).toMatchObject({ outcome: 'fail', decides: false, needs: 29 });
    expect(verdict.reasons.at(-1)).toMatch(/^For information: nDCG@10 in style=typo/);
    expect(verdictOf(sliced({ typo: [29, -0.4], long: [60, 0] }), [rule], { minimumNeeds: 20 }).outcome).toBe('fail');
  });

  it('counts needs, not queries', () => {
    const spec = sliced({ typo: [40, -0.4], long: [60, 0] });
    const needs = spec.needs.map((_, i) => (i < 40 ? `n${i % 20}` : `m${i}`));
    const typo = verdictOf({ ...spec, needs }, [rule]).rules.find((r) => r.slice?.value === 'typo');
    expect(typo).toMatchObject({ needs: 20, decides: false });
  });

  it('says loudly when no slice is large enough, and such a policy does not pass', () => {
    const verdict = verdictOf(sliced({ typo: [10, 0], long: [20, 0] }), [rule]);
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.rules[0]).toMatchObject({ outcome: 'skipped', slice: null, id: 'nDCG@10 noHarm 0.05 on served' });
    expect(verdict.rules).toHaveLength(3);
    expect(verdict.reasons[0]).toContain('No slice has 30 needs, so this rule decides nothing.');
  });

  it('slices without values, of one need, or without spread', () => {
    const spec = sliced({ single: [1, -0.5], none: [2, 0], same: [35, 0] });
    const fresh =
      (spec.quality as Record<string, [number[], number[]]>)['nDCG@10']?.[1].map((v, i) => (i === 1 || i === 2 ? null : i > 2 ? 0.5 : v)) ??
      [];
    const verdict = verdictOf({ ...spec, quality: { 'nDCG@10': [fresh.map((v) => (v === null ? null : 0.5)), fresh] } }, [rule]);
    expect(verdict.rules.map((r) => [r.slice?.value, r.outcome, r.decides, r.interval?.method ?? null])).toEqual([
      ['none', 'skipped', false, null],
      ['same', 'pass', true, 'gaffke'],
      ['single', 'pass', false, 'gaffke'],
    ]);
    expect(verdict.outcome).toBe('pass');
  });

  it('takes the fields that the rule names; unknown or no fields are missing', () => {
    const spec = sliced({ typo: [40, -0.2], long: [60, 0] });
    const topic = spec.needs.map((_, i) => (i % 2 ? 'x' : 'y'));
    const two = { ...spec, slices: { ...spec.slices, topic } };
    expect(verdictOf(two, [noHarm('nDCG@10', 0.05, { slices: ['topic'] })]).rules.map((r) => r.slice?.field)).toEqual(['topic', 'topic']);
    expect(verdictOf(two, [rule]).rules).toHaveLength(4);
    const unknown = verdictOf(two, [noHarm('nDCG@10', 0.05, { slices: ['region'] })]);
    expect(unknown.rules[0]).toMatchObject({ outcome: 'fail', slice: null });
    expect(unknown.rules[0]?.reason).toContain('No query has a slice called region.');
    expect(unknown.rules[0]?.next).toContain('style, topic');
    const none = { ...spec, slices: {} };
    expect(verdictOf(none, [rule]).rules[0]?.reason).toContain('declares no slices');
    expect(verdictOf(none, [{ ...rule, ifMissing: 'skip' }]).rules[0]?.outcome).toBe('skipped');
  });
});
