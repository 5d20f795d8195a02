import { byCodeUnits } from '../core/order.ts';
import type { Dataset, Document, Qrels, Query } from '../model/dataset.ts';

/** One line of corpus.jsonl, as BEIR has it. */
export function documentLine({ id, title, text, parent, metadata }: Document): string {
  return line({ _id: id, title, text, ...(parent === undefined ? {} : { parent }), ...(metadata === undefined ? {} : { metadata }) });
}

/** One line of queries.jsonl, as BEIR has it; need, slices and filter in its metadata. */
export function queryLine({ id, text, need, slices, filter }: Query): string {
  const metadata = { ...(need === id ? {} : { need }), ...slices, ...(filter === undefined ? {} : { filter }) };
  return line({ _id: id, text, metadata });
}

/** qrels/test.tsv with BEIR's header, ascending by query and document. */
export function qrelsLines(qrels: Qrels): string {
  const rows = [...qrels].sort(([a], [b]) => byCodeUnits(a, b));
  const lines = rows.flatMap(([query, grades]) => [...grades].map(([document, grade]) => `${query}\t${document}\t${grade}\n`));
  return `query-id\tcorpus-id\tscore\n${lines.join('')}`;
}

function line(record: object): string {
  return `${JSON.stringify(record)}\n`;
}

/** What dataset.json says of a data set before it is sealed. */
export function descriptionOf(
  { licence, sliceFields, documents, sample, weakGrades, silence, weight }: Dataset,
  name: string,
): Readonly<Record<string, unknown>> {
  const empty = documents.some((document) => document.title.trim() === '' && document.text.trim() === '');
  return {
    name,
    ...(licence === null ? {} : { licence }),
    slices: sliceFields,
    ...(empty ? { allowEmpty: true } : {}),
    ...(sample === undefined ? {} : { sample }),
    ...(weakGrades === undefined ? {} : { weakGrades }),
    ...(weight === undefined ? {} : { weight }),
    ...(silence?.stated === true ? { judgements: silence.means } : {}),
  };
}
