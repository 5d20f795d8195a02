import { parseHTML } from 'linkedom';
import { FORMATS } from '../../src/report/formats/registry.ts';
import { TIMINGS } from './fixture.ts';
import type { Case } from './fixture-verdicts.ts';

/** What was rendered of an evaluation: rendering is a pure function, and a page takes longer than most tests that look at it. */
const rendered = new WeakMap<object, { readonly of: readonly unknown[]; readonly text: string }[]>();
let parsed: { readonly html: string; readonly document: ReturnType<typeof parseHTML>['document'] } | null = null;

/** A case in one format; the same objects give the text that was made of them before. */
export function render(format: string, { evaluation, verdict }: Case, timings: typeof TIMINGS | null = TIMINGS): string {
  const found = FORMATS.find(({ id }) => id === format);
  if (found === undefined) throw new RangeError(`No format ${format}.`);
  const of = [format, verdict, timings];
  const before = rendered.get(evaluation) ?? [];
  const known = before.find((one) => one.of.every((part, i) => part === of[i]));
  if (known !== undefined) return known.text;
  const text = found.render(evaluation, verdict, timings);
  rendered.set(evaluation, [...before, { of, text }]);
  return text;
}

/** What a reader sees beside pictures, whose axes have numbers of their own: tags gone, character references read, white space collapsed. */
export function textOf(html: string): string {
  return html
    .replace(/<style>[\s\S]*?<\/style>|<script[\s\S]*?<\/script>/g, '')
    .replace(/<svg class="plot [\s\S]*?<\/svg>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&amp;/g, '&')
    .replace(/[\s\u00a0]+/g, ' ');
}

/** One view or section of the page, by its anchor. */
export function sectionOf(html: string, id: string): string {
  parsed = parsed?.html === html ? parsed : { html, document: parseHTML(html).document };
  const found = parsed.document.getElementById(id);
  if (found === null) throw new RangeError(`No section ${id}.`);
  return found.outerHTML;
}
