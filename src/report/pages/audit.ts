import type { Attestation, Audit, AuditFinding } from '../../model/audit.ts';
import { headlineWords } from '../checks.ts';
import { type Fill, type Html, html } from '../html.ts';
import { badge, code, icon, quoted, sentence } from '../marks.ts';
import { count, decimal, percent } from '../number.ts';
import { page } from '../page.ts';
import { facts, list, table } from '../table.ts';
import { xml } from '../text.ts';

const WORDS = { pass: 'Pass', fail: 'Fail' } as const;
/** Colours of the bar of tags; further ones share the last. */
const TAGS = 5;

function banner(audit: Audit): Html {
  const { outcome } = audit;
  return html`<div class="banner ${outcome}"><p class="outcome">${icon(outcome)}<strong>${WORDS[outcome]}</strong></p><p class="headline">${sentence(headlineWords(audit))}</p></div>`;
}

/** Which vectors are in the store, as one bar by tag. */
function bar({ tags, rows, expected }: Audit): Html | null {
  if (rows === 0) return null;
  let x = 0;
  const parts = tags.map(({ tag, name, rows: held }, i) => {
    const width = (100 * held) / rows;
    const from = x;
    x += width;
    const kind = tag === expected.fingerprint ? 'expected' : tag === null ? 'untagged' : `tag-${Math.min(i, TAGS - 1)}`;
    return html`<rect class="${kind}" x="${from.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="8"><title>${name ?? tag ?? 'untagged'}: ${count(held)} rows</title></rect>`;
  });
  return html`<svg class="tags" viewBox="0 0 100 8" preserveAspectRatio="none" width="100" height="8" role="img" aria-label="Rows by tag; the figures are in the table">${parts}</svg>`;
}

function findings(audit: Audit): Fill {
  const rows = audit.findings.filter(({ count: found }) => found > 0);
  if (rows.length === 0) return html`<p>Nothing was found.</p>`;
  return table<AuditFinding>(
    'Findings',
    [
      { head: 'Finding', rowHead: true, cell: ({ title }) => sentence(title) },
      { head: 'Rows', numeric: true, cell: ({ count: found }) => count(found) },
      { head: 'State', cell: ({ fails }) => (fails ? badge('fail') : badge('skipped', 'Informs')) },
      {
        head: 'Such as',
        cell: ({ examples }) => examples.map(({ id, note }) => html`<span class="block">${code(id)}: ${sentence(note)}</span>`),
      },
      { head: 'What to do', cell: ({ next }) => sentence(next) },
    ],
    rows,
    'stack',
  );
}

function attested(found: Attestation | null): Fill {
  if (found === null) return html`<p>No tag was put to the test. <code>--attest</code> embeds a sample again.</p>`;
  return html`<p>${count(found.sampled)} of ${count(found.population)} rows were embedded again; ${count(found.failed)} of them ${found.failed === 1 ? 'is' : 'are'} not what ${found.failed === 1 ? 'its' : 'their'} tag says. At most ${percent(found.bound)} of the tags are false (${percent(found.confidence)} confidence).</p>
${facts([
  ['Nearness asked for', `cosine at least ${found.tolerance.cosine}, length within ${found.tolerance.relativeLength}`],
  ['Measured as', found.tolerance.method],
  ['Rows without a text to embed', count(found.withoutText)],
])}
${
  found.indistinguishable.length > 0 &&
  html`<h3>What this sample could not tell apart</h3>${list(
    'ul',
    found.indistinguishable.map((line) => sentence(line)),
  )}`
}
${
  found.failures.length > 0 &&
  table(
    'Rows whose tag is false',
    [
      { head: 'Row', rowHead: true, cell: ({ id }) => code(id) },
      { head: 'Cosine', numeric: true, cell: ({ cosine }) => decimal(cosine) },
      { head: 'Cause', cell: ({ cause }) => cause },
      { head: 'In words', cell: ({ note }) => sentence(note) },
    ],
    found.failures,
  )
}`;
}

function tags(audit: Audit): Fill {
  return html`${bar(audit)}${table(
    'Rows by tag',
    [
      { head: 'Tag', rowHead: true, cell: ({ tag }) => (tag === null ? 'untagged' : code(tag)) },
      {
        head: 'Version',
        cell: ({ name, tag }) => html`${name !== null && quoted(name)}${tag === audit.expected.fingerprint && ' (expected)'}`,
      },
      { head: 'Rows', numeric: true, cell: ({ rows }) => count(rows) },
    ],
    audit.tags,
  )}${facts([
    ['Expected version', html`${quoted(audit.expected.id)} ${code(audit.expected.fingerprint)}`],
    ['Rows', count(audit.rows)],
    ['Documents in the corpus', audit.corpus === null ? 'not compared' : count(audit.corpus)],
    ['Dimension', audit.expected.dimension === null ? 'none' : count(audit.expected.dimension)],
  ])}`;
}

/** The audit as a page by itself: nothing is loaded, no script runs. */
export function auditHtml(audit: Audit): string {
  return page({
    title: `${WORDS[audit.outcome]}: audit of ${audit.store.name}`,
    kind: 'Audit of a vector store',
    heading: quoted(audit.store.name),
    about: quoted(audit.store.title),
    parts: [
      { id: 'outcome', title: 'Outcome', body: banner(audit) },
      { id: 'findings', title: 'Findings', body: findings(audit) },
      { id: 'tags', title: 'Which vectors are in this store', body: tags(audit) },
      { id: 'attestation', title: 'Are the tags true?', body: attested(audit.attestation) },
    ],
    cutoverVersion: audit.cutoverVersion,
  }).toString();
}

/** The audit as JUnit XML: one test case a kind of finding; one that is for information only never fails. */
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
