import { directionOf, qualityOf } from '../../model/lookup.ts';
import type { RuleResult } from '../../model/verdict.ts';
import { intervalChart } from '../charts/interval.ts';
import { type Fill, type Html, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { difference, icon, measureLink, metricOf, OUTCOME_WORDS, outcomeBadge, quoted, reading, sentence, warningBox } from '../marks.ts';
import { count, decimal, percent, probability, signed } from '../number.ts';
import type { Section } from '../section.ts';
import { fold, type TableColumn, table } from '../table.ts';
import { changedQueries } from '../views/changed-queries.ts';
import { consumerStatus, fewPairs } from '../views/consumers.ts';
import { neighbourMeasure, onWords, pairOf } from '../views/measures.ts';
import { cautionLines, decidingRules, headlineWords, lookOf, powerWords, ruleGroups, ruleWords, whyInforms } from '../views/rules.ts';
import { whatToDo } from '../views/studies.ts';
import { dataNotes, unknownQuality } from '../views/trust.ts';
import { versionDifferences } from '../views/version-differences.ts';

/** Reasons and steps that stand open; further ones are folded, so that the first screen holds what decides. */
const OPEN_ITEMS = 3;

function banner({ verdict }: ReportInput): Html {
  const word = OUTCOME_WORDS[verdict.outcome];
  return html`<div class="banner ${verdict.outcome}"><p class="outcome">${icon(verdict.outcome)}<strong>${word}</strong></p><p class="headline">${sentence(headlineWords(verdict))}</p></div>`;
}

function listOf(title: string, kind: 'ul' | 'ol', items: readonly string[]): Html | null {
  if (items.length === 0) return null;
  const list = (shown: readonly string[]): Html => {
    const entries = shown.map((item) => html`<li>${sentence(item)}</li>`);
    return kind === 'ol' ? html`<ol>${entries}</ol>` : html`<ul>${entries}</ul>`;
  };
  const rest = items.slice(OPEN_ITEMS);
  return html`<h3>${title}</h3>${list(items.slice(0, OPEN_ITEMS))}${rest.length > 0 && fold(`${rest.length} more`, list(rest))}`;
}

/** How many of the rules that made the verdict are named. */
const NAMED = 3;

/** The rules that made the verdict, by what their measures are called, each linked to its definition. */
function decided({ evaluation, verdict }: ReportInput): Html | null {
  const deciding = decidingRules(verdict).filter(({ outcome }) => outcome === verdict.outcome);
  if (deciding.length === 0) return null;
  const named = deciding.slice(0, NAMED).map(({ rule, slice }, i) => {
    const title = metricOf(evaluation, rule.metric)?.title;
    const where = slice !== null && html` where ${quoted(`${slice.field} = ${slice.value}`, 120)}`;
    return html`${i > 0 && '; '}${title !== undefined && html`${title}, `}${measureLink(evaluation, rule.metric)}${where}`;
  });
  const rest = deciding.length - NAMED;
  return html`<p class="small">What decided: ${named}${rest > 0 && `; and ${count(rest)} more`}.</p>`;
}

/** Reasons without cautions and what became of waivers, which stand in boxes of their own. */
function reasons(input: ReportInput): readonly string[] {
  const { verdict } = input;
  const told = new Set([...(verdict.waivers?.map(({ text }) => text) ?? []), ...cautionLines(verdict), unknownQuality(input)]);
  return verdict.reasons.filter((reason) => !told.has(reason));
}

/** What weakens every number below: never folded. */
function cautions(input: ReportInput): readonly Fill[] {
  const odd = input.evaluation.dataset.warnings.length;
  const unknown = unknownQuality(input);
  return [
    ...(input.verdict.cautions ?? []).map(({ title, text }) => warningBox(title, [text])),
    warningBox('Quality was not measured', unknown === null ? [] : [unknown]),
    warningBox('About the data set', dataNotes(input)),
    odd > 0 && html`<p class="small"><a href="#dataset">${count(odd)} ${odd === 1 ? 'warning' : 'warnings'} about the data set</a></p>`,
  ];
}

/** What somebody has let pass, and until when: never folded. */
function waivers({ verdict }: ReportInput): Html | null {
  return warningBox('Waivers of the policy', verdict.waivers?.map(({ text }) => text) ?? []);
}

function newVersionWarnings({ evaluation, verdict }: ReportInput): Html | null {
  const title =
    verdict.outcome === 'pass'
      ? 'Warnings about the new version'
      : 'Check this first: warnings about the new version may explain the result';
  return evaluation.versions === null ? null : warningBox(title, evaluation.versions.new.warnings);
}

function tile(name: Fill, value: Fill, note: Fill): Html {
  return html`<div class="tile"><dt>${name}</dt><dd><span class="value">${value}</span><span class="note">${note}</span></dd></div>`;
}

/** The few figures that a reader asks for first. */
function glance(input: ReportInput): Html {
  const { evaluation } = input;
  const lead = input.verdict.lead;
  const column = lead === null ? undefined : qualityOf(evaluation)[lead.measure]?.[lead.on];
  const tiles: Fill[] = [];
  if (lead !== null && column !== undefined) {
    const pair = pairOf(column.old.mean, column.new.mean);
    const way = directionOf(evaluation, lead.measure);
    const change = difference(pair.difference, way);
    tiles.push(
      tile(html`${measureLink(evaluation, lead.measure)}, ${onWords(lead.on)}`, html`${decimal(pair.old)} → ${decimal(pair.new)}`, change),
    );
    const { counts } = changedQueries(input, 1);
    if (counts !== null) {
      const judged = counts.lost + counts.gained + counts.same;
      tiles.push(
        tile('Queries that lost', count(counts.lost), `of ${count(judged)}; ${count(counts.gained)} gained, ${count(counts.same)} stayed`),
      );
    }
  }
  const overlap = neighbourMeasure(evaluation, 'overlap');
  const mean = overlap === null ? undefined : evaluation.neighbours[overlap.measure]?.[overlap.on]?.mean;
  if (overlap !== null)
    tiles.push(tile(measureLink(evaluation, overlap.measure), decimal(mean ?? null), 'shared neighbours; low is not harm by itself'));
  if (evaluation.consumers.length > 0) {
    const few = evaluation.consumers.filter((result) => fewPairs(result) !== null).length;
    const good = evaluation.consumers.filter((result) => consumerStatus(result).look === 'pass').length;
    tiles.push(
      tile(
        html`<a href="#consumers">Consumers settled</a>`,
        `${good} of ${evaluation.consumers.length}`,
        `thresholds with an accepted value within tolerance${few === 0 ? '' : `; ${few} told from few pairs`}`,
      ),
    );
  }
  return html`<dl class="tiles">${tiles}</dl>`;
}

function changed({ evaluation }: ReportInput): Html | null {
  if (evaluation.versions === null) return null;
  const { differing } = versionDifferences(evaluation.versions);
  const names = differing.slice(0, 6).map(({ field }, i) => html`${i > 0 && ', '}<code>${field}</code>`);
  const more = differing.length > 6 && ` and ${differing.length - 6} more`;
  return html`<p class="changed">Old and new differ in: ${names}${more}. <a href="#versions">Both versions compared</a></p>`;
}

function ruleColumns({ evaluation }: ReportInput): readonly TableColumn<RuleResult>[] {
  const slice = (result: RuleResult): Fill =>
    result.slice !== null && html`<br><span class="small">slice ${quoted(`${result.slice.field} = ${result.slice.value}`, 160)}</span>`;
  const informs = (result: RuleResult): Fill => {
    const why = whyInforms(result);
    const unsure = lookOf(result) === 'unsure' && html`<span class="small block">harm not shown, not excluded</span>`;
    return html`${unsure}${why !== null && html`<span class="small block">${why}</span>`}`;
  };
  return [
    { head: 'Outcome', cell: (result) => html`${outcomeBadge(result.outcome, result.decides, lookOf(result))}${informs(result)}` },
    {
      head: 'Rule',
      rowHead: true,
      cell: (result) => html`${measureLink(evaluation, result.rule.metric)} ${ruleWords(result.rule)}${slice(result)}`,
    },
    { head: 'Expected', cell: (result) => sentence(result.expected, 500) },
    { head: 'Found', cell: found },
    { head: 'Against the margin', cell: (result) => html`${intervalChart(result)}${interval(result)}` },
    { head: 'Needs', numeric: true, cell: (result) => (result.needs === 0 ? '–' : count(result.needs)) },
  ];
}

function found(result: RuleResult): Html {
  const words = powerWords(result);
  const p = result.adjustedP !== null && html` Adjusted p ${probability(result.adjustedP)}.`;
  const power = (words.length > 0 || p !== false) && html`<span class="small block">${words.join(' ')}${p}</span>`;
  return html`${sentence(result.found, 500)}<span class="small block reason">${sentence(result.reason, 500)}</span>${power}`;
}

function interval({ interval: bounds, rule }: RuleResult): Html | null {
  if (bounds === null) return null;
  const number = rule.kind === 'nonInferior' || rule.kind === 'noHarm' ? signed : decimal;
  return html`<span class="small block bounds">${number(bounds.lower)} to ${number(bounds.upper)} <span class="nowrap">(${percent(bounds.confidence)} each)</span></span>`;
}

function rules(input: ReportInput): Html {
  const { main, passedSlices, informingSlices } = ruleGroups(input.verdict);
  const columns = ruleColumns(input);
  const folded = (summary: string, rows: readonly RuleResult[]): Html | null =>
    rows.length === 0 ? null : fold(`${summary} (${rows.length})`, table(summary, columns, rows, 'stack'), 'on-screen');
  return html`<h3>Rules</h3>${main.length > 0 && table('Rules of the policy, those that decide first', columns, main, 'stack')}
<p class="small">Dot: what was found. Bar: its one-sided bounds. Dashed line: the margin or limit, the shaded side is worse than allowed. Grey: a slice that passes because harm is not shown, though not excluded either. ${reading('interval')} <a href="#method">How the gate decides</a></p>
${folded('Slices that passed', passedSlices)}${folded('Slices that inform and do not decide', informingSlices)}`;
}

export const verdict: Section = {
  id: 'verdict',
  title: 'Verdict',
  render: (input) => [
    banner(input),
    ...cautions(input),
    newVersionWarnings(input),
    waivers(input),
    html`<div class="pair"><div>${listOf('Why', 'ul', reasons(input))}${decided(input)}</div><div>${listOf('What to do next', 'ol', whatToDo(input))}</div></div>`,
    glance(input),
    changed(input),
    rules(input),
  ],
};
