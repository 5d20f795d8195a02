/** Text as YAML writes it: bare where that means the same, else in double quotes, which are JSON's. */
export function scalar(text: string): string {
  const bare = /^[A-Za-z_./][\w./ -]*\w$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text) && !text.includes(' #');
  return bare ? text : JSON.stringify(text);
}

/** `{ a: b, c: d }` */
export function flow(entries: Readonly<Record<string, string | readonly string[]>>): string {
  const pairs = Object.entries(entries).map(
    ([key, value]) => `${key}: ${typeof value === 'string' ? scalar(value) : `[${value.map(scalar).join(', ')}]`}`,
  );
  return `{ ${pairs.join(', ')} }`;
}

/** One line, so that a name with a line end can't leave the comment that it stands in. */
export function commentText(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
