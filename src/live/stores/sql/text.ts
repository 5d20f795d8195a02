import { literal, quoted } from '../../../databases/names.ts';

/** A text built from columns, as SQL. */
export interface TextExpression {
  readonly sql: string;
  /** Unquoted, each once. */
  readonly columns: readonly string[];
}

/** What `String.prototype.trim` takes off: the text of a document is trimmed as that of the data set is. */
const SPACES = String.raw`E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'`;

/**
 * A column, or a template such as `{title} {body}`: what a document's text is made of. A missing part is empty; where every part
 * is missing, so is the text.
 */
export function textExpression(template: string): TextExpression {
  const parts = template.split(/\{([^{}]+)\}/);
  const columns = parts.length === 1 ? [template] : parts.filter((_, i) => i % 2 === 1);
  const whole = parts.length === 1 ? `${quoted(template)}::text` : parts.map(partSql).join(' || ');
  const trimmed = `pg_catalog.btrim(${whole}, ${SPACES})`;
  const own = [...new Set(columns)];
  if (parts.length === 1) return { sql: trimmed, columns: own };
  const missing = own.map((column) => `${quoted(column)} IS NULL`).join(' AND ');
  return { sql: `CASE WHEN ${missing} THEN NULL ELSE ${trimmed} END`, columns: own };
}

function partSql(part: string, place: number): string {
  return place % 2 === 1 ? `coalesce(${quoted(part)}::text, '')` : literal(part);
}
