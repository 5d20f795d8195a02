import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { qualityOf } from '../../src/model/lookup.ts';
import { bestOf, changedQueries, listedDocuments, placeWords, tellingDocument, worstOf } from '../../src/report/changes.ts';
import { dataBlock } from '../../src/report/html.ts';
import { queriesLink, queryKey } from '../../src/report/queries/address.ts';
import { commonWords, type QueryData, queryData } from '../../src/report/queries/data.ts';
import { makeEvaluation, TIMINGS } from './fixture.ts';
import { corpusMapOf } from './fixture-map.ts';
import { CASES, HOSTILE } from './fixture-verdicts.ts';
import { render, sectionOf, textOf } from './page.ts';

const input = (name: keyof typeof CASES) => ({ ...CASES[name], timings: TIMINGS });
const change = (data: QueryData, row: number): number => data.change[row] ?? 0;

function dataOf(value: Parameters<typeof queryData>[0]): QueryData {
  const data = queryData(value);
  if (data === null) throw new Error('The fixture has queries.');
  return data;
}

describe('dataBlock', () => {
  it('holds any text without letting it out', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('</script>', '<!--<script>', ']]>', '\u2028', HOSTILE)),
        (text) => {
          const block = dataBlock('x', { text }).toString();
          const inner = block.slice('<script type="application/json" id="x">'.length, -'</script>'.length);
          expect(inner).not.toMatch(/[<>&\u2028\u2029]/);
          expect(JSON.parse(inner)).toEqual({ text });
        },
      ),
    );
  });
});

