import type { Audit } from '../../model/audit.ts';
import { xml } from '../xml.ts';

/** The audit as JUnit XML: one test case a kind of finding; one that only informs never fails. */
export function auditJUnit(audit: Audit): string {
  const failed = audit.findings.filter(({ fails, count }) => fails && count > 0).length;
  const cases = audit.findings.map(({ kind, title, count, examples, fails, next }) => {
    const open = `    <testcase classname="${xml(`audit.${audit.store.name}`)}" name="${xml(title)}"`;
    if (count === 0) return `${open}/>`;
    const text = [`${count} ${title}.`, ...examples.map(({ id, note }) => `${id}: ${note}`), next].join('\n');
    const inner = fails
      ? `<failure message="${xml(`${count} ${title}`)}" type="${kind}">${xml(text)}</failure>`
      : `<system-out>${xml(text)}</system-out>`;
    return `${open}>${inner}</testcase>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="${xml(`audit of ${audit.store.name}`)}" tests="${audit.findings.length}" failures="${failed}" errors="0" skipped="0">
${cases.join('\n')}
  </testsuite>
</testsuites>
`;
}
