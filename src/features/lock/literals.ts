/** What is between two quotes, and what is right before them. */
interface Literal {
  readonly value: string;
  readonly before: string;
}

/** As long as a path can be. */
const LITERAL = /(['"`])((?:\\[\s\S]|(?!\1)[^\\\n]){1,4096})\1/y;
const ESCAPE = /\\(?:x([\da-f]{2})|u\{([\da-f]{1,6})\}|u([\da-f]{4})|\r?\n|([\s\S]))/gi;
const COMMENT = /\/\*[^*]{0,80}\*\//g;
const PACKAGE = /^(?:@[^/\\\s]+\/)?[^./\\\s:@#][^/\\\s:]*/;

/**
 * Everything in a source that could be a literal. Any quote may begin one: an apostrophe in a comment or in a regular expression is
 * not told from one, so that no literal is missed for it.
 */
export function literalsOf(text: string): Literal[] {
  const found = new Map<string, Literal>();
  for (const { index } of text.matchAll(/['"`]/g)) {
    LITERAL.lastIndex = index;
    const value = unescaped(LITERAL.exec(text)?.[2] ?? '');
    const before = text
      .slice(Math.max(0, index - 100), index)
      .replace(COMMENT, ' ')
      .trimEnd();
    if (value !== '' && (!found.has(value) || isImported(before))) found.set(value, { value, before });
  }
  return [...found.values()];
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (_, hex?: string, code?: string, unit?: string, plain = '') => {
    const point = Number.parseInt(hex ?? code ?? unit ?? '', 16);
    return Number.isNaN(point) ? plain : String.fromCodePoint(Math.min(point, 0x10ffff));
  });
}

/** Whether a literal is what is imported, by what is before it. */
export function isImported(before: string): boolean {
  return /(?:\bfrom|\bimport|\b(?:import|require|resolve)\s*\()$/.test(before);
}

/** Whether a source imports what is no literal. */
export function importsComputed(text: string): boolean {
  return /\bcreateRequire\b|\b(?:import|require)\s{0,20}\(\s{0,20}(?:[^'"`\s]|`[^`]{0,4096}\$\{)/.test(text);
}

/** The package that a name is of, were it imported; null for a path, an address or a module of Node's. */
export function packageOf(name: string): string | null {
  return /^(?:node|file|data|https?):/.test(name) ? null : (PACKAGE.exec(name)?.[0] ?? null);
}

/** Paths that a name may stand for: as it is, without a query, decoded; of a pattern the folder that it starts in. */
export function pathsIn(name: string): string[] {
  const plain = name.replace(/^file:(?:\/\/)?/, '');
  const bare = plain.replace(/[?#][\s\S]*$/, '');
  const start = bare.includes('*') ? bare.replace(/[^/]*\*[\s\S]*$/, '') : bare;
  return [...new Set([plain, bare, start, decoded(bare)])].filter((path) => path !== '' && !path.includes('\0'));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
