import { FORMATS } from '../../src/report/formats/registry.ts';
import { TIMINGS } from './fixture.ts';
import type { Case } from './fixture-verdicts.ts';

/** A case in one format. */
export function render(format: string, { evaluation, verdict }: Case, timings: typeof TIMINGS | null = TIMINGS): string {
  const found = FORMATS.find(({ id }) => id === format);
  if (found === undefined) throw new RangeError(`No format ${format}.`);
  return found.render(evaluation, verdict, timings);
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

/** One section of the page, by its anchor. */
export function sectionOf(html: string, id: string): string {
  const start = html.indexOf(`<section id="${id}"`);
  if (start < 0) throw new RangeError(`No section ${id}.`);
  return html.slice(start, html.indexOf('</section>', start));
}
