import { plain } from '../core/printable.ts';
import type { AuditResult } from '../live/audit/audit.ts';
import type { Host } from './host.ts';
import { alignedRows } from './tables.ts';
import { paintFor } from './terminal.ts';

/** Prints an audit for people: tags, findings with examples, and what to do. */
export function printAudit(host: Host, { audit, files }: AuditResult, quiet: boolean): void {
  const paint = paintFor(host);
  const lines: string[] = [];
  const out = (line = '') => lines.push(line);
  out(`${plain(audit.store.title)}, expected to hold ${plain(audit.expected.id)} (${audit.expected.fingerprint.slice(0, 12)})`);
  out();
  const tags = audit.tags.map(({ tag, name, rows }) => [tag === null ? 'untagged' : tag.slice(0, 12), plain(name ?? ''), String(rows)]);
  for (const line of alignedRows([['tag', 'version', 'rows'], ...tags])) out(`  ${line}`);
  for (const { title, count, examples, fails, next } of audit.findings.filter(({ count }) => count > 0)) {
    out();
    out(`${fails ? paint.bad('FAIL') : paint.warn('note')} ${count} ${title}`);
    for (const { id, note } of examples) out(`       ${plain(id)}: ${plain(note)}`);
    out(`  ${paint.dim('next')} ${next}`);
  }
  const { attestation } = audit;
  out();
  if (attestation === null) out(paint.dim('No tag was put to the test: --attest embeds a sample of the rows again and compares.'));
  else {
    const percent = (100 * attestation.bound).toFixed(2);
    out(
      `Attested ${attestation.sampled} of ${attestation.population} rows: ${attestation.failed} false. With ${100 * attestation.confidence} % confidence at most ${percent} % of the tags are false.`,
    );
    for (const line of attestation.indistinguishable) out(paint.dim(`  cannot be told apart: ${plain(line)}`));
  }
  out();
  out(audit.outcome === 'pass' ? paint.good(audit.headline) : paint.bad(audit.headline));
  if (!quiet) for (const file of files) out(paint.dim(`  ${plain(file)}`));
  host.stdout.write(`${lines.join('\n')}\n`);
}
