import { describe, expect, it } from 'vitest';
import type { Dataset, Query } from '../../../src/model/dataset.ts';
import { automaticSlices } from '../../../src/run/measuring/automatic-slices.ts';
import { queryTable } from '../../../src/run/measuring/query-table.ts';
import { rankings } from '../rankings.ts';

const query = (id: string, text: string): Query => ({ id, text, need: id, slices: {} });
const pages = (...texts: string[]): Dataset['documents'] => texts.map((text, i) => ({ id: `d${i}`, title: '', text }));
const CROWD = { documents: null, queries: null };
const NONE = { topics: null, truncated: { old: [], new: [] }, crowd: CROWD };

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
      { ...NONE, truncated: { old: ['d0'], new: ['d0', 'd1'] } },
    );
    // d's document was cut too, but is judged not relevant.
    expect(slices['relevant documents cut']).toEqual(['under both versions', 'under the new version only', 'none', 'none']);
  });

  it('tell languages apart where two have five queries each; one alone, or a few, is no field', () => {
    const texts = [...Array(5).fill('how do I reset my password'), ...Array(5).fill('Wie setze ich mein Passwort zurück'), 'export csv'];
    const queries = texts.map((text, i) => query(`q${i}`, text));
    const documents = pages(...texts);
    const { language } = automaticSlices({ queries, documents, qrels: null }, NONE);
    expect(language).toEqual([...Array(5).fill('English'), ...Array(5).fill('German'), 'another, or cannot be told']);
    const few = queries.slice(0, 8);
    expect(automaticSlices({ queries: few, documents, qrels: null }, NONE).language).toBeUndefined();
  });

  it('find queries that name something by a code', () => {
    const queries = [query('a', 'login fails'), query('b', 'login fails with ERR_AUTH')];
    expect(automaticSlices({ queries, documents: pages('x', 'y'), qrels: null }, NONE).codes).toEqual(['none', 'with a code']);
  });

  const judgedBy = (...ids: string[][]) => new Map(ids.map((of, i) => [`q${i}`, new Map(of.map((id) => [id, 1]))]));
  const asked = (n: number) => Array.from({ length: n }, (_, i) => query(`q${i}`, 'word'));

  it('name the folder of the relevant documents, by the first part in which paths differ', () => {
    const qrels = judgedBy(['docs/api/a.md'], ['docs/guides/x/b.md'], ['docs/c.md'], ['docs/api/a.md', 'docs/guides/d.md'], []);
    expect(automaticSlices({ queries: asked(5), documents: pages('word'), qrels }, NONE).path).toEqual([
      'docs/api',
      'docs/guides',
      '(at the top)',
      'several',
      'no relevant document',
    ]);
    expect(automaticSlices({ queries: asked(2), documents: pages('word'), qrels: judgedBy(['a'], ['b']) }, NONE).path).toBeUndefined();
  });

  it('find hubs and documents that are nobody’s neighbours among the relevant ones', () => {
    const ids = Array.from({ length: 6 }, (_, i) => `d${i}`);
    // d0 is the nearest of all others; d0's is d1; nobody has d2 to d5.
    const lists = Object.fromEntries(ids.map((id): [string, [string, number][]] => [id, [[id === 'd0' ? 'd1' : 'd0', 0.9]]]));
    const documents = { ...rankings(lists, 1), documentIds: ids };
    const qrels = judgedBy(['d0'], ['d1'], ['d0', 'd5'], []);
    const facts = { ...NONE, crowd: { ...CROWD, documents } };
    expect(automaticSlices({ queries: asked(4), documents: pages('word'), qrels }, facts)['relevant documents among others']).toEqual([
      'all are hubs',
      'neither',
      "one is nobody's neighbour",
      'no relevant document',
    ]);
  });

  it('find the fifth of the queries that is furthest from every other one', () => {
    const queries = asked(25);
    const near = rankings(
      Object.fromEntries(queries.map(({ id }, i): [string, [string, number][]] => [id, [['q0', i < 4 ? 0.1 : 0.8 + i / 1000]]])),
      1,
    );
    const facts = { ...NONE, crowd: { ...CROWD, queries: near } };
    const { 'nearest other query': found } = automaticSlices({ queries, documents: pages('word'), qrels: null }, facts);
    expect(found?.map((value) => value === 'far away')).toEqual(queries.map((_, i) => i < 5));
    expect(
      automaticSlices({ queries: queries.slice(0, 24), documents: pages('word'), qrels: null }, facts)['nearest other query'],
    ).toBeUndefined();
  });

  it('are beside the declared slices in the query table, so that no rule takes them', () => {
    const queries = [query('a', 'reset'), query('b', 'bill')].map((q, i) => ({ ...q, slices: { style: `s${i}` } }));
    const dataset = { queries, documents: pages('reset', 'bill'), qrels: null, sliceFields: ['style'] } as unknown as Dataset;
    const served = rankings({ a: [['d0', 0.9]], b: [['d1', 0.8]] }, 1);
    const spaces = { topics: { names: ['reset', 'bill'], documents: { d0: 0, d1: 1 } }, truncated: { old: [], new: [] }, crowd: CROWD };
    const table = queryTable(dataset, spaces, served);
    expect(table.slices).toEqual({ style: ['s0', 's1'] });
    expect(table.automatic).toEqual({ 'topic cluster': ['reset', 'bill'] });
    expect(queryTable(dataset, { ...spaces, topics: null }, served).automatic).toEqual({});
  });
});
