import type { Assay } from '../../model/verdict.ts';
import { detectionChart } from '../charts/detection.ts';
import { html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { decimal, percent } from '../number.ts';
import type { Section } from '../section.ts';
import { fold, table } from '../table.ts';

const NAMES: { readonly [Kind in Assay['kind']]: string } = {
  exchanged: 'lists of other needs',
  noise: 'noise on the vectors',
  dimensions: 'lost dimensions',
  shift: 'all queries moved alike',
};

const nameOf = ({ kind }: Assay): string => NAMES[kind];

function largest({ steps }: Assay): number {
  return Math.max(...steps.map(({ loss }) => loss));
}

interface Tried {
  readonly metric: string;
  readonly margin: number;
  readonly assays: readonly Assay[];
}

/** What was tried of each rule, in the policy's order. */
function triedOf({ verdict: { assay = [], rules } }: ReportInput): Tried[] {
  return rules.flatMap(({ id, rule }) => {
    const assays = assay.filter((one) => one.rule === id);
    if (assays.length === 0 || !('margin' in rule)) return [];
    return [{ metric: rule.metric, margin: rule.margin, assays }];
  });
}

/** Whether this set and policy could have noticed harm. */
export const assay: Section = {
  id: 'assay',
  title: 'Could it have failed?',
  finding: (input) => {
    const [first] = triedOf(input);
    const [exchanged] = first?.assays ?? [];
    if (first === undefined || exchanged === undefined) return 'Not tried: no rule compares quality.';
    if (exchanged.smallest === null) return `No: even lists of other needs would not have failed ${first.metric}.`;
    return `A loss of ${decimal(exchanged.smallest)} of ${first.metric} would have failed in 8 of 10 cases; the margin is ${decimal(first.margin)}.`;
  },
  render: (input) => {
    const tried = triedOf(input);
    if (tried.length === 0) return null;
    return html`${tried.map(
      ({ metric, margin, assays }) =>
        html`<h3>${metric}</h3>${detectionChart(metric, margin, assays, nameOf)}${fold(
          'Values',
          table<Assay>(
            `Planted harm, and the smallest loss of ${metric} that fails in 8 of 10 sets of as many needs`,
            [
              { head: 'Harm', rowHead: true, cell: nameOf },
              { head: 'Smallest loss noticed', numeric: true, cell: ({ smallest }) => (smallest === null ? 'none' : decimal(smallest)) },
              { head: 'Largest loss tried', numeric: true, cell: (of) => decimal(largest(of)) },
              { head: 'Which fails in', numeric: true, cell: ({ steps }) => percent(steps.at(-1)?.fails ?? 0) },
            ],
            assays,
          ),
          'on-screen',
        )}`,
    )}<p>Harm is planted in the new version without embedding again, and judged at the level at which the rule could fail. Between two sizes a share of the needs has the larger one.</p>`;
  },
};
