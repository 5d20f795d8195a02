import { blindSheet, type Sheet } from '../../../src/features/judge/sheet.ts';
import type { DatasetHashes, Document, Query } from '../../../src/model/dataset.ts';

export const HASHES: DatasetHashes = {
  corpus: 'c'.repeat(64) as DatasetHashes['corpus'],
  queries: 'd'.repeat(64) as DatasetHashes['queries'],
  qrels: null,
};

export const query = (id: string, text = `text of ${id}`): Query => ({ id, text, need: id, slices: {} });
export const document = (id: string, text = `body of ${id}`, title = `Title of ${id}`): Document => ({ id, title, text });

/** Two queries, five documents. */
export function smallSheet(highest = 3, seed = 7): Sheet {
  const items = [
    { query: query('q1'), documents: ['a', 'b', 'c'].map((id) => document(id)) },
    { query: query('q2'), documents: ['b', 'd'].map((id) => document(id)) },
  ];
  return blindSheet(items, { hashes: HASHES, highest, seed });
}

/** Markup, formulas, control and bidi characters, ends of the elements they are put into. */
export const HOSTILE =
  '=HYPERLINK("http://evil")</script><script>window.pwned=1</script><img src=x onerror="window.pwned=2">\u202E\u0007 "\t\n`x`';

export function hostileSheet(): Sheet {
  const items = [{ query: query('=1+1', HOSTILE), documents: [document('@x', HOSTILE, HOSTILE), document('<b>&', HOSTILE, '')] }];
  return blindSheet(items, { hashes: HASHES, highest: 3, seed: 7 });
}
