import type { ChangeRecord } from '../../model/lock.ts';
import { html } from '../html.ts';
import { markdownOf } from '../markdown.ts';
import { code, icon, sentence } from '../marks.ts';
import { list } from '../table.ts';
import { visible, xml } from '../text.ts';

/** What the change means for the lock, for a comment or a job summary; the summary of an evaluation follows it. */
function changeMarkdown({ headline, facts, cache = [], next, base, lock, exitCode }: ChangeRecord): string {
  const against = base.commit === null ? 'no lock yet' : code(base.commit.slice(0, 12));
  const lines = [...facts, ...cache.map((line) => `cache: ${line}`)].map((fact) => sentence(fact, 400));
  const body = html`<p>${icon(exitCode === 0 ? 'pass' : 'fail')}${code(lock)} against ${code(base.ref, 100)} (${against}): <strong>${sentence(headline, 400)}</strong></p>
${list('ul', lines)}${next !== '' && html`<p><strong>Do:</strong> ${sentence(next, 600)}</p>`}`;
  return `${markdownOf(body)}\n`;
}

/** JUnit XML of one test case: the lock. What the evaluation found is in junit.xml beside it. */
function changeJUnit({ state, headline, facts, next, lock, exitCode }: ChangeRecord): string {
  const failed = exitCode !== 0;
  const text = [headline, ...facts, ...(next === '' ? [] : [`Next: ${next}`])].join('\n');
  const inner = failed
    ? `<failure type="${state}" message="${xml(headline)}">${xml(text)}</failure>`
    : `<system-out>${xml(text)}</system-out>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="${xml(lock)}" tests="1" failures="${failed ? 1 : 0}" errors="0" skipped="0">
    <testcase classname="cutover.lock" name="${xml(lock)}" time="0">${inner}</testcase>
  </testsuite>
</testsuites>
`;
}

/** The lock as a SARIF 2.1.0 log: one error at the lock's first line where it does not hold, no result where it does. */
function changeSarif({ state, headline, facts, next, lock, exitCode }: ChangeRecord): string {
  const text = visible([headline, ...facts, next].filter((line) => line !== '').join('\n'));
  const location = { physicalLocation: { artifactLocation: { uri: encodeURI(lock) }, region: { startLine: 1 } } };
  const results = exitCode === 0 ? [] : [{ ruleId: 'cutover.lock', level: 'error', message: { text }, locations: [location] }];
  const rule = { id: 'cutover.lock', shortDescription: { text: 'The lock says which embedding version is live' } };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'cutover', rules: [rule] } }, results, properties: { state } }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** A form that the outcome of `run --changed` is written in. */
export interface ChangeFormat {
  readonly fileName: string;
  render(record: ChangeRecord): string;
}

/** Every one there is; pure functions of the record. */
export const CHANGE_FORMATS: readonly ChangeFormat[] = [
  { fileName: 'change.json', render: (record) => `${JSON.stringify(record, null, 2)}\n` },
  { fileName: 'change.md', render: changeMarkdown },
  { fileName: 'change.xml', render: changeJUnit },
  { fileName: 'change.sarif', render: changeSarif },
];
