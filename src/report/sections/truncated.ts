import type { VersionRecord } from '../../model/evaluation.ts';
import { html } from '../html.ts';
import { quoted } from '../marks.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { type TableColumn, table } from '../table.ts';

const COLUMNS: readonly TableColumn<VersionRecord>[] = [
  { head: 'Version', rowHead: true, cell: ({ id }) => quoted(id, 120) },
  { head: 'Documents cut', numeric: true, cell: ({ truncated: cut }) => count(cut.documents) },
  { head: 'Queries cut', numeric: true, cell: ({ truncated: cut }) => count(cut.queries) },
  { head: 'Mean tokens, documents', numeric: true, cell: ({ meanTokens }) => decimal(meanTokens.documents, 1) },
  { head: 'Mean tokens, queries', numeric: true, cell: ({ meanTokens }) => decimal(meanTokens.queries, 1) },
];

export const truncated: Section = {
  id: 'truncated',
  title: 'Truncated texts',
  render: ({ evaluation: { versions } }) =>
    versions === null
      ? null
      : html`<p>Texts longer than the version’s maximum number of tokens are cut there; what stands behind the cut cannot be found.</p>${table('Texts that were cut', COLUMNS, [versions.old, versions.new])}`,
};
