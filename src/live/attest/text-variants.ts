import type { IndexedText } from '../../dataset/corpus-index.ts';

/** Another text that a row's vector may have been made of. */
export interface TextVariant {
  /** In words: `the title alone`. */
  readonly note: string;
  /** @param document the row as the corpus has it, where it does. @returns null where there is no such text */
  readonly of: (text: string, document: IndexedText | null) => string | null;
}

/** Ways in which the text of a row may have been put together differently. */
export const TEXT_VARIANTS: readonly TextVariant[] = [
  {
    note: 'the text with its title before it',
    of: (text, document) => titled(document, ({ text: whole }) => (whole === text ? null : whole)),
  },
  {
    note: 'the text without its title',
    of: (text, document) => titled(document, ({ body }) => (body.trim() === text ? null : body.trim())),
  },
  { note: 'the title alone', of: (_, document) => titled(document, ({ title }) => title) },
  { note: 'title and text with a colon between them', of: (_, document) => titled(document, ({ title, body }) => `${title}: ${body}`) },
  { note: 'title and text on separate lines', of: (_, document) => titled(document, ({ title, body }) => `${title}\n${body}`) },
  { note: 'the text in lower case', of: (text) => (text === text.toLowerCase() ? null : text.toLowerCase()) },
];

function titled(document: IndexedText | null, of: (document: IndexedText) => string | null): string | null {
  return document === null || document.title === '' ? null : of(document);
}
