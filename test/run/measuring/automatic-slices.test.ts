import { describe, expect, it } from 'vitest';
import type { Dataset, Query } from '../../../src/model/dataset.ts';
import { automaticSlices, queryTable } from '../../../src/run/measuring/query-table.ts';
import { rankings } from '../rankings.ts';

const query = (id: string, text: string): Query => ({ id, text, need: id, slices: {} });
const pages = (...texts: string[]): Dataset['documents'] => texts.map((text, i) => ({ id: `d${i}`, title: '', text }));
const NONE = { topics: null, truncated: { old: [], new: [] } };

describe('automatic slices', () => {
  it('cut query length into thirds with their bounds in the name', () => {
    const queries = [1, 2, 3, 4, 5, 6].map((length) => query(`q${length}`, Array(length).fill('word').join(' ')));
    expect(automaticSlices({ queries, documents: pages('word', 'word'), qrels: null }, NONE)).toEqual({
      // Thirds at 2.67 and 4.33 by linear interpolation.
      'query length': ['up to 2 words', 'up to 2 words', '3 to 4 words', '3 to 4 words', 'more than 4 words', 'more than 4 words'],
    });
  });

  it('tell queries of rare words apart: words of a single document or of none', () => {
    const queries = [query('a', 'reset password'), query('b', 'reset zyx'), query('c', 'export password zyx form now')];
    const documents = pages('reset password form now', 'reset password form now', 'export');
    const slices = automaticSlices({ queries, documents, qrels: null }, NONE);
    expect(slices['rare words']).toEqual(['none', 'half or more', 'fewer than half']);
  });

  it('name scripts only where there is more than one', () => {
    const documents = pages('reset');
    const one = { queries: [query('a', 'reset'), query('b', 'reset')], documents, qrels: null };
    expect(automaticSlices(one, NONE)).toEqual({});
    const two = { ...one, queries: [query('a', 'reset'), query('b', 'сброс')] };
    expect(automaticSlices(two, NONE).script).toEqual(['Latin', 'Cyrillic']);
  });

  it('find queries whose relevant documents were cut, under which version', () => {
    const queries = ['a', 'b', 'c', 'd'].map((id) => query(id, 'word'));
    const grade = (document: string, value = 1): [string, ReadonlyMap<string, number>] => ['', new Map([[document, value]])];
    const qrels = new Map(
      [grade('d0'), grade('d1'), grade('d2'), grade('d1', 0)].map(([, grades], i) => [queries[i]?.id ?? '', grades] as const),
    );
    const slices = automaticSlices(
      { queries, documents: pages('word'), qrels },
      { topics: null, truncated: { old: ['d0'], new: ['d0', 'd1'] } },
    );
    // d's document was cut too, but is judged not relevant.
    expect(slices['relevant documents cut']).toEqual(['under both versions', 'under the new version only', 'none', 'none']);
  });

  it('are beside the declared slices in the query table, so that no rule takes them', () => {
    const queries = [query('a', 'reset'), query('b', 'bill')].map((q, i) => ({ ...q, slices: { style: `s${i}` } }));
    const dataset = { queries, documents: pages('reset', 'bill'), qrels: null, sliceFields: ['style'] } as unknown as Dataset;
    const served = rankings({ a: [['d0', 0.9]], b: [['d1', 0.8]] }, 1);
    const spaces = { topics: { names: ['reset', 'bill'], documents: { d0: 0, d1: 1 } }, truncated: { old: [], new: [] } };
    const table = queryTable(dataset, spaces, served);
    expect(table.slices).toEqual({ style: ['s0', 's1'] });
    expect(table.automatic).toEqual({ 'topic cluster': ['reset', 'bill'] });
    expect(queryTable(dataset, { ...spaces, topics: null }, served).automatic).toEqual({});
  });
});
