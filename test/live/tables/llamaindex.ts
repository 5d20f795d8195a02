import { readFileSync } from 'node:fs';

/** What the guide says of LlamaIndex's text. */
export const NODE_TEXT = (readFileSync('docs/guides/tags-and-rollback.md', 'utf8').match(/ {6}sql: \|\n((?: {8}.*\n)+)/)?.[1] ?? '')
  .replaceAll(/^ {8}/gm, '')
  .trim();

/** A node as LlamaIndex keeps it, and the text that it embeds: written by hand here, as its Python does. */
export function nodeOf(n: number, text: string) {
  const isOwn = n % 5 === 1;
  const metadata =
    n % 9 === 0 ? {} : { title: `Article ${n}`, draft: n % 2 === 0, score: n / 4, author: n % 7 === 0 ? null : 'Ada', path: `/${n}` };
  const [template, separator] = isOwn ? ['{key} = {value}', '; '] : ['{key}: {value}', '\n'];
  const node = {
    metadata,
    excluded_embed_metadata_keys: ['path'],
    metadata_template: template,
    metadata_separator: separator,
    text: '',
    text_template: isOwn ? '[{metadata_str}]\n{content}' : '{metadata_str}\n\n{content}',
  };
  const author = n % 7 === 0 ? 'None' : 'Ada';
  const draft = n % 2 === 0 ? 'True' : 'False';
  const embedded = isOwn
    ? `[title = Article ${n}; draft = ${draft}; score = ${n / 4}; author = ${author}]\n${text}`
    : `title: Article ${n}\ndraft: ${draft}\nscore: ${n / 4}\nauthor: ${author}\n\n${text}`;
  return { node, embedded: n % 9 === 0 ? text : embedded };
}
