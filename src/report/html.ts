import { visible } from './text.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

/** Finished markup. Only the tags below make it, so a string can never pass for it. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Html = Markup;

/** What may be in a hole of a template; strings are escaped, null and false leave nothing. */
export type Fill = Html | string | number | null | false | readonly Fill[];

function fillIn(fill: Fill): string {
  if (fill === null || fill === false) return '';
  if (fill instanceof Markup) return fill.toString();
  if (typeof fill === 'number') {
    if (!Number.isFinite(fill)) throw new RangeError(`A report shows finite numbers only, not ${fill}.`);
    return String(fill);
  }
  if (typeof fill === 'string') return escapeHtml(fill);
  return fill.map(fillIn).join('');
}

/** Text made safe for element content and quoted attributes; unseen characters made visible. */
function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}

/**
 * A template that escapes whatever is filled in, unless it is markup of this tag's own.
 * Holes in attributes must be in quotes.
 *
 * @throws RangeError on a number that isn't finite.
 * @example html`<p title="${'"'}">${'<b>'}</p>`.toString() // '<p title="&quot;">&lt;b&gt;</p>'
 */
export function html(strings: TemplateStringsArray, ...fills: readonly Fill[]): Html {
  return new Markup(strings.map((text, i) => text + fillIn(fills[i] ?? null)).join(''));
}

/** Text of the source code itself, unescaped (a style sheet); it takes no holes. */
export function verbatim(strings: TemplateStringsArray): Html {
  return new Markup(strings.join(''));
}

/** Elements and attributes that a drawn picture may have; whatever else a plotting library adds is left out. */
const DRAWN = new Set(['g', 'path', 'line', 'rect', 'circle', 'text', 'tspan', 'title']);
const KEPT =
  /^(?:x|y|x1|x2|y1|y2|cx|cy|r|rx|d|dx|dy|width|height|transform|fill|fill-opacity|stroke|stroke-width|stroke-opacity|stroke-dasharray|stroke-linecap|stroke-linejoin|paint-order|opacity|text-anchor|font-size|font-weight|class)$/;

/** One node of a drawn picture: an element with its attributes and children, or a text. */
export type Drawn =
  | string
  | {
      readonly name: string;
      readonly attributes: readonly (readonly [name: string, value: string])[];
      readonly children: readonly Drawn[];
    };

/** Markup of what was drawn: known elements and attributes only, so no style, handler, id or link comes through. */
export function drawing(node: Drawn): Html {
  if (typeof node === 'string') return new Markup(escapeHtml(node));
  if (!DRAWN.has(node.name)) return new Markup('');
  const attributes = node.attributes.filter(([name]) => KEPT.test(name)).map(([name, value]) => ` ${name}="${escapeHtml(value)}"`);
  return new Markup(`<${node.name}${attributes.join('')}>${node.children.map(drawing).join('')}</${node.name}>`);
}

/**
 * Data for the page's script, as a block that browsers never run. `<`, `>` and `&` are written as escapes, so no text
 * can end the block or open a comment in it.
 *
 * @example dataBlock('x', '</script>').toString() // '<script type="application/json" id="x">"\\u003c/script\\u003e"</script>'
 */
export function dataBlock(id: string, value: unknown): Html {
  const json = JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return new Markup(`<script type="application/json" id="${escapeHtml(id)}">${json}</script>`);
}
