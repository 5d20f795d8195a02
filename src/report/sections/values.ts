import { isNotApplicable } from '../../core/absence.ts';
import { html } from '../html.ts';
import { measureLink, quoted, saying } from '../marks.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { table } from '../table.ts';

export const values: Section = {
  id: 'values',
  title: 'Other figures',
  render: ({ evaluation }) => {
    const rows = Object.entries(evaluation.values);
    if (rows.length === 0) return null;
    return html`<p>Single numbers that a policy may name.</p>${table<(typeof rows)[number]>(
      'Single numbers',
      [
        { head: 'Name', rowHead: true, cell: ([name]) => measureLink(evaluation, name) },
        { head: 'What it says', cell: ([name]) => saying(evaluation, name) },
        {
          head: 'Value',
          numeric: true,
          cell: ([, value]) =>
            isNotApplicable(value)
              ? html`<span class="muted">not applicable: ${quoted(value.notApplicable, 300)}</span>`
              : Number.isInteger(value)
                ? count(value)
                : decimal(value),
        },
      ],
      rows,
    )}`;
  },
};