describe('the queries’ data', () => {
  it('shows a change with the digits that the cards show of it', () => {
    const value = structuredClone(input('fail')) as ReturnType<typeof input>;
    const columns = qualityOf(value.evaluation)['nDCG@10']?.served;
    const [old, fresh] = [columns?.old.perQuery as number[], columns?.new.perQuery as number[]];
    const judged = value.evaluation.queries.ids.filter((_, i) => old[i] !== null).slice(0, 3);
    // Rounded twice, to four digits and then to three, these would come out one too large.
    for (const [i, loss] of [0.28746, 0.10148, 0.41048].entries()) {
      const place = value.evaluation.queries.ids.indexOf(judged[i] ?? '');
      [old[place], fresh[place]] = [0.9, 0.9 - loss];
    }
    const data = dataOf(value);
    const shown = judged.map((id) => (change(data, data.ids.indexOf(id)) / 1e6).toFixed(3));
    expect(shown).toEqual(['-0.287', '-0.101', '-0.410']);
  });

  it('has every query, most lost first, with lists that point at its documents', () => {
    const data = dataOf(input('fail'));
    const { queries, shown } = CASES.fail.evaluation;
    expect(data.ids).toHaveLength(queries.ids.length);
    const changes = data.old.flatMap((old, row) => (old === null ? [] : [change(data, row)]));
    expect(changes).toEqual([...changes].sort((a, b) => a - b));
    const index = queries.ids.indexOf(data.ids[0] ?? '');
    const [, fresh = []] = data.lists[0] ?? [];
    expect(fresh.map((document) => data.documents[document]?.[0])).toEqual(
      shown.lists[index]?.new.map((document) => shown.documents.ids[document]),
    );
    expect(data.fields.map(({ name }) => name)).toEqual(['style', 'topic', 'query length']);
  });

  it('counts what the evaluation holds, whatever fits the page', () => {
    const { evaluation } = CASES.fail;
    const column = qualityOf(evaluation)['nDCG@10']?.served;
    const differences = evaluation.queries.ids.flatMap((_, i) => {
      const [old, fresh] = [column?.old.perQuery[i] ?? null, column?.new.perQuery[i] ?? null];
      return old === null || fresh === null ? [] : [fresh - old];
    });
    expect(dataOf(input('fail')).of).toMatchObject({
      all: evaluation.queries.ids.length,
      worse: differences.filter((one) => one < 0).length,
      better: differences.filter((one) => one > 0).length,
      same: differences.filter((one) => one === 0).length,
      top: evaluation.shown.lists.filter(({ old, new: fresh }) => old[0] !== fresh[0]).length,
    });
  });

  it('goes by overlap without judgements', () => {
    const data = dataOf(input('noQrels'));
    expect(data.judged).toBe(false);
    const overlaps = data.overlap.map((value) => value ?? 9_999);
    expect(overlaps).toEqual([...overlaps].sort((a, b) => a - b));
  });

  it.each([5_000, 10_000])('has the values of all %i queries, and the lists of both ends', (queries) => {
    const evaluation = makeEvaluation({ queries, loss: 0.1 });
    const data = dataOf({ evaluation, verdict: CASES.fail.verdict, timings: null });
    expect(data.ids).toHaveLength(queries);
    const held = data.lists.flatMap((lists, row) => (lists === null || data.old[row] === null ? [] : [row]));
    const [least, most] = [Math.min(...held.map((row) => change(data, row))), Math.max(...held.map((row) => change(data, row)))];
    expect(held).toContain(0);
    expect(least).toBe(Math.min(...data.ids.map((_, row) => change(data, row))));
    expect(most).toBe(Math.max(...data.ids.map((_, row) => change(data, row))));
    expect(held.filter((row) => change(data, row) > 0).length).toBeGreaterThan(100);
    expect(held.filter((row) => change(data, row) < 0).length).toBeGreaterThan(100);
  });

  it('of 40,000 keeps both ends and the true counts, and the page stays below 3 MB', () => {
    const evaluation = makeEvaluation({ queries: 40_000, loss: 0.1 });
    const data = dataOf({ evaluation, verdict: CASES.fail.verdict, timings: null });
    expect(data.ids.length).toBeLessThan(40_000);
    expect(data.of.all).toBe(40_000);
    expect(data.of.worse + data.of.better + data.of.same).toBeGreaterThan(data.ids.length);
    const gains = data.ids.filter((_, row) => change(data, row) > 0).length;
    const losses = data.ids.filter((_, row) => change(data, row) < 0).length;
    expect(Math.min(gains, losses)).toBeGreaterThan(1_000);
    expect(Buffer.byteLength(render('html', { evaluation, verdict: CASES.fail.verdict }))).toBeLessThan(3_000_000);
  });

  it('leaves out texts where documents are many or long, and the page stays below 3 MB', () => {
    const base = makeEvaluation({ queries: 1_000, loss: 0.1 });
    const range = [...Array(20_000).keys()];
    const documents = {
      ids: range.map((i) => `document-${i}`),
      titles: range.map((i) => `An article about the matter number ${i}`),
      excerpts: range.map((i) => `Text ${i}. ${'What somebody wrote about it at some length. '.repeat(8)}`),
    };
    const lists = base.queries.ids.map((_, i) => ({
      old: range.slice(i * 20, i * 20 + 10),
      new: range.slice(i * 20 + 10, i * 20 + 20),
      oldScores: range.slice(0, 10).map((r) => 0.9 - r / 100),
      newScores: range.slice(0, 10).map((r) => 0.8 - r / 100),
    }));
    const map = corpusMapOf(5_000, 'An article about the matter number');
    const evaluation = { ...base, shown: { ...base.shown, documents, lists }, map };
    expect(dataOf({ evaluation, verdict: CASES.fail.verdict, timings: null }).documents.some(([, , excerpt]) => excerpt === '')).toBe(true);
    expect(Buffer.byteLength(render('html', { evaluation, verdict: CASES.fail.verdict }))).toBeLessThan(3_000_000);
    const long = makeEvaluation({ hostile: `"/'${'x'.repeat(100_000)}`, loss: 0.1 });
    expect(Buffer.byteLength(render('html', { evaluation: long, verdict: CASES.fail.verdict }))).toBeLessThan(3_000_000);
  });
});

