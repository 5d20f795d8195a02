import type { Sweep, SweepResult, SweepTimings } from '../../model/sweep.ts';
import { type Html, html } from '../html.ts';
import { code, difference, outcomeBadge, quoted, sentence, statusBadge } from '../marks.ts';
import { count, decimal, signed } from '../number.ts';
import { type TableColumn, table } from '../table.ts';

/** A candidate with the number that stands for it in the plot. */
export type Numbered = SweepResult & { readonly number: number };

const NUMBER: TableColumn<Numbered> = { head: 'No.', numeric: true, cell: ({ number }) => number };

/** Where a candidate's own report stands, beside the page. */
function reportLink({ name }: SweepResult): Html {
  return html`<a href="sweep/${encodeURIComponent(name)}/report.html">${quoted(name)}</a>`;
}

/** What came out of each candidate, and what it costs in the index. */
export function outcomes({ measure, cheapest }: Sweep, rows: readonly Numbered[]): Html {
  return table<Numbered>(
    'Verdict, quality and cost of each',
    [
      NUMBER,
      {
        head: 'Candidate',
        rowHead: true,
        cell: (row) =>
          html`${reportLink(row)} ${row.name === cheapest && statusBadge('pass', 'cheapest that passes')}${row.dominated && statusBadge('skipped', 'dominated')}`,
      },
      { head: 'Verdict', cell: ({ outcome }) => outcomeBadge(outcome) },
      { head: measure?.name ?? 'Quality', numeric: true, cell: ({ quality }) => decimal(quality) },
      { head: 'Against old', numeric: true, cell: (row) => difference(row.difference, 'higher') },
      {
        head: 'Bounds',
        numeric: true,
        cell: ({ interval }) => (interval === null ? 'n/a' : `${signed(interval.lower)} to ${signed(interval.upper)}`),
      },
      { head: 'Bytes a document', numeric: true, cell: ({ cost }) => count(cost.bytes) },
      { head: 'Looked at', numeric: true, cell: ({ cost }) => count(cost.visited) },
    ],
    rows,
  );
}

/** Why candidates don't pass, in the words of the gate. */
export function reasons(rows: readonly Numbered[]): Html | null {
  const open = rows.filter(({ outcome }) => outcome !== 'pass');
  if (open.length === 0) return null;
  return table<Numbered>(
    'Why the others do not pass',
    [
      { head: 'Candidate', rowHead: true, cell: reportLink },
      { head: 'Verdict', cell: ({ outcome }) => outcomeBadge(outcome) },
      { head: 'Why', cell: ({ headline, reasons: [first] }) => sentence(first ?? headline) },
    ],
    open,
    'stack',
  );
}

/** How each candidate is served, and what that took on this machine. */
export function serving(timings: SweepTimings, rows: readonly Numbered[]): Html {
  const measured = (name: string) => timings[name] ?? { queryMilliseconds: null, indexBytes: null, textsPerSecond: null };
  return table<Numbered>(
    'How each is made and served',
    [
      { head: 'Candidate', rowHead: true, cell: reportLink },
      { head: 'Fingerprint', cell: ({ version }) => code(version.fingerprint.slice(0, 12)) },
      { head: 'Dimensions', numeric: true, cell: ({ cost }) => count(cost.dimension) },
      {
        head: 'Engine: M, efConstruction, efSearch',
        cell: ({ cost: { engine, hnsw } }) =>
          html`${code(engine)}${hnsw !== null && `: ${hnsw.m}, ${hnsw.efConstruction}, ${hnsw.efSearch}`}`,
      },
      { head: 'Query, ms', group: 'Measured', numeric: true, cell: ({ name }) => decimal(measured(name).queryMilliseconds, 2) },
      { head: 'Index, bytes', group: 'Measured', numeric: true, cell: ({ name }) => countOf(measured(name).indexBytes) },
      { head: 'Texts/s', group: 'Measured', numeric: true, cell: ({ name }) => decimal(measured(name).textsPerSecond, 1) },
    ],
    rows,
  );
}

function countOf(value: number | null): string {
  return value === null ? decimal(null) : count(value);
}

/** Candidates that could not be evaluated. */
export function failed({ failures }: Sweep): Html {
  return table(
    'Candidates that could not be evaluated',
    [
      { head: 'Candidate', rowHead: true, cell: ({ name }) => quoted(name) },
      { head: 'Why', cell: ({ code: error, message }) => html`${error !== null && code(error)} ${sentence(message)}` },
      { head: 'What to do', cell: ({ next }) => sentence(next) },
    ],
    failures,
    'stack',
  );
}
