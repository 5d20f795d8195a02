import { clip, oneLine, visible } from '../text.ts';

/**
 * Text of the data as one line of Markdown that stays text: what Markdown, HTML or a forge would act on (tables, links,
 * images, mentions, issue numbers, autolinks, mathematics) is spelled as character references.
 *
 * @example escapeMarkdown('**@all** | <b>') // '&#42;&#42;&#64;&#8203;all&#42;&#42; &#124; &lt;b&gt;'
 */
export function escapeMarkdown(text: string, limit = 300): string {
  return (
    oneLine(visible(clip(text, limit)))
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/[\\`*[\]|~$]|(?<!\w)_|_(?!\w)/g, (character) => `&#${character.charCodeAt(0)};`)
      // Forges look for mentions and issue numbers after rendering; a zero-width space keeps them from seeing one.
      // `nDCG@10` is none: there a word stands before the sign and a bare number behind it.
      .replace(/(?<!\w)@|@(?!\d+(?![\w-]|\.\w))/g, '&#64;&#8203;')
      .replace(/(?<!&)#(?=\w)/g, '&#35;&#8203;')
      .replace(/\b(GH|gh)-(?=\d)/g, '$1-&#8203;')
      .replace(/:(?=\/\/|[\w+-]+:)/g, '&#58;&#8203;')
      .replace(/\bwww\./gi, (www) => `${www.slice(0, -1)}&#46;&#8203;`)
      // At the start of a line these make lists, headings, quotes and rules.
      .replace(/^([-+=#](?!\d)|\d+[.)](?=\s|$))/, (mark) => `${mark.slice(0, -1)}&#${mark.charCodeAt(mark.length - 1)};`)
  );
}

/** An id, a query or a hash, set as code; the same escaping holds inside. */
export function codeMarkdown(text: string, limit = 200): string {
  return `<code>${escapeMarkdown(text, limit)}</code>`;
}