describe('addresses', () => {
  it('give every id a key without white space or quotes, and no two ids the same', () => {
    for (const id of ['a/b', 'a b', `"'<>`, 'ü', '\uD800', HOSTILE]) expect(queryKey(id)).toMatch(/^[^\s"<>]+$/);
    const long = 'x'.repeat(100_000);
    expect(queryKey(long).length).toBeLessThan(150);
    expect(queryKey(`${long}1`)).not.toBe(queryKey(`${long}2`));
  });

  it('say what the list shows, as the page’s script reads it', () => {
    const link = queriesLink({ show: 'worse', slice: { field: 'a b', value: 'x&y=+1' }, q: 'q/1' });
    const [path, query = ''] = link.slice(1).split('?');
    expect(path).toBe('queries');
    expect(Object.fromEntries(new URLSearchParams(query))).toEqual({ show: 'worse', slice: 'a b=x&y=+1', q: 'q/1' });
    expect(queriesLink({})).toBe('#queries');
  });
});

describe('what changed in a query', () => {
  const document = (id: string, grade: number | null, old: number | null, fresh: number | null) => ({
    id,
    title: '',
    excerpt: '',
    grade,
    old,
    new: fresh,
  });

  it('is told by the best relevant document that moved the query’s way', () => {
    const documents = [document('noise', 0, 1, null), document('right', 3, 1, 3), document('other', 1, 2, null), document('up', 3, 9, 1)];
    expect(tellingDocument(documents, true, 10)?.id).toBe('right');
    expect(tellingDocument(documents, false, 10)?.id).toBe('up');
    expect(tellingDocument([document('noise', 0, 1, null)], true, 10)).toBeNull();
    expect(placeWords({ old: 1, new: 3 }, 10)).toBe('place 1 → 3');
    expect(placeWords({ old: 2, new: null }, 10)).toBe('place 2 → not in the first 10');
    expect(placeWords({ old: null, new: 4 }, 10)).toBe('not in the first 10 → place 4');
  });

  it('lists every document of both lists and relevant ones that neither shows', () => {
    const { evaluation } = CASES.fail;
    const listed = listedDocuments({ evaluation }, 0);
    const { lists, grades, documents } = evaluation.shown;
    const relevant = Object.entries(grades[0] ?? {}).flatMap(([key, grade]) => (grade >= 1 ? [Number(key)] : []));
    const expected = new Set([...(lists[0]?.old ?? []), ...(lists[0]?.new ?? []), ...relevant].map((i) => documents.ids[i]));
    expect(new Set(listed.map(({ id }) => id))).toEqual(expected);
  });

  it('has both ends, and without judgements only what changed', () => {
    const failed = input('fail');
    const changed = changedQueries(failed);
    expect(changedQueries(failed)).toBe(changed);
    const [worst, best] = [worstOf(changed, 5), bestOf(changed, 5)];
    expect(worst.every(({ pair }) => (pair?.difference ?? 0) < 0)).toBe(true);
    expect(best.every(({ pair }) => (pair?.difference ?? 0) > 0)).toBe(true);
    expect(best[0]?.pair?.difference).toBe(Math.max(...changed.rows.map(({ pair }) => pair?.difference ?? -1)));
    const unjudged = changedQueries(input('noQrels'));
    expect(bestOf(unjudged, 5)).toEqual([]);
    expect(worstOf(unjudged, 5).every(({ overlap }) => overlap !== null && overlap < 1)).toBe(true);
  });
});

describe('the view of queries without scripts', () => {
  it('has both ends, each with its documents, the need and the whole text', () => {
    const view = sectionOf(render('html', CASES.fail), 'queries');
    const gained = changedQueries(input('fail')).counts?.gained ?? 0;
    expect(gained).toBeGreaterThan(5);
    expect(view.match(/<details class="query"/g)).toHaveLength(10 + Math.min(10, gained));
    const text = textOf(view);
    expect(text).toContain('Largest losses');
    expect(text).toContain('Largest gains');
    expect(text).toMatch(/Query q\d+ · need n\d+/);
    expect(text).toContain('Old place New place Grade Document');
    expect(textOf(sectionOf(render('html', CASES.noQrels), 'queries'))).toContain('Fewest results in common');
  });
});

describe('words that are not marked', () => {
  it('are those of more than a quarter of the documents, where there are enough of them', () => {
    const texts = ['the cat', 'the dog', 'the fox', 'a cat', 'a hen', 'a cow', 'a pig', 'an emu'];
    expect(commonWords(texts)).toEqual(new Set(['the']));
    expect(commonWords(texts.slice(1))).toEqual(new Set());
  });
});
