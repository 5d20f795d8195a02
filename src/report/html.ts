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

/** What may stand in a hole of a template; strings are escaped, null and false leave nothing. */
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
 * Holes in attributes must stand in quotes.
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
