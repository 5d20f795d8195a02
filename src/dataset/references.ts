import type { Document, Query } from '../model/dataset.ts';
import type { KnownIds } from './clicks.ts';
import { parentOf } from './parents.ts';
import type { Problems } from './problems.ts';
import type { Judgement, ReadJudgements } from './qrels.ts';

/** What was read of a data set; null where a file could not be read. */
export interface Parts {
  readonly documents: readonly Document[] | null;
  readonly queries: readonly Query[] | null;
  /** Judged documents that were left out because they are empty. */
  readonly leftOut: ReadonlySet<string>;
  /** Whether every line of the corpus could be read: what one cannot be read of is not missing. */
  readonly isWhole: boolean;
  /** What messages call the files. */
  readonly names: { readonly corpus: string; readonly queries: string };
}

export function knownIds({ documents, queries }: Pick<Parts, 'documents' | 'queries'>): KnownIds {
  return {
    documents: documents === null ? null : new Set(documents.map(parentOf)),
    queries: queries === null ? null : new Set(queries.map(({ id }) => id)),
  };
}

/**
 * Judgements of queries that are asked and documents that are there. Those of other queries (a training split, say) and of documents
 * left out are counted; a document that is nowhere, or not one query in common, is a mistake.
 */
export function referring(file: string, { judgements, notes }: ReadJudgements, parts: Parts, problems: Problems): ReadJudgements {
  const known = knownIds(parts);
  const asked = ofQueries(file, judgements, known.queries, parts, problems);
  const kept = asked.filter(({ document }) => !parts.leftOut.has(document));
  if (known.documents !== null && parts.isWhole)
    for (const { document, where } of kept)
      if (!known.documents.has(document)) problems.add(where, `document "${document}" is not in ${parts.names.corpus}`);
  const others = judgements.length - asked.length;
  const empty = asked.length - kept.length;
  return {
    judgements: kept,
    notes: [
      ...notes,
      ...(others > 0 && asked.length > 0
        ? [`Judgements of queries that are not in ${parts.names.queries}: ${others} of ${judgements.length}; they are left out.`]
        : []),
      ...(empty > 0 ? [`Judgements of empty documents that are left out: ${empty}.`] : []),
    ],
  };
}

function ofQueries(
  file: string,
  judgements: readonly Judgement[],
  known: ReadonlySet<string> | null,
  { names }: Parts,
  problems: Problems,
): readonly Judgement[] {
  if (known === null || judgements.length === 0) return judgements;
  const asked = judgements.filter(({ query }) => known.has(query));
  if (asked.length > 0) return asked;
  const [example] = known;
  problems.add(file, `judges none of the queries: it has "${judgements[0]?.query}", ${names.queries} has "${example}"`);
  return [];
}
