import { expect, it } from 'vitest';
import { consumerLine } from '../../src/config/consumer-line.ts';
import type { Consumer } from '../../src/model/config.ts';
import type { ThresholdEffect } from '../../src/model/scores.ts';
import { load, MINIMAL } from './folder.ts';

const effect = (threshold: number): ThresholdEffect => ({
  threshold,
  passRate: 0.1,
  precision: null,
  recall: null,
  f1: null,
  judgedShare: null,
});
const consumer: Consumer = {
  name: 'rag-floor',
  threshold: 0.85,
  pairs: 'query-document',
  among: 'top-k',
  k: 5,
  keep: 'pass-rate',
  tolerance: 0.02,
  usedBy: 'answer service',
  accepted: null,
};
const undecided = { consumer, before: effect(0.85), translated: effect(0.6868), accepted: null, withinTolerance: false };

it.each(['rag-floor', 'yes', 'a: b # c', '"quoted"', "it's", '- x', 'Zeile\nzwei', 'rtl \u202e', '12', 'null'])(
  'read back as configuration it is the same consumer, accepted: %j',
  async (name) => {
    const named = { ...consumer, name, usedBy: name };
    const line = consumerLine({ ...undecided, consumer: named });
    expect(line).not.toMatch(/[\n\u202e]/);
    const { consumers } = await load(`${MINIMAL}consumers:\n  ${line}\n`);
    expect(consumers).toEqual([{ ...named, accepted: 0.6868 }]);
  },
);

it('is there for a value out of tolerance, and for none that holds, that no value keeps, or that everything passes', () => {
  expect(consumerLine({ ...undecided, accepted: effect(0.5) })).toContain('accepted: 0.6868');
  expect(consumerLine({ ...undecided, accepted: effect(0.6868), withinTolerance: true })).toBeNull();
  expect(consumerLine({ ...undecided, translated: null })).toBeNull();
  expect(consumerLine({ ...undecided, before: { ...effect(0.15), passRate: 1 } })).toBeNull();
});

it('keeps a bound that is asked for', async () => {
  const bounded = { ...consumer, bound: 'lower' as const };
  const line = consumerLine({ ...undecided, consumer: bounded });
  expect(line).toContain('tolerance: 0.02, bound: lower, usedBy: answer service');
  expect((await load(`${MINIMAL}consumers:\n  ${line}\n`)).consumers).toEqual([{ ...bounded, accepted: 0.6868 }]);
});

it('leaves out what does not apply', () => {
  const nearest = { ...consumer, pairs: 'query-query' as const, among: 'nearest' as const, usedBy: null };
  expect(consumerLine({ ...undecided, consumer: nearest })).toBe(
    '- { name: rag-floor, threshold: 0.85, pairs: query-query, among: nearest, keep: pass-rate, tolerance: 0.02, accepted: 0.6868 }',
  );
});
