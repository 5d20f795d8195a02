import type { ChangeRecord } from '../../model/lock.ts';
import { xml } from '../xml.ts';

/** JUnit XML of one test case: the lock. What the evaluation found stands in junit.xml beside it. */
export function changeJUnit({ state, headline, facts, next, lock, exitCode }: ChangeRecord): string {
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
