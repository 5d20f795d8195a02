import { join } from 'node:path';
import type { Fingerprint } from '../../core/brand.ts';
import { plural } from '../../core/words.ts';
import type { Audit, AuditFinding } from '../../model/audit.ts';
import { CUTOVER_VERSION } from '../../project/workspace.ts';
import { readLedger } from '../../proof/chain.ts';
import { auditHtml, auditJUnit } from '../../report/pages/audit.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { ownFolder } from '../../system/owned-folder.ts';
import { attest } from '../attest/attest.ts';
import { standingOf } from '../ledger/states.ts';
import { type StoreAccess, type StoreOptions, withStore } from '../store-access.ts';
import type { ColumnStore } from '../stores/column-store.ts';
import type { Place } from '../stores/live-store.ts';
import { counted, findingsOf } from './findings.ts';
import { type Scan, scanStore } from './scan.ts';

export interface AuditOptions extends StoreOptions {
  /** The version that readers expect. */
  readonly expect: string;
  /** Versions that may be beside it. */
  readonly also: readonly string[];
  /** Rows to embed again; null for none. */
  readonly attest: number | null;
}

export interface AuditResult {
  readonly audit: Audit;
  readonly files: readonly string[];
}

/** Audits a store and writes audit.json, audit.html and audit.junit.xml into `<report folder>/audit-<store>`. */
export async function auditStore(options: AuditOptions): Promise<AuditResult> {
  return withStore(options, async (access) => {
    const audit = await auditOf(access, options);
    const folder = join(access.config.output, `audit-${access.store.spec.name.replaceAll(/[^\w.-]/g, '_')}`);
    const files = [
      ['audit.json', `${JSON.stringify(audit, null, 2)}\n`],
      ['audit.html', auditHtml(audit)],
      ['audit.junit.xml', auditJUnit(audit)],
    ] as const;
    await ownFolder(
      folder,
      files.map(([name]) => name),
    );
    for (const [name, text] of files) await writeFileAtomic(join(folder, name), text);
    return { audit, files: files.map(([name]) => join(folder, name)) };
  });
}

/** The audit alone; writes nothing. */
export async function auditOf(access: StoreAccess, options: Omit<AuditOptions, 'store'>): Promise<Audit> {
  const { store } = access;
  const expected = await access.version(options.expect);
  const others = await Promise.all(options.also.map((name) => access.version(name)));
  const ledger = standingOf(await readLedger(store.ledger, store.title)).migration;
  const inMigration = ledger === null ? [] : [ledger.to, ledger.from].filter((tag) => tag !== null);
  const allowed = new Set<string>([...others.map(({ tag }) => tag), ...inMigration]);
  const corpus = await access.corpus();
  const { spec } = expected;
  const place = await placeOf(store, expected.tag);
  const onRows = (done: number) => options.console.progress({ task: `reading ${store.spec.name}`, done, total: null, unit: 'rows' });
  const scan = await scanStore(store, {
    expected: expected.tag,
    allowed,
    normalize: spec.normalize,
    place,
    signal: options.signal,
    onRows,
  });
  if (place === 'next') await countLacking(store, scan);
  const known = await knownVersions(access, options);
  const attestation =
    options.attest === null || scan.ids.size === 0
      ? null
      : await attest(
          access,
          [...scan.ids.keys()].sort(),
          { claimed: expected, others: known, size: options.attest, place, explained: true },
          options,
        );
  const findings = findingsOf(scan, corpus, attestation);
  const outcome = findings.some(({ fails, count }) => fails && count > 0) ? 'fail' : 'pass';
  return {
    kind: 'cutover.audit',
    schemaVersion: 1,
    cutoverVersion: CUTOVER_VERSION,
    store: { name: store.spec.name, kind: store.spec.kind, title: store.title },
    expected: { id: spec.id, fingerprint: expected.tag, dimension: scan.dimension, normalize: spec.normalize },
    rows: scan.rows,
    corpus: corpus.size,
    tags: [...scan.tags]
      .sort((a, b) => b[1] - a[1] || ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1))
      .map(([tag, rows]) => ({ tag, name: tag === null ? null : access.nameOf(tag), rows })),
    findings,
    attestation,
    outcome,
    headline: headlineOf(findings, scan.rows, spec.id),
  };
}

/** The column that is to hold a version: the one beside where a migration leads to it, or came from it. */
async function placeOf(store: ColumnStore, tag: Fingerprint): Promise<Place> {
  const sides = await store.sides();
  return sides !== null && sides.current !== tag && sides.next === tag ? 'next' : 'current';
}

/** Rows that have a vector and none beside: a pass over the column beside can't tell them from those that have none at all. */
async function countLacking(store: ColumnStore, { faults }: Scan): Promise<void> {
  const sides = await store.sides();
  if (sides === null) return;
  const { empty, examples } = await store.progress(sides);
  const lacking = faults.pending.count - empty;
  if (lacking <= 0) return;
  for (const id of examples) faults.zero.add(id, () => 'no vector of this version yet');
  faults.zero.count = lacking;
  faults.pending.count = empty;
}

/** Both versions of the configuration, as far as they can be opened here, and those named: what a false tag may stand for. */
async function knownVersions(access: StoreAccess, { also }: Pick<AuditOptions, 'also'>) {
  const opened = await Promise.all(['old', 'new', ...also].map((name) => access.version(name).catch(() => null)));
  return opened.filter((version) => version !== null);
}

function headlineOf(findings: readonly AuditFinding[], rows: number, id: string): string {
  const bad = findings.filter(({ fails, count }) => fails && count > 0);
  const notes = findings.filter(({ fails, count }) => !fails && count > 0);
  const listed = (some: readonly AuditFinding[]) => some.map(counted).join(', ');
  if (bad.length > 0) return `Fail: ${listed(bad)}.`;
  return `Pass: ${plural(rows, 'row')}, and everything that readers of ${id} get is its own${notes.length > 0 ? `; beside that ${listed(notes)}` : ''}.`;
}
