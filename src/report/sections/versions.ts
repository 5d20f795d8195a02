import type { Evaluation, VersionRecord } from '../../model/evaluation.ts';
import type { Side } from '../../model/version.ts';
import { type Fill, type Html, html } from '../html.ts';
import { code, quoted, warningBox } from '../marks.ts';
import { ABSENT, count } from '../number.ts';
import type { Section } from '../section.ts';
import { fold, table } from '../table.ts';
import { type DecidingField, versionDifferences } from '../views/version-differences.ts';

type Versions = NonNullable<Evaluation['versions']>;

interface Fact {
  readonly name: string;
  readonly value: (version: VersionRecord) => Fill;
}

function identity({ old, new: fresh }: Versions): Html {
  const names = [...new Set([...Object.keys(old.names), ...Object.keys(fresh.names)])].sort();
  const rows: Fact[] = [
    { name: 'Version', value: (version) => html`<strong>${quoted(version.id, 200)}</strong>` },
    { name: 'Fingerprint, short', value: (version) => code(version.fingerprint.slice(0, 12)) },
    { name: 'Fingerprint, full', value: (version) => code(version.fingerprint) },
    {
      name: 'Fingerprint verified',
      value: (version) => (version.verifiable ? 'yes, from the content' : 'no: only the embedder’s own word ties vectors to it'),
    },
    { name: 'Dimensions', value: (version) => count(version.dimension) },
    ...names.map((name) => ({ name: `Name: ${name}`, value: (version: VersionRecord) => quoted(version.names[name] ?? ABSENT, 400) })),
  ];
  const side = (head: string, key: Side) => ({ head, cell: (row: Fact) => row.value(key === 'old' ? old : fresh) });
  return table(
    'The two versions',
    [{ head: 'What', rowHead: true, cell: (row: Fact) => row.name }, side('Old', 'old'), side('New', 'new')],
    rows,
  );
}

function fields(caption: string, rows: readonly DecidingField[]): Html {
  const value = (text: string | null): Fill => (text === null ? html`<span class="muted">not set</span>` : code(text, 600));
  return table(
    caption,
    [
      { head: 'Field', rowHead: true, cell: (row) => code(row.field) },
      { head: 'Old', cell: (row) => value(row.old) },
      { head: 'New', cell: (row) => value(row.new) },
    ],
    rows,
  );
}

function compared(versions: Versions): Html {
  const { differing, agreeing } = versionDifferences(versions);
  return html`<h3>What differs</h3><p>A fingerprint is the SHA-256 of everything that decides a vector. These fields differ; nothing else does.</p>
${differing.length === 0 ? html`<p>No field differs.</p>` : fields('Deciding fields that differ', differing)}
${agreeing.length > 0 && fold(`Fields that agree (${agreeing.length})`, fields('Deciding fields that agree', agreeing), 'on-screen')}`;
}

export const versions: Section = {
  id: 'versions',
  title: 'Versions compared',
  render: ({ evaluation }) => {
    if (evaluation.versions === null) return html`<p>Only runs were compared; nothing is known of the versions that made them.</p>`;
    return [
      warningBox('Warnings about the new version', evaluation.versions.new.warnings),
      warningBox('Warnings about the old version', evaluation.versions.old.warnings),
      identity(evaluation.versions),
      compared(evaluation.versions),
    ];
  },
};
