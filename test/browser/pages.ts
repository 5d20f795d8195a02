import type { Fingerprint, Sha256 } from '../../src/core/brand.ts';
import { against } from '../../src/features/against/compare.ts';
import { judgePage } from '../../src/features/judge/page.ts';
import type { Audit } from '../../src/model/audit.ts';
import type { State } from '../../src/model/verdict.ts';
import { againstHtml } from '../../src/report/pages/against.ts';
import { auditHtml } from '../../src/report/pages/audit.ts';
import { sweepHtml } from '../../src/report/pages/sweep.ts';
import { smallSheet } from '../features/judge/judge-sheets.ts';
import { TIMINGS } from '../report/fixture.ts';
import { withStudies } from '../report/fixture-studies.ts';
import { sweepOf, sweepResult } from '../report/fixture-sweep.ts';
import { CASES, type Case } from '../report/fixture-verdicts.ts';
import { render } from '../report/page.ts';

const judged = ({ evaluation, verdict }: Case, hash: string) => ({ evaluation, verdict, hash: hash as Sha256, timings: TIMINGS });

/** A pass in which the first of the other checks of a kind has a state that no fixture has. */
function withState({ evaluation, verdict }: Case, state: State, isSlice: boolean): Case {
  const waiver = { rule: 'R@10', slice: null, owner: 'search', reason: 'Known.', expires: '2027-01-31' };
  const first = verdict.rules.find(({ slice, decides }) => decides && (slice !== null) === isSlice);
  const rules = verdict.rules.map((rule) =>
    rule !== first ? rule : state === 'waived' ? { ...rule, outcome: 'fail' as const, state, decides: false, waiver } : { ...rule, state },
  );
  const waivers = state === 'waived' ? [{ waiver, state: 'in-force' as const, text: 'Waived until 2027-01-31 by search: Known.' }] : [];
  return { evaluation, verdict: { ...verdict, rules, waivers } };
}

const fingerprint = (letter: string) => letter.repeat(64) as Fingerprint;
const AUDIT: Audit = {
  kind: 'cutover.audit',
  schemaVersion: 1,
  cutoverVersion: '1.0.0',
  store: { name: 'articles', kind: 'arrow', title: 'Arrow files' },
  expected: { id: 'new', fingerprint: fingerprint('a'), dimension: 384, normalize: true },
  rows: 300,
  corpus: 324,
  tags: [
    { tag: fingerprint('a'), name: 'new', rows: 200 },
    { tag: fingerprint('b'), name: 'old', rows: 60 },
    { tag: null, name: null, rows: 40 },
  ],
  findings: [
    {
      kind: 'untagged',
      title: 'rows without a tag',
      count: 40,
      examples: [{ id: 'a-1', note: 'no tag' }],
      fails: true,
      next: 'Run `cutover tag`.',
    },
    { kind: 'pending', title: 'rows that wait', count: 3, examples: [], fails: false, next: 'Wait.' },
  ],
  attestation: {
    population: 200,
    sampled: 50,
    failed: 1,
    confidence: 0.95,
    bound: 0.09,
    tolerance: { cosine: 0.99, relativeLength: 0.01, method: 'stated' },
    failures: [{ id: 'a-7', cosine: 0.4, cause: 'other-model', note: 'it is of another model' }],
    indistinguishable: ['an empty prefix'],
    withoutText: 2,
  },
  outcome: 'fail',
  headline: 'Fail: 40 rows without a tag.',
};

/** Every kind of page in every state that it can have. */
export const EVERY_PAGE: Readonly<Record<string, string>> = {
  pass: render('html', withStudies(CASES.pass)),
  fail: render('html', withStudies(CASES.fail)),
  inconclusive: render('html', CASES.inconclusive),
  waived: render('html', withState(CASES.pass, 'waived', false)),
  notShownSafe: render('html', withState(CASES.pass, 'not-shown-safe', true)),
  unjudged: render('html', CASES.noQrels),
  sweep: sweepHtml(
    sweepOf(
      [
        sweepResult('dear', 0.8, 300),
        sweepResult('cheap', 0.7, 200, { dominated: true }),
        sweepResult('weak', 0.3, 250, { outcome: 'fail', headline: 'Fail: nDCG@10 −0.300.' }),
        sweepResult('open', 0.5, 220, { outcome: 'inconclusive', headline: 'Inconclusive: too few needs to tell.' }),
      ],
      { failures: [{ name: 'gone', code: 'MODEL_MISSING', message: 'There is no model.', next: 'Download it.' }] },
    ),
    {},
  ),
  sweepWithout: sweepHtml(sweepOf([sweepResult('weak', 0.3, 250, { outcome: 'fail' })], { cheapest: null }), {}),
  against: againstHtml(against(judged(CASES.fail, 'a'), judged(CASES.pass, 'b'), '1.0.0')),
  auditFail: auditHtml(AUDIT),
  auditPass: auditHtml({ ...AUDIT, outcome: 'pass', headline: 'Pass: all rows are tagged.', findings: [], attestation: null }),
  judge: judgePage(smallSheet()),
};
