import type { Evaluation, VersionRecord } from '../../model/evaluation.ts';
import { type Fill, html } from '../html.ts';
import { code, quoted, term, warningBox } from '../marks.ts';
import { ABSENT, count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { fold, table } from '../table.ts';
import { type DecidingField, versionDifferences, whatChanged } from '../version-words.ts';

type Versions = NonNullable<Evaluation['versions']>;

interface Fact {
  readonly name: Fill;
  readonly value: (version: VersionRecord) => Fill;
}

function identity({ old, new: fresh }: Versions): Fill {
  const names = [...new Set([...Object.keys(old.names), ...Object.keys(fresh.names)])].sort();
  const cut = (which: 'documents' | 'queries'): Fact => ({
    name: `${which === 'documents' ? 'Documents' : 'Queries'} cut at the longest input`,
    value: ({ truncated, meanTokens }) => `${count(truncated[which])}, ${decimal(meanTokens[which], 1)} tokens on average`,
  });
  const rows: Fact[] = [
    { name: 'Version', value: ({ id }) => html`<strong>${quoted(id, 200)}</strong>` },
    { name: term('word-fingerprint', 'Fingerprint'), value: ({ fingerprint }) => code(fingerprint) },
    {
      name: 'Verified',
      value: ({ verifiable }) => (verifiable ? 'yes, from the content' : 'no: only the embedder says what made its vectors'),
    },
    { name: 'Dimensions', value: ({ dimension }) => count(dimension) },
    cut('documents'),
    cut('queries'),
    ...names.map((name) => ({ name: `Name: ${name}`, value: (version: VersionRecord) => quoted(version.names[name] ?? ABSENT, 400) })),
  ];
  return table(
    'The two versions',
    [
      { head: 'What', rowHead: true, cell: (row: Fact) => row.name },
      { head: 'Old', cell: (row: Fact) => row.value(old) },
      { head: 'New', cell: (row: Fact) => row.value(fresh) },
    ],
    rows,
  );
}

/** Deciding fields of both versions; Markdown has the same rows. */
export function fieldTable(caption: string, rows: readonly DecidingField[]): Fill {
  const value = (text: string | null): Fill => (text === null ? html`<span class="muted">not set</span>` : code(text, 120));
  return table(
    caption,
    [
      { head: 'Field', rowHead: true, cell: ({ field }) => code(field) },
      { head: 'Old', cell: ({ old }) => value(old) },
      { head: 'New', cell: (row) => value(row.new) },
    ],
    rows,
  );
}

export const versions: Section = {
  id: 'versions',
  title: 'Versions',
  finding: ({ evaluation }) => (evaluation.versions === null ? 'Only runs were compared.' : quoted(whatChanged(evaluation.versions), 400)),
  render: ({ evaluation }) => {
    if (evaluation.versions === null) return html`<p>Only runs were compared; nothing is known of the versions that made them.</p>`;
    const { differing, agreeing } = versionDifferences(evaluation.versions);
    return [
      warningBox('About the new version', evaluation.versions.new.warnings),
      warningBox('About the old version', evaluation.versions.old.warnings),
      differing.length === 0
        ? html`<p>No field that decides a vector differs.</p>`
        : fieldTable('Fields that decide a vector and differ', differing),
      agreeing.length > 0 && fold(`Fields that agree (${agreeing.length})`, fieldTable('Fields that agree', agreeing), 'on-screen'),
      identity(evaluation.versions),
    ];
  },
};
