import { expect, it } from 'vitest';
import { redacted } from '../../../src/features/redact/redact.ts';
import type { Evaluation } from '../../../src/model/evaluation.ts';
import { CASES } from '../../report/fixture-verdicts.ts';

it('names stay sorted as they were, also among more than 99,999 of them', () => {
  const { evaluation, verdict } = CASES.fail;
  const { documents } = evaluation.shown;
  // Half of the names stand before the needs of the fixture, half behind.
  const ids = Array.from({ length: 100_001 }, (_, i) => `${i % 2 === 0 ? 'a' : 'z'}${String(i).padStart(7, '0')}`);
  const needs = evaluation.queries.needs.map((need, i) => (i % 2 === 0 ? `a${need}` : `zz${need}`));
  const many: Evaluation = {
    ...evaluation,
    queries: { ...evaluation.queries, needs },
    shown: { ...evaluation.shown, documents: { ...documents, ids } },
  };
  const hidden = redacted(many, verdict.policy, (text) => text.slice(0, 1).repeat(64)).evaluation;
  const order = (names: readonly string[]): number[] =>
    names.map((_, i) => i).sort((a, b) => ((names[a] ?? '') < (names[b] ?? '') ? -1 : 1));
  expect(order(hidden.queries.needs.slice(0, 8))).toEqual(order(needs.slice(0, 8)));
  expect(hidden.queries.needs[1]).toMatch(/^\d{6}-z{8}$/);
});
