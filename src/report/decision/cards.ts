import { directionOf } from '../../model/lookup.ts';
import {
  bestOf,
  type ChangedQueries,
  changedQueries,
  gainOf,
  listedDocuments,
  placeWords,
  type QueryChange,
  tellingDocument,
  worstOf,
} from '../changes.ts';
import { type Html, html } from '../html.ts';
import { at, type ReportInput } from '../input.ts';
import { difference, quoted } from '../marks.ts';
import { count, decimal, percent } from '../number.ts';
import { queriesLink } from '../queries/address.ts';

/** Cards of each kind. */
const SHOWN = 3;

function moveWords(input: ReportInput, changed: ChangedQueries, change: QueryChange): Html | null {
  const lost = gainOf(changed, change) < 0;
  const { index } = change;
  const { depth } = input.evaluation.shown;
  const document = tellingDocument(listedDocuments(input, index), lost, depth);
  if (document === null) return null;
  return html`<p class="move">Relevant: <strong>${placeWords(document, depth)}</strong><span class="small block">${quoted(document.title === '' ? document.id : document.title, 90)}</span></p>`;
}

function card(input: ReportInput, changed: ChangedQueries, change: QueryChange): Html {
  const { evaluation } = input;
  const { by } = changed;
  const text = quoted(at(evaluation.queries.texts, change.index), 110);
  const address = queriesLink({ q: at(evaluation.queries.ids, change.index) });
  const kind = change.pair === null || gainOf(changed, change) < 0 ? 'worse' : 'better';
  const figure =
    change.pair === null
      ? html`${percent(change.overlap)} of the results stay`
      : html`${decimal(change.pair.old)} → ${decimal(change.pair.new)} ${difference(change.pair.difference, by === null ? 'none' : directionOf(evaluation, by.measure), 'exact')}`;
  return html`<li class="card ${kind}"><p class="query"><a href="${address}">${text}</a></p>${moveWords(input, changed, change)}<p class="small figure">${figure}</p></li>\n`;
}

function cards(title: string, input: ReportInput, changed: ChangedQueries, rows: readonly QueryChange[]): Html | null {
  return rows.length === 0 ? null : html`<h4>${title}</h4><ul class="cards">${rows.map((row) => card(input, changed, row))}</ul>`;
}

function tally({ counts, by }: ChangedQueries): Html | null {
  if (counts === null || by === null) return null;
  const { lost, gained, same } = counts;
  const all = Math.max(1, lost + gained + same);
  const share = (part: number): string => ((100 * part) / all).toFixed(2);
  return html`<p class="tally">By ${by.measure} <a href="${queriesLink({ show: 'worse' })}" class="worse">${count(lost)} queries got worse</a>, <a href="${queriesLink({ show: 'better' })}" class="better">${count(gained)} better</a>, <a href="${queriesLink({ show: 'same' })}">${count(same)} stayed</a>.</p>
<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" width="100" height="6" aria-hidden="true"><rect class="worse" x="0" y="0" width="${share(lost)}" height="6"/><rect class="same" x="${share(lost)}" y="0" width="${share(same)}" height="6"/><rect class="better" x="${share(lost + same)}" y="0" width="${share(gained)}" height="6"/></svg>`;
}

/** What people who search will notice: how many queries moved, and the largest losses and gains as cards. */
export function noticed(input: ReportInput): Html | null {
  const changed = changedQueries(input);
  if (changed.by === null) return null;
  const worst = worstOf(changed, SHOWN);
  const best = bestOf(changed, SHOWN);
  const losses = cards(changed.ordered === 'loss' ? 'Largest losses' : 'Fewest results in common', input, changed, worst);
  return html`<h3>What users will notice</h3>${tally(changed)}<div class="noticed"><div>${losses}</div><div>${cards('Largest gains', input, changed, best)}</div></div>`;
}
