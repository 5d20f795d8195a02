import { isNotApplicable } from '../../core/absence.ts';
import type { CorpusMap } from '../../model/evaluation.ts';
import type { Side } from '../../model/version.ts';
import { corpusMap, placed, TOPIC_COLOURS, topicClass } from '../charts/corpus-map.ts';
import { dataBlock, type Html, html } from '../html.ts';
import { at } from '../input.ts';
import { quoted, reading, sentence } from '../marks.ts';
import { count, percent } from '../number.ts';
import type { Section } from '../section.ts';
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
  return html`<figure class="mapped">${corpusMap(map, side)}<figcaption><strong>${side === 'old' ? 'Old version' : 'New version'}</strong>: the plane shows ${percent(map.explained[side])} of the variance. ${reading('map')}</figcaption></figure>`;
}

export const map: Section = {
  id: 'map',
  title: 'Maps of the corpus',
  render: ({ evaluation: { map: found } }) => {
    if (found === undefined) return null;
    if (isNotApplicable(found)) return html`<p>No map was drawn: ${sentence(found.notApplicable)}.</p>`;
    if (found.ids.length === 0) return null;
    return html`<p>The same ${count(found.ids.length)} documents in both spaces, each on the plane of its own that shows most of it (principal components), coloured by topic. The new picture is turned to lie as near to the old one as it can. A plane leaves out most of a space: look at it for whole topics that moved or mixed, not for single distances.</p>
${legend(found)}<div class="maps">${half(found, 'old')}${half(found, 'new')}</div>
<div id="map-choice" hidden><p class="small">Choose a document on either map, or find one by its title (<kbd>Enter</kbd> goes on to the next): it is ringed on both, with its five nearest under each version.</p></div>${dataBlock('map-data', dataOf(found))}`;
  },
};
