import { byCodeUnits } from '../core/order.ts';
import type { Document } from '../model/dataset.ts';
import type { Problems } from './problems.ts';
import { meantKey, type Raw, type RowSource, readIdentified, recordOf, textField } from './records.ts';

/**
 * What embedders get of a document: title, a space, text, trimmed. BEIR and MTEB do the same.
 * @example documentText({ id: '1', title: 'Refunds', text: 'Within 14 days.' }) // 'Refunds Within 14 days.'
 */
export function documentText(document: Document): string {
  return `${document.title} ${document.text}`.trim();
}

/**
 * Documents, ascending by id.
 * @returns null when there is no such file, or no document in it; what is wrong is then among the problems
 */
export async function readCorpus(source: RowSource, allowEmpty: boolean, problems: Problems): Promise<Document[] | null> {
  const documents: Document[] = [];
  const before = problems.count;
  const read = await readIdentified(source, problems, ({ id, where, record }) => {
    const known = 'title' in record || 'text' in record;
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
    else if (empty && !allowEmpty)
      problems.add(where, `document "${id}" is empty; give it a text, or write "allowEmpty": true into dataset.json to embed it as it is`);
    documents.push(document);
  });
  if (!read) return null;
  // Where a column or every row is wrong, that is the reason, and has been said.
  if (documents.length === 0 && problems.count === before) problems.add(source.file, 'holds no document');
  if (documents.length === 0) return null;
  return documents.sort((a, b) => byCodeUnits(a.id, b.id));
}

/** Parent and metadata, where the data set has them. */
function beside(record: Raw, kept: readonly string[], where: string, problems: Problems): Pick<Document, 'parent' | 'metadata'> {
  const { parent } = record;
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
