import { axisY, dot, ruleX, ruleY, text, tickX } from '@observablehq/plot';
import type { RuleResult } from '../../model/verdict.ts';
import { type Html, html } from '../html.ts';
import { signed } from '../number.ts';
import { lookOf } from '../views/rules.ts';
import { base, figure } from './plot.ts';
import { NARROW_NAMES, narrowName, shortName } from './slice-names.ts';

const ROW = 28;
const COLOURS = {
  pass: 'var(--pass)',
  fail: 'var(--fail)',
  inconclusive: 'var(--open)',
  skipped: 'var(--muted)',
  unsure: 'var(--muted)',
} as const;

interface Row {
  readonly key: number;
  readonly name: string;
  /** On a telephone. */
  readonly narrow: string;
  readonly difference: number;
  readonly lower: number;
  readonly upper: number;
  readonly margin: number;
  readonly colour: string;
  readonly decides: boolean;
}

function namesOf({ rule, slice }: RuleResult): Pick<Row, 'name' | 'narrow'> {
  const where = rule.on === 'exact' ? ', exact' : '';
  if (slice === null) return { name: `${rule.metric}${where}`, narrow: shortName(`${rule.metric}${where}`, NARROW_NAMES.letters) };
  return { name: `${slice.field} = ${slice.value}${where}`, narrow: narrowName({ field: slice.field, value: `${slice.value}${where}` }) };
}

function rowsOf(results: readonly RuleResult[]): Row[] {
  return results.flatMap((result, key) => {
    const { rule, difference, interval } = result;
    if (!('margin' in rule) || difference === null || interval === null) return [];
    const { lower, upper } = interval;
    return [
      {
        key,
        ...namesOf(result),
        difference,
        lower,
        upper,
        margin: -rule.margin,
        colour: COLOURS[lookOf(result)],
        decides: result.decides,
      },
    ];
  });
}

/** Name beside a line; who only informs says so where there is room. */
function nameAt(rows: readonly Row[], key: number, narrow: boolean): string {
  const row = rows.find((one) => one.key === key);
  if (row === undefined) return '';
  return narrow ? row.narrow : `${shortName(row.name, 26)}${row.decides ? '' : ' (informs)'}`;
}

/** Every interval against its margin, one rule a line; null where no rule has an interval. */
export function forest(results: readonly RuleResult[], limit: number): Html | null {
  const all = rowsOf(results);
  const rows = all.slice(0, limit);
  if (rows.length === 0) return null;
  const paler = ({ decides }: Row): number => (decides ? 1 : 0.55);
  const caption = html`Dot: mean difference new − old. Line: its two one-sided bounds. Short bar: the margin. Green passed, red failed, brown is open; grey is a slice that passes because harm is not shown, though not excluded either. What only informs is paler.${all.length > rows.length && ` The first ${rows.length} of ${all.length}; all stand in the table of rules.`}`;
  return figure({
    kind: 'forest',
    label: `Intervals of ${rows.length} rules against their margins; the figures are in the table of rules`,
    caption,
    draw: (width, narrow) => ({
      ...base(width, rows.length * ROW + 64, { left: narrow ? NARROW_NAMES.room : 230, right: narrow ? 18 : 70 }),
      opacity: { type: 'identity' },
      x: { label: 'new − old', nice: true, grid: true, ticks: narrow ? 3 : 6 },
      y: { type: 'band', label: null },
      marks: [
        axisY({
          tickSize: 0,
          tickFormat: (key: number) => nameAt(rows, key, narrow),
          ...(narrow && { fontSize: NARROW_NAMES.fontSize }),
        }),
        ruleX([0], { stroke: 'var(--muted)' }),
        ruleY(rows, { y: 'key', x1: 'lower', x2: 'upper', stroke: 'colour', strokeWidth: 2.5, strokeOpacity: paler }),
        tickX(rows, { y: 'key', x: 'margin', stroke: 'var(--ink)', strokeWidth: 2, inset: 5 }),
        dot(rows, { y: 'key', x: 'difference', fill: 'colour', fillOpacity: paler, r: 4 }),
        ...(narrow
          ? []
          : [
              text(rows, {
                y: 'key',
                frameAnchor: 'right',
                dx: 62,
                textAnchor: 'end',
                text: (row: Row) => signed(row.difference),
                fill: 'var(--ink)',
              }),
            ]),
      ],
    }),
  });
}
