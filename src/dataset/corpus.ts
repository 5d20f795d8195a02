import { byCodeUnits } from '../core/order.ts';
import type { Document } from '../model/dataset.ts';
import { parentOf } from './parents.ts';
import type { Problems } from './problems.ts';
import { meantKey, type Raw, type RowSource, readIdentified, recordOf, textField } from './records.ts';

/**
 * What embedders get of a document: title, a space, text, trimmed. BEIR and MTEB do the same.
 * @example documentText({ id: '1', title: 'Refunds', text: 'Within 14 days.' }) // 'Refunds Within 14 days.'
 */
export function documentText(document: Document): string {
  return `${document.title} ${document.text}`.trim();
}

/** A corpus as it was read. */
export interface ReadCorpus {
  /** Ascending by id; null when there is no such file, or no document in it: what is wrong is then among the problems. */
  readonly documents: Document[] | null;
  /** Ids of judged documents that are empty and were skipped. */
  readonly leftOut: ReadonlySet<string>;
}

/** @param ofEmpty what becomes of documents with neither title nor text */
export async function readCorpus(source: RowSource, ofEmpty: 'take' | 'skip' | 'refuse', problems: Problems): Promise<ReadCorpus> {
  const documents: Document[] = [];
  const empties: { readonly id: string; readonly where: string }[] = [];
  const before = problems.count;
  const read = await readIdentified(source, problems, ({ id, where, record }) => {
    // Of mapped columns an empty cell is a key that is not there; a column that is missing is said where columns are read.
    const known = 'title' in record || 'text' in record || source.idName !== undefined;
    const document = {
      id,
      title: textField(record, 'title', where, problems),
      text: textField(record, 'text', where, problems),
      ...beside(record, source.metadata ?? [], where, problems),
    };
    const empty = typeof (record.title ?? '') === 'string' && typeof (record.text ?? '') === 'string' && documentText(document) === '';
    const meant = meantKey(record, ['title', 'text']);
    if (meant !== null) problems.add(where, `document "${id}" ${meant}`);
    else if (!known) problems.add(where, `document "${id}" has neither a title nor a text key`);
    else if (empty) empties.push({ id: parentOf(document), where });
    if (!(empty && ofEmpty === 'skip')) documents.push(document);
  });
  const leftOut = new Set<string>();
  if (!read) return { documents: null, leftOut };
  if (ofEmpty === 'refuse') refuseEmpty(empties, problems);
  // Where a column or every row is wrong, that is the reason, and has been said.
  if (documents.length === 0 && problems.count === before) problems.add(source.file, 'holds no document');
  if (documents.length === 0) return { documents: null, leftOut };
  if (ofEmpty === 'skip') {
    // A judged document of which one chunk has a text is still there.
    const there = new Set(documents.map(parentOf));
    for (const { id } of empties) if (!there.has(id)) leftOut.add(id);
  }
  return { documents: documents.sort((a, b) => byCodeUnits(a.id, b.id)), leftOut };
}

/** One line, however many there are. */
function refuseEmpty(empties: readonly { readonly id: string; readonly where: string }[], problems: Problems): void {
  const [first, ...more] = empties;
  if (first === undefined) return;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  problems.add(
    first.where,
    `document "${first.id}"${others} ${more.length === 0 ? 'is' : 'are'} empty; in dataset.json or under \`dataset\`, allowEmpty: true takes them as they are, skipEmpty: true leaves them out with their judgements`,
  );
}

/** Parent and metadata, where the data set has them. */
function beside(record: Raw, kept: readonly string[], where: string, problems: Problems): Pick<Document, 'parent' | 'metadata'> {
  const parent = Number.isSafeInteger(record.parent) ? String(record.parent) : record.parent;
  if (parent !== undefined && (typeof parent !== 'string' || parent.trim() === ''))
    problems.add(where, 'parent must be text that is not empty');
  const fields = recordOf(record.metadata) ?? {};
  const entries = kept.flatMap((name) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (Array.isArray(value)) problems.add(where, `metadata.${name} must be one value, found a list`);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[name, String(value)] as const] : [];
  });
  return { ...(typeof parent === 'string' ? { parent } : {}), ...(kept.length > 0 ? { metadata: Object.fromEntries(entries) } : {}) };
}
