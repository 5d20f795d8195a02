import type { Sha256 } from '../../src/core/brand.ts';
import { gateInput } from '../../src/gate/gate-input.ts';
import { leadOf } from '../../src/gate/lead.ts';
import { measureBounds } from '../../src/gate/measure-bounds.ts';
import { sliceTables } from '../../src/gate/slice-tables.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import type { LimitRule, NoHarmRule, NonInferiorRule, Policy } from '../../src/model/policy.ts';
import type { Outcome, RuleResult, Verdict } from '../../src/model/verdict.ts';
import { type FixtureOptions, makeEvaluation } from './fixture.ts';

const base = { on: 'served', severity: 'fail', ifMissing: 'fail' } as const;
const NDCG: NonInferiorRule = { ...base, kind: 'nonInferior', metric: 'nDCG@10', margin: 0.02 };
const RECALL: NonInferiorRule = { ...base, kind: 'nonInferior', metric: 'R@10', margin: 0.03 };
const HARM: NoHarmRule = { ...base, kind: 'noHarm', metric: 'nDCG@10', margin: 0.05, slices: 'declared' };
const INDEX: LimitRule = { ...base, kind: 'atLeast', metric: 'annRecall@10', limit: 0.98, bound: 'estimate' };
const CONSUMERS: LimitRule = { ...base, kind: 'atMost', metric: 'untranslatedConsumers', limit: 0, bound: 'estimate' };
const NOISE: LimitRule = {
  ...base,
  kind: 'atMost',
  metric: 'overlapLossOverNoise@10',
  limit: 20,
  bound: 'estimate',
  severity: 'warn',
  ifMissing: 'skip',
};

const POLICY: Policy = {
  confidence: 0.95,
  rules: [NDCG, RECALL, HARM, INDEX, CONSUMERS, NOISE],
  inconclusive: 'block',
  minimumNeeds: 28,
  resamples: 9999,
  waivers: [],
};

const WORDS: Readonly<Record<Outcome, string>> = {
  pass: 'The lower bound is above the margin.',
  fail: 'The upper bound is below the margin: the loss is larger than allowed.',
  inconclusive: 'The margin is between the bounds: more needs would settle it.',
};

function shown(result: Omit<RuleResult, 'state'>): RuleResult {
  const { rule, outcome, interval, waiver } = result;
  if (waiver !== undefined) return { ...result, state: 'waived' };
  const isSafe = rule.kind !== 'noHarm' || (interval !== null && interval.lower > -rule.margin);
  return { ...result, state: outcome === 'pass' && !isSafe ? 'not-shown-safe' : outcome };
}

function compared(
  rule: NonInferiorRule | NoHarmRule,
  old: number,
  fresh: number,
  half: number,
  slice: RuleResult['slice'],
  needs: number,
): RuleResult {
  const difference = fresh - old;
  const interval = { lower: difference - half, upper: difference + half, confidence: 0.95, method: 'gaffke' as const };
  const strict: Outcome = interval.lower > -rule.margin ? 'pass' : interval.upper < -rule.margin ? 'fail' : 'inconclusive';
  const outcome = rule.kind === 'noHarm' && strict === 'inconclusive' ? 'pass' : strict;
  const where = slice === null ? '' : ` · ${slice.field}=${slice.value}`;
  return shown({
    rule,
    id: `${rule.metric} ${rule.kind} ${rule.margin} on ${rule.on}${where}`,
    slice,
    outcome,
    direction: 'higher',
    decides: slice === null || needs >= POLICY.minimumNeeds,
    expected: `new is at most ${rule.margin} below old`,
    found: `${fresh.toFixed(4)} against ${old.toFixed(4)}`,
    reason: WORDS[outcome],
    next:
      outcome === 'pass'
        ? ''
        : outcome === 'fail'
          ? 'Look at the queries that lost most; check pooling and prefixes.'
          : 'Add judged needs, or choose a margin that a reviewer accepts.',
    needs,
    moved: needs,
    old,
    new: fresh,
    difference,
    interval,
    adjustedP: 0.1234,
    power: { detectable: 0.0113, passIfEqual: 0.982, needsToSettle: outcome === 'inconclusive' ? 410 : null },
  });
}

function limit(rule: LimitRule, value: number | null): RuleResult {
  const fine = value !== null && (rule.kind === 'atLeast' ? value >= rule.limit : value <= rule.limit);
  const missing = value === null;
  return shown({
    rule,
    id: `${rule.metric} ${rule.kind} ${rule.limit} on ${rule.on}`,
    slice: null,
    direction: 'higher',
    outcome: missing && rule.ifMissing === 'skip' ? 'skipped' : fine ? 'pass' : 'fail',
    decides: !missing && rule.severity === 'fail',
    expected: `${rule.kind === 'atLeast' ? 'at least' : 'at most'} ${rule.limit}`,
    found: missing ? 'no value' : String(value),
    reason: missing ? 'The noise floor was not measured.' : fine ? 'The value is within the limit.' : 'The value is beyond the limit.',
    next: missing || fine ? '' : 'Accept a value for each consumer: the line to paste is under Consumers.',
    needs: 0,
    moved: null,
    old: null,
    new: value,
    difference: null,
    interval: null,
    adjustedP: null,
    power: null,
  });
}

