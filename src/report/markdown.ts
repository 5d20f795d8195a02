import { parseHTML } from 'linkedom';
import { type Fill, html } from './html.ts';
import { visible } from './text.ts';

/** What Markdown, HTML or a forge would act on (tables, links, images, mentions, issue numbers, mathematics), as character references. */
function references(text: string): string {
  return (
    text
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/[\\`*[\]|~$]|(?<!\w)_|_(?!\w)/g, (character) => `&#${character.charCodeAt(0)};`)
      // Forges look for mentions and issue numbers after rendering; a zero-width space keeps them from seeing one.
      // `nDCG@10` is not one: it has a word before the sign and a bare number behind it.
      .replace(/(?<!\w)@|@(?!\d+(?![\w-]|\.\w))/g, '&#64;&#8203;')
      .replace(/(?<!&)#(?=\w)/g, '&#35;&#8203;')
      .replace(/\b(GH|gh)-(?=\d)/g, '$1-&#8203;')
      .replace(/:(?=\/\/|[\w+-]+:)/g, '&#58;&#8203;')
      .replace(/\bwww\./gi, (www) => `${www.slice(0, -1)}&#46;&#8203;`)
  );
}

/** At the start of a line these make lists, headings, quotes and rules, and commands to a forge. */
function atLineStart(text: string): string {
  return text.replace(/^([-+=#](?!\d)|\/|\d+[.)](?=\s|$))/, (mark) => `${mark.slice(0, -1)}&#${mark.charCodeAt(mark.length - 1)};`);
}

/** What is used of a parsed node. */
interface ParsedNode {
  readonly nodeType: number;
  readonly localName: string | null;
  readonly textContent: string | null;
  readonly childNodes: Iterable<ParsedNode>;
  readonly children: Iterable<ParsedNode>;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<ParsedNode>;
}

const TEXT_NODE = 3;
const LEFT_OUT = new Set(['script', 'style', 'figure', 'nav', 'template', 'input']);
const BLOCKS = new Set(['p', 'h2', 'h3', 'h4', 'ul', 'ol', 'dl', 'table', 'details', 'pre', 'div', 'section', 'article']);

/** What only a screen can use has no place in Markdown. */
function isLeftOut(node: ParsedNode): boolean {
  const classes = (node.getAttribute('class') ?? '').split(' ');
  return LEFT_OUT.has(node.localName ?? '') || ['on-screen', 'unseen', 'scripted', 'skip'].some((name) => classes.includes(name));
}

function inlineOf(nodes: Iterable<ParsedNode>): string {
  return [...nodes].map(inline).join('').replace(/\s+/g, ' ');
}

function inline(node: ParsedNode): string {
  if (node.nodeType === TEXT_NODE) return references((node.textContent ?? '').replace(/[\s\u00a0]+/g, ' '));
  if (isLeftOut(node)) return '';
  const sign = node.getAttribute('data-sign');
  if (node.localName === 'svg') return sign === null ? '' : `${sign} `;
  if (node.localName === 'br') return ' ';
  const inner = inlineOf(node.childNodes);
  if (inner.trim() === '') return inner;
  const address = node.localName === 'a' ? (node.getAttribute('href') ?? '') : '';
  if (/^https?:\/\/[^\s()<>]+$/.test(address)) return `[${inner}](${address})`;
  if (node.localName === 'code') return `<code>${inner}</code>`;
  if (node.localName === 'strong') return `**${inner.trim()}**`;
  return (node.getAttribute('class') ?? '').split(' ').includes('block') ? ` ${inner} ` : inner;
}

const line = (nodes: Iterable<ParsedNode>): string => atLineStart(inlineOf(nodes).trim());

function tableOf(node: ParsedNode, most: number): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const heads = [...node.querySelectorAll('thead th')];
  const rows = [...node.querySelectorAll('tbody tr')];
  const more = rows.length > most ? [`\nand ${rows.length - most} more in the full report`] : [];
  return [
    row(heads.map((head) => inlineOf(head.childNodes).trim())),
    row(heads.map((head) => (head.getAttribute('class') === 'number' ? '---:' : '---'))),
    ...rows.slice(0, most).map((cells) => row([...cells.children].map((cell) => inlineOf(cell.childNodes).trim()))),
    ...more,
  ].join('\n');
}

function fence(text: string): string {
  const ticks = Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1));
  return `${'`'.repeat(ticks)}\n${text}\n${'`'.repeat(ticks)}`;
}

function block(node: ParsedNode, most: number): string {
  if (node.nodeType === TEXT_NODE) return line([node]);
  if (isLeftOut(node)) return '';
  const items = (mark: (i: number) => string): string =>
    [...node.children].map((item, i) => `${mark(i)} ${line(item.childNodes)}`).join('\n');
  switch (node.localName) {
    case 'h2':
    case 'h3':
    case 'h4':
      return `${'#'.repeat(Number(node.localName[1]))} ${line(node.childNodes)}`;
    case 'ul':
      return items(() => '-');
    case 'ol':
      return items((i) => `${i + 1}.`);
    case 'dl':
      return [...node.children].map(({ children }) => `- ${[...children].map((part) => line(part.childNodes)).join(': ')}`).join('\n');
    case 'table':
      return tableOf(node, most);
    case 'pre':
      return fence(visible(node.textContent ?? ''));
    case 'details': {
      const [summary, ...content] = [...node.children];
      return `<details>\n<summary>${summary === undefined ? '' : line(summary.childNodes)}</summary>\n\n${blocks(content, most)}\n\n</details>`;
    }
    default:
      return [...node.children].some(({ localName }) => BLOCKS.has(localName ?? ''))
        ? blocks(node.childNodes, most)
        : line(node.childNodes);
  }
}

function blocks(nodes: Iterable<ParsedNode>, most: number): string {
  return [...nodes]
    .map((node) => block(node, most))
    .filter((text) => text.trim() !== '')
    .join('\n\n');
}

/**
 * Markdown of a part of a page: the same sentences and rows, without pictures and what only a screen can use. Whatever is in the data stays text.
 * @param most rows of a table; the page has them all
 * @example markdownOf('**@all** | <b>') // '&#42;&#42;&#64;&#8203;all&#42;&#42; &#124; &lt;b&gt;'
 */
export function markdownOf(content: Fill, most = 40): string {
  const { document } = parseHTML(`<!doctype html><html><body>${html`${content}`}</body></html>`);
  return blocks((document.body as unknown as ParsedNode).childNodes, most);
}
