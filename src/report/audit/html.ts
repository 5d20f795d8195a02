import type { Attestation, Audit, AuditFinding } from '../../model/audit.ts';
import { type Html, html } from '../html.ts';
import { code, quoted, statusBadge } from '../marks.ts';
import { count, decimal } from '../number.ts';
import { page } from '../page.ts';
import { facts, table } from '../table.ts';

function findings(audit: Audit): Html {
  const rows = audit.findings.filter(({ count: found }) => found > 0);
  if (rows.length === 0) return html`<p>Nothing was found.</p>`;
  return table<AuditFinding>(
    'Findings',
    [
      { head: 'Finding', rowHead: true, cell: ({ title }) => title },
      { head: 'Rows', numeric: true, cell: ({ count: found }) => count(found) },
      { head: 'Weight', cell: ({ fails }) => (fails ? statusBadge('fail', 'fails') : statusBadge('inconclusive', 'informs')) },
      { head: 'Such as', cell: ({ examples }) => examples.map(({ id, note }) => html`<div>${code(id)}: ${quoted(note)}</div>`) },
      { head: 'What to do', cell: ({ next }) => next },
    ],
    rows,
    'stack',
  );
}

function attested(found: Attestation | null): Html {
  if (found === null) return html`<p>No tag was put to the test. <code>--attest</code> embeds a sample again.</p>`;
  const percent = (share: number) => `${decimal(100 * share)} %`;
  return html`<p>${count(found.sampled)} of ${count(found.population)} rows were embedded again; ${count(found.failed)} of them are not what their tag says. With ${percent(found.confidence)} confidence at most ${percent(found.bound)} of the tags are false.</p>
${facts([
  ['Nearness asked for', `cosine at least ${found.tolerance.cosine}, length within ${found.tolerance.relativeLength}`],
  ['Measured as', found.tolerance.method],
  ['Rows without a text to embed', count(found.withoutText)],
])}
${found.indistinguishable.length > 0 && html`<h3>What this sample could not tell apart</h3><ul>${found.indistinguishable.map((line) => html`<li>${quoted(line)}</li>`)}</ul>`}
${
  found.failures.length > 0 &&
  table(
    'Rows whose tag is false',
    [
      { head: 'Row', rowHead: true, cell: ({ id }) => code(id) },
      { head: 'Cosine', numeric: true, cell: ({ cosine }) => decimal(cosine) },
      { head: 'Cause', cell: ({ cause }) => cause },
      { head: 'In words', cell: ({ note }) => quoted(note) },
    ],
    found.failures,
  )
}`;
}

function outcomeOf(audit: Audit, words: string): Html {
  return html`<p>${statusBadge(audit.outcome, words)} ${audit.headline}</p>
${facts([
  ['Expected version', html`${quoted(audit.expected.id)} ${code(audit.expected.fingerprint)}`],
  ['Rows', count(audit.rows)],
  ['Documents in the corpus', audit.corpus === null ? 'not compared' : count(audit.corpus)],
  ['Dimension', audit.expected.dimension === null ? 'none' : count(audit.expected.dimension)],
])}`;
}

function tags(audit: Audit): Html {
  return table(
    'Rows by tag',
    [
      { head: 'Tag', rowHead: true, cell: ({ tag }) => (tag === null ? 'untagged' : code(tag)) },
      { head: 'Version', cell: ({ name }) => (name === null ? '' : quoted(name)) },
      { head: 'Rows', numeric: true, cell: ({ rows }) => count(rows) },
    ],
    audit.tags,
  );
}

/** The audit as a page of its own: nothing is loaded, no script runs. */
export function auditHtml(audit: Audit): string {
  const outcome = audit.outcome === 'pass' ? 'Pass' : 'Fail';
  return page({
    title: `${outcome}: audit of ${audit.store.name}`,
    kind: 'Audit of a vector store',
    heading: quoted(audit.store.name),
    about: quoted(audit.store.title),
    parts: [
      { id: 'outcome', title: 'Outcome', body: outcomeOf(audit, outcome) },
      { id: 'findings', title: 'Findings', body: findings(audit) },
      { id: 'tags', title: 'Rows by tag', body: tags(audit) },
      { id: 'attestation', title: 'Are the tags true?', body: attested(audit.attestation) },
    ],
    cutoverVersion: audit.cutoverVersion,
  }).toString();
}
