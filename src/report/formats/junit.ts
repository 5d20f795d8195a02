import type { RuleResult } from '../../model/verdict.ts';
import { whyInforms } from '../checks.ts';
import type { Format } from '../format.ts';
import { checkInput, type ReportInput } from '../input.ts';
import { STATES } from '../marks.ts';
import { xml } from '../text.ts';

type Mark = 'passed' | 'failure' | 'error' | 'skipped';

/** A case is red only where the verdict's exit code is: rules that inform, or that the policy lets be inconclusive, are skipped. */
function markOf(result: RuleResult, { verdict }: ReportInput): Mark {
  if (result.outcome === 'pass') return result.state === 'not-shown-safe' ? 'skipped' : 'passed';
  if (!result.decides || result.outcome === 'skipped') return 'skipped';
  if (result.outcome === 'fail') return 'failure';
  return verdict.policy.inconclusive === 'block' ? 'error' : 'skipped';
}

function details(result: RuleResult): string {
  const bounds = result.interval === null ? [] : [`Bounds: ${result.interval.lower} to ${result.interval.upper}`];
  const next = result.next === '' ? [] : [`Next: ${result.next}`];
  return [`Expected: ${result.expected}`, `Found: ${result.found}`, ...bounds, result.reason, ...next].join('\n');
}

function testcase(result: RuleResult, mark: Mark): string {
  const name = `<testcase classname="cutover.${xml(result.rule.metric)}" name="${xml(result.id)}" time="0"`;
  if (mark === 'passed') return `    ${name}/>`;
  const informs = whyInforms(result);
  const message = `${STATES[result.state].words}${informs === null ? '' : ` (${informs})`}: ${result.reason}`;
  if (mark === 'skipped') return `    ${name}><skipped>${xml(message)}</skipped></testcase>`;
  return `    ${name}><${mark} type="${xml(result.outcome)}" message="${xml(message)}">${xml(details(result))}</${mark}></testcase>`;
}

function suites(input: ReportInput): string {
  checkInput(input);
  const { evaluation, verdict } = input;
  const cases = verdict.rules.map((result) => ({ result, mark: markOf(result, input) }));
  const number = (mark: Mark): number => cases.filter((one) => one.mark === mark).length;
  const counts = `tests="${cases.length}" failures="${number('failure')}" errors="${number('error')}"`;
  const facts = { outcome: verdict.outcome, exitCode: String(verdict.exitCode), headline: verdict.headline, asOf: verdict.asOf };
  const properties = Object.entries({
    ...facts,
    evaluation: verdict.evaluation,
    policy: verdict.policyHash,
    dataset: evaluation.dataset.name,
    ...Object.fromEntries((verdict.cautions ?? []).map(({ id, title, text }) => [id, `${title}: ${text}`])),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="cutover" ${counts} time="0">`,
    `  <testsuite name="cutover gate" ${counts} skipped="${number('skipped')}" time="0">`,
    '    <properties>',
    ...properties.map(([name, value]) => `      <property name="${name}" value="${xml(value)}"/>`),
    '    </properties>',
    ...cases.map(({ result, mark }) => testcase(result, mark)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/**
 * One test case a rule result. A deciding failure is `failure`; a deciding inconclusive rule is `error`, which CI systems
 * show red and apart from failures, unless the policy only warns of it; everything else that did not pass is `skipped`
 * with its words.
 */
export const junit: Format = {
  id: 'junit',
  title: 'JUnit XML for CI systems',
  fileName: 'junit.xml',
  mediaType: 'application/xml',
  render: (evaluation, verdict, timings) => suites({ evaluation, verdict, timings }),
};
