import type { RuleResult } from '../../model/verdict.ts';
import { hasOwnScale, intervalAxis, intervalChart, type Scale, sharedScale } from '../charts/interval.ts';
import { asks, type CheckGroup, checkGroups, foundWords, limitWords, onClause, powerWords, whyInforms } from '../checks.ts';
import { type Fill, type Html, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { badge, icon, measureTerm, quoted, STATES, sentence } from '../marks.ts';
import { plainName } from '../measures.ts';
import { count, probability } from '../number.ts';
import { queriesLink } from '../queries/address.ts';
import { fold, type TableColumn, table } from '../table.ts';

/** Rows of a group that are open; further ones are folded. */
const OPEN_ROWS = 6;
/** The same of slices that are not shown safe: nobody has to do anything about them. */
const OPEN_UNSURE = 3;
/** Failures whose reason is open. */
const OPEN_REASONS = 2;

/** What a check is called, in words: the slice or the measure, and the measure's exact name. */
function nameOf(result: RuleResult, { evaluation }: ReportInput): Html {
  const { rule, slice } = result;
  const exact = html`${rule.metric}${onClause(rule)}`;
  if (slice !== null) return html`<strong>${quoted(`${slice.field} = ${slice.value}`, 120)}</strong> <span class="muted">${exact}</span>`;
  const plain = plainName(evaluation, rule.metric);
  return plain === null ? html`<strong>${exact}</strong>` : html`<strong>${plain}</strong> <span class="muted">${exact}</span>`;
}

/** The checks as a table: for Markdown, from the very cells of the page. */
export function checkTable(input: ReportInput, caption: string, results: readonly RuleResult[]): Html {
  const columns: readonly TableColumn<RuleResult>[] = [
    { head: 'State', cell: (result) => html`${badge(result.state)}${informs(result)}` },
    { head: 'Check', rowHead: true, cell: (result) => nameOf(result, input) },
    { head: 'Found', numeric: true, cell: foundWords },
    { head: 'Limit', cell: limitWords },
  ];
  return table(caption, columns, results, 'stack');
}

function informs(result: RuleResult): Html | null {
  const why = whyInforms(result);
  return why === null ? null : html` <span class="small">(${why})</span>`;
}

function why(result: RuleResult, { evaluation }: ReportInput): Html {
  const { rule, slice, reason, expected, needs, adjustedP } = result;
  const link = slice !== null && html` <a class="on-screen" href="${queriesLink({ slice })}">Show its queries</a>`;
  const details = [
    ...powerWords(result),
    ...(adjustedP === null ? [] : [`Adjusted p of a loss beyond the limit: ${probability(adjustedP)}.`]),
    ...(needs === 0 ? [] : [`${count(needs)} needs.`]),
    ...(hasOwnScale(result) === null ? [] : [`Picture: ${hasOwnScale(result)}.`]),
  ];
  return html`<p class="reason">${sentence(reason, 600)}${link}</p><p class="small">${measureTerm(evaluation, rule.metric)}: ${sentence(expected, 300)}. ${details.join(' ')}</p>`;
}

function row(result: RuleResult, input: ReportInput, scale: Scale | null, opened: boolean): Html {
  const state = result.state;
  const note = whyInforms(result);
  return html`<details class="check ${state}"${opened && html` open`}><summary><span class="state">${icon(state)}<span class="unseen">${STATES[state].words}: </span></span><span class="name">${nameOf(result, input)}${note !== null && html` <span class="small">(${note})</span>`}</span><span class="found">${foundWords(result)}</span><span class="picture">${intervalChart(result, scale)}</span><span class="limit">${limitWords(result)}</span></summary><div class="folded">${why(result, input)}</div></details>\n`;
}

/** Groups that a reader has to see; the others are folded with their number. */
function isOpen(group: CheckGroup, passes: boolean): boolean {
  return asks(group) || group.id === 'not-shown-safe' || (group.id === 'passed' && passes);
}

function group(one: CheckGroup, input: ReportInput, scale: Scale | null): Html {
  const { title, note, state, results, id } = one;
  const opened = (i: number): boolean => (id === 'failed' || id === 'inconclusive' || id === 'waived') && i < OPEN_REASONS;
  const rows = results.map((result, i) => row(result, input, scale, opened(i)));
  const heading = html`${icon(state)} ${title} <span class="muted">(${count(results.length)})</span>`;
  const about: Fill = note !== '' && html`<p class="small">${note}</p>`;
  if (!isOpen(one, input.verdict.outcome === 'pass'))
    return html`<details class="group${id === 'small' && ' screen-only'}"><summary>${heading}</summary><div class="folded">${about}${rows}</div></details>\n`;
  const most = id === 'not-shown-safe' ? OPEN_UNSURE : OPEN_ROWS;
  const rest = rows.slice(most);
  const more = rest.length === 0 ? null : fold(`${count(rest.length)} more`, rest);
  return html`<div class="group"><h4>${heading}</h4>${about}${rows.slice(0, most)}${more}</div>\n`;
}

/** What a pass rests on comes before what it leaves open. */
function inOrder(groups: readonly CheckGroup[], { verdict }: ReportInput): readonly CheckGroup[] {
  const late = ({ id }: CheckGroup): boolean => verdict.outcome === 'pass' && id === 'not-shown-safe';
  const before = groups.findIndex(({ id }) => id === 'passed');
  if (before < 0 || !groups.some(late)) return groups;
  return [...groups.slice(0, before + 1).filter((one) => !late(one)), ...groups.filter(late), ...groups.slice(before + 1)];
}

/** Every check of the policy, one row each, failures first. */
export function checks(input: ReportInput): Html {
  const groups = checkGroups(input.verdict);
  const scale = sharedScale(input.verdict.rules);
  const axis = scale !== null && html`<div class="check-axis"><span class="small">new − old</span>${intervalAxis(scale)}</div>`;
  if (groups.length === 0) return html`<h3 id="checks">Checks</h3><p>The policy has no rules.</p>`;
  return html`<div class="checks-head"><h3 id="checks">Checks <a class="small on-screen" href="#decided">How it is decided</a></h3>${axis}</div>${inOrder(groups, input).map((one) => group(one, input, scale))}`;
}
