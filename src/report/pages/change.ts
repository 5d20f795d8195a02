import type { ChangeRecord } from '../../model/lock.ts';
import { codeMarkdown, escapeMarkdown } from '../markdown.ts';
import { visible } from '../text.ts';
import { xml } from '../xml.ts';

/** What the change means for the lock, for a comment or a job summary; the summary of an evaluation follows it. */
function changeMarkdown({ headline, facts, next, base, lock, exitCode }: ChangeRecord): string {
  const against = base.commit === null ? 'no lock yet' : codeMarkdown(base.commit.slice(0, 12));
  return [
    `${exitCode === 0 ? '✅' : '❌'} ${codeMarkdown(lock)} against ${codeMarkdown(base.ref, 100)} (${against}): **${escapeMarkdown(headline, 400)}**`,
    ...(facts.length === 0 ? [] : [facts.map((fact) => `- ${escapeMarkdown(fact, 400)}`).join('\n')]),
    ...(next === '' ? [] : [`**Do:** ${escapeMarkdown(next, 600)}`]),
  ]
    .join('\n\n')
    .concat('\n');
}

/** JUnit XML of one test case: the lock. What the evaluation found stands in junit.xml beside it. */
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
