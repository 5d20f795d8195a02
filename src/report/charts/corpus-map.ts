import { isNotApplicable } from '../../core/absence.ts';
import type { CorpusMap } from '../../model/evaluation.ts';
import type { Side } from '../../model/version.ts';
import { dataBlock, type Fill, type Html, html } from '../html.ts';
import { at, type ReportInput } from '../input.ts';
import { quoted, sentence } from '../marks.ts';
import { count, percent } from '../number.ts';
import { fold } from '../table.ts';
import { clip, oneLine, visible } from '../text.ts';

/** Characters of a title that the page carries for each document of the map. */
const TITLE = 60;

/** What the page's script needs to highlight a document and its neighbours. */
function dataOf(map: CorpusMap) {
  const flat = (side: Side): number[] => map.points[side].flatMap(([x, y]) => [placed(x), placed(-y)]);
  const titles = map.ids.map((id, i) => visible(clip(oneLine(at(map.titles, i)) || oneLine(id), TITLE)));
  return { titles, points: { old: flat('old'), new: flat('new') }, nearest: map.nearest };
}

function legend({ topics, topicOf }: CorpusMap): Html | null {
  if (topics.length === 0) return null;
  const key = (topic: number, name: Html): Html =>
    html`<span class="legend"><svg class="key" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true"><path class="${topicClass(topic)}" d="M6 6h0"/></svg>${name}</span>`;
  const none = topicOf.some((topic) => topic < 0) && key(-1, html`no topic`);
  return html`<p class="small">${topics.map((name, i) => key(i, quoted(name, 60)))}${none}${topics.length > TOPIC_COLOURS && ' Colours repeat.'}</p>`;
}

function half(map: CorpusMap, side: Side): Html {
  return html`<figure class="mapped">${corpusMap(map, side)}<figcaption><strong>${side === 'old' ? 'Old version' : 'New version'}</strong>: the plane shows ${percent(map.explained[side])} of the variance.</figcaption></figure>`;
}

/** The corpus as a picture a version; null where there is none. */
export function maps({ evaluation: { map: found } }: ReportInput): Fill {
  if (found === undefined) return null;
  if (isNotApplicable(found)) return html`<p>No map was drawn: ${sentence(found.notApplicable)}.</p>`;
  if (found.ids.length === 0) return null;
  const drawn = html`<p>The same ${count(found.ids.length)} documents in both spaces, by topic: first two principal components, the new map rotated onto the old one. Look for whole topics that moved or mixed, not for single distances.</p>
${legend(found)}<div class="maps">${half(found, 'old')}${half(found, 'new')}</div>
<div id="map-choice" hidden><p class="small">Choose a document on either map, or find one by its title (<kbd>Enter</kbd> goes on to the next): it is ringed on both, with its five nearest under each version.</p></div>${dataBlock('map-data', dataOf(found))}`;
  return fold('Maps of the corpus', drawn, 'on-screen');
}

/** Edge of the square that points are drawn in. */
const SIZE = 400;
const ROOM = 12;
/** Colours there are; further topics begin again with the first. */
export const TOPIC_COLOURS = 8;

/** −1 to 1 as whole thousandths of the square's edge, upwards in y; what the page's script reads too. */
export function placed(value: number): number {
  return Math.round(((Math.max(-1, Math.min(1, value)) + 1) / 2) * 1000);
}

function drawn(thousandths: number): string {
  return (ROOM + (thousandths / 1000) * (SIZE - 2 * ROOM)).toFixed(1);
}

/** Class of a topic's colour; documents without a topic are grey. */
export function topicClass(topic: number): string {
  return topic < 0 ? 'topic-none' : `topic-${topic % TOPIC_COLOURS}`;
}

/** One version's documents: a path a topic whose round ends are the dots, a tenth of the bytes of circles. */
export function corpusMap(map: CorpusMap, side: Side): Html {
  const paths = new Map<number, string>();
  map.points[side].forEach(([x, y], i) => {
    const topic = at(map.topicOf, i);
    paths.set(topic, `${paths.get(topic) ?? ''}M${drawn(placed(x))} ${drawn(placed(-y))}h0`);
  });
  const dots = [...paths].sort(([a], [b]) => a - b).map(([topic, path]) => html`<path class="${topicClass(topic)}" d="${path}"/>`);
  const kind = map.ids.length > 1500 ? 'many' : 'few';
  return html`<svg class="corpus ${kind}" viewBox="0 0 ${SIZE} ${SIZE}" data-side="${side}" role="img" aria-label="Map of ${map.ids.length} documents in the ${side} version’s space"><rect x="0.5" y="0.5" width="${SIZE - 1}" height="${SIZE - 1}"/>${dots}<g class="picked"></g></svg>`;
}
