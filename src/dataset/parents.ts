import { byCodeUnits } from '../core/order.ts';
import type { Dataset, Document } from '../model/dataset.ts';

type Documents = Pick<Dataset, 'documents'>;

/** True where judgements are of the parents of chunks. */
export function isChunked({ documents }: Documents): boolean {
  return documents[0]?.parent !== undefined;
}

/** Judged document of each row of the corpus; null where documents are not chunked. */
export function parentsOf({ documents }: Documents): { readonly ids: readonly string[]; readonly of: Int32Array } | null {
  if (!isChunked({ documents })) return null;
  const ids = [...new Set(documents.map(parentOf))].sort(byCodeUnits);
  const place = new Map(ids.map((id, i) => [id, i]));
  return { ids, of: Int32Array.from(documents, (document) => place.get(parentOf(document)) ?? -1) };
}

/** Id of what is judged: the document, or the parent of the chunk. */
export function parentOf({ id, parent }: Document): string {
  return parent ?? id;
}

/** What is judged, ascending by id: the documents, or of each parent the title of its first chunk and the texts of all. */
export function judgedDocuments({ documents }: Documents): readonly Document[] {
  if (!isChunked({ documents })) return documents;
  const whole = new Map<string, Document>();
  for (const chunk of documents) {
    const id = parentOf(chunk);
    const before = whole.get(id);
    whole.set(id, { id, title: before?.title ?? chunk.title, text: before === undefined ? chunk.text : `${before.text}\n\n${chunk.text}` });
  }
  return [...whole.values()].sort((a, b) => byCodeUnits(a.id, b.id));
}