function makeVerdict(evaluation: Evaluation, half: number, hostile?: string): Verdict {
  const quality =
    'notApplicable' in evaluation.quality ? null : (evaluation.quality as Exclude<Evaluation['quality'], { notApplicable: string }>);
  const mean = (measure: string, side: 'old' | 'new'): number => quality?.[measure]?.served?.[side].mean ?? 0;
  const n = evaluation.queries.ids.length;
  const value = (name: string): number | null => {
    const found = evaluation.values[name];
    return typeof found === 'number' ? found : null;
  };
  const rules: RuleResult[] = [
    ...(quality === null
      ? []
      : [
          compared(NDCG, mean('nDCG@10', 'old'), mean('nDCG@10', 'new'), half, null, n),
          compared(RECALL, mean('R@10', 'old'), mean('R@10', 'new'), half, null, n),
          ...evaluation.slices.map((slice) => {
            const means = slice.quality['nDCG@10']?.served;
            return compared(HARM, means?.old ?? 0, means?.new ?? 0, 2 * half, { field: slice.field, value: slice.value }, slice.needs);
          }),
        ]),
    limit(INDEX, evaluation.index['annRecall@10']?.new.mean ?? null),
    limit(CONSUMERS, value('untranslatedConsumers')),
    limit(NOISE, value('overlapLossOverNoise@10')),
  ];
  const deciding = rules.filter((rule) => rule.decides);
  const outcome: Outcome = deciding.some((rule) => rule.outcome === 'fail')
    ? 'fail'
    : deciding.some((rule) => rule.outcome === 'inconclusive')
      ? 'inconclusive'
      : 'pass';
  const not = deciding.filter((rule) => rule.outcome !== 'pass');
  const word = { pass: 'passes', fail: 'fails', inconclusive: 'is inconclusive on' }[outcome];
  return {
    kind: 'cutover.verdict',
    schemaVersion: 1,
    cutoverVersion: '0.1.0',
    asOf: '2025-01-31',
    evaluation: 'ab12'.repeat(16) as Sha256,
    policyHash: 'cd34'.repeat(16) as Sha256,
    policy: POLICY,
    lead: leadOf(evaluation, POLICY),
    measures: measureBounds(gateInput(evaluation, POLICY)),
    slices: sliceTables(evaluation, POLICY),
    ...(quality === null ? { unknownQuality: 'Without a judgement nobody can say which version finds the better documents.' } : {}),
    outcome,
    exitCode: outcome === 'pass' ? 0 : outcome === 'fail' ? 1 : 3,
    why: outcome === 'inconclusive' ? 'few-needs' : null,
    headline:
      hostile ??
      `${evaluation.versions?.new.id} ${word} ${outcome === 'pass' ? `all ${deciding.length} rules that decide` : `${not.length} of ${deciding.length} rules that decide`}.`,
    reasons: outcome === 'pass' ? ['Every rule that decides passed.'] : not.map((rule) => hostile ?? `${rule.id}: ${rule.reason}`),
    rules:
      hostile === undefined ? rules : rules.map((rule) => ({ ...rule, expected: hostile, found: hostile, reason: hostile, next: hostile })),
  };
}

export interface Case {
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
}

function makeCase(options: FixtureOptions, half: number): Case {
  const evaluation = makeEvaluation(options);
  return { evaluation, verdict: makeVerdict(evaluation, half, options.hostile) };
}

/** Text that tries to act: markup, attributes, Markdown, mentions, bidirectional and ANSI controls. */
export const HOSTILE = [
  '<script>window.pwned=1</script></script></style></title><img src=x onerror="window.pwned=1"><svg onload=window.pwned=1>',
  `"' onmouseover='window.pwned=1' style="x" \`]]> --> javascript:alert(1) <a href="https://evil.example">x</a>`,
  '](https://evil.example) ![i](https://evil.example/i.png) **b** | c | @everyone #12 GH-3 https://evil.example www.evil.example',
  '\u202Egnp.exe\u2066 \u001B[31mred\u001B[0m \u0000\u200B\uFEFF \uD800 </details> 👩‍👩‍👧 שלום مرحبا',
  'W'.repeat(400),
].join('\n');

export const CASES = {
  pass: makeCase({}, 0.009),
  fail: makeCase(
    { loss: 0.16, accepted: 'none', warnings: ['The model’s folder publishes mean pooling (1_Pooling/config.json), the spec says cls.'] },
    0.012,
  ),
  inconclusive: makeCase({ loss: 0.03, accepted: 'outside' }, 0.024),
  noQrels: makeCase({ judged: false }, 0.01),
  hostile: makeCase({ hostile: HOSTILE, loss: 0.1, warnings: [HOSTILE], accepted: 'none' }, 0.01),
  oneQuery: makeCase({ queries: 1, loss: 0.1 }, 0.01),
} as const satisfies Readonly<Record<string, Case>>;
