import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { type Drawn, drawing, type Fill, type Html, html } from '../html.ts';

/** What is used of a node that Plot made. */
interface PlotNode {
  readonly nodeType: number;
  readonly localName: string;
  readonly textContent: string | null;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<PlotNode>;
  getAttribute(name: string): string | null;
}

const TEXT_NODE = 3;

/** Widths in CSS pixels at which each picture is drawn, so that its letters stay legible: a style rule shows one of them. */
const WIDTHS = { wide: 720, narrow: 340 } as const;

/** Coordinates to a hundredth of a pixel. */
function short(value: string): string {
  return value.replace(/-?\d+\.\d{3,}/g, (digits) => String(Math.round(Number(digits) * 100) / 100));
}

function read(node: PlotNode): Drawn {
  if (node.nodeType === TEXT_NODE) return node.textContent ?? '';
  return {
    name: node.localName,
    attributes: [...node.attributes].map(({ name, value }) => [name, short(value)] as const),
    children: [...node.childNodes].map(read),
  };
}

function svg(options: PlotOptions, kind: string, label: string): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const drawn = plot({ ...options, document: document as unknown as PlotOptions['document'] }) as unknown as PlotNode;
  const size = (name: string): string => String(Number(drawn.getAttribute(name) ?? 0));
  const children = [...drawn.childNodes].map((node) => drawing(read(node)));
  return html`<svg class="plot ${kind}" viewBox="0 0 ${size('width')} ${size('height')}" width="${size('width')}" height="${size('height')}" role="img" aria-label="${label}" text-anchor="middle" font-size="12" fill="currentColor">${children}</svg>`;
}

/** One picture: what screen readers say of it, what is written below it, and how it is drawn. */
export interface Picture {
  readonly label: string;
  readonly caption: Fill;
  /** @param width in CSS pixels @param narrow for a telephone: short words, small margins */
  draw(width: number, narrow: boolean): PlotOptions;
}

/** A figure drawn at build time for wide and for narrow screens. The same picture gives the same bytes. */
export function figure({ label, caption, draw }: Picture): Html {
  const wide = svg(draw(WIDTHS.wide, false), 'wide', label);
  const narrow = svg(draw(WIDTHS.narrow, true), 'narrow', label);
  return html`<figure class="plotted">${wide}${narrow}<figcaption>${caption}</figcaption></figure>`;
}

/** Defaults that every picture shares: letters that can be read, room for them. */
export function base(width: number, height: number, margins: { readonly left?: number; readonly right?: number } = {}): PlotOptions {
  return { width, height, marginLeft: margins.left ?? 44, marginRight: margins.right ?? 16, marginTop: 24, marginBottom: 40 };
}
