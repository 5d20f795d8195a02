import { isNotApplicable } from '../../core/absence.ts';
import type { CorpusMap } from '../../model/evaluation.ts';
import type { Side } from '../../model/version.ts';
import { corpusMap, placed, TOPIC_COLOURS, topicClass } from '../charts/corpus-map.ts';
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
