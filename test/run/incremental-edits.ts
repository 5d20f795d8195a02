import fc from 'fast-check';

/** A data set as maps: id → text, and query → document → grade. */
export interface Texts {
  readonly documents: Map<string, string>;
  readonly queries: Map<string, string>;
  readonly qrels: Map<string, Map<string, number>>;
}

/** One change. Numbers pick among what is there, so that any of them applies to any data set. */
export type Edit =
  | { readonly kind: 'set'; readonly what: 'documents' | 'queries'; readonly id: number; readonly text: number }
  | { readonly kind: 'copy'; readonly what: 'documents' | 'queries'; readonly id: number; readonly from: number }
  | { readonly kind: 'delete'; readonly what: 'documents' | 'queries'; readonly id: number }
  | { readonly kind: 'judge'; readonly query: number; readonly document: number; readonly grade: number };

const WORDS = 'password invoice refund login export import delete account team seat plan card'.split(' ');
/** Fewer ids than edits could name, so that deleted ones come back and texts repeat. */
const IDS = { documents: 40, queries: 14 } as const;
const LEAST = 4;

export function textOf(n: number): string {
  return [n, n * 7, n * 13, n * 29].map((k) => WORDS[k % WORDS.length]).join(' ');
}

export function firstTexts(): Texts {
  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, i) => [`${prefix}${i}`, textOf(i + (prefix === 'q' ? 500 : 0))] as const);
  const queries = new Map(numbered('q', 10));
  return {
    documents: new Map(numbered('d', 30)),
    queries,
    qrels: new Map(
      [...queries.keys()].map((id, i) => [
        id,
        new Map([
          [`d${i}`, 2],
          [`d${i + 11}`, 1],
        ]),
      ]),
    ),
  };
}

const what = fc.constantFrom('documents' as const, 'queries' as const);
const number = fc.nat({ max: 1000 });

export const anEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), what, id: number, text: number }),
  fc.record({ kind: fc.constant('copy' as const), what, id: number, from: number }),
  fc.record({ kind: fc.constant('delete' as const), what, id: number }),
  fc.record({ kind: fc.constant('judge' as const), query: number, document: number, grade: fc.nat({ max: 2 }) }),
);

function nth<T>(items: Iterable<T>, n: number): T {
  const all = [...items];
  const item = all[n % all.length];
  if (item === undefined) throw new RangeError('There is nothing to pick from.');
  return item;
}

/** Changes the data set; judgements of what is deleted go with it, as a corpus that is exported anew would have it. */
export function apply(edit: Edit, texts: Texts): void {
  const { documents, queries, qrels } = texts;
  if (edit.kind === 'judge') {
    const list = nth(qrels.values(), edit.query);
    const document = nth(documents.keys(), edit.document);
    if (edit.grade > 0 || list.size > 1) list.set(document, Math.max(1, edit.grade));
    return;
  }
  const items = texts[edit.what];
  const id = `${edit.what === 'documents' ? 'd' : 'q'}${edit.id % IDS[edit.what]}`;
  if (edit.kind === 'set') items.set(id, textOf(edit.text));
  if (edit.kind === 'copy') items.set(id, nth(items.values(), edit.from));
  if (edit.kind === 'delete' && items.size > LEAST) items.delete(id);
  if (edit.what === 'documents') for (const list of qrels.values()) if (!documents.has(id)) list.delete(id);
  if (!queries.has(id) && edit.what === 'queries') qrels.delete(id);
  for (const [query, list] of qrels) if (list.size === 0) qrels.delete(query);
  if (qrels.size === 0) qrels.set(nth(queries.keys(), 0), new Map([[nth(documents.keys(), 0), 1]]));
}
