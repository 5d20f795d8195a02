import type { CorpusMap } from '../../model/evaluation.ts';
import type { Side } from '../../model/version.ts';
import { type Html, html } from '../html.ts';
import { at } from '../input.ts';

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
