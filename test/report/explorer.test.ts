import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataBlock } from '../../src/report/html.ts';
import { explorerData, queryFragment } from '../../src/report/views/explorer.ts';
import { commonWords, sharedWords, wordsOf } from '../../src/report/views/shared-words.ts';
import { makeEvaluation, TIMINGS } from './fixture.ts';
import { corpusMapOf } from './fixture-map.ts';
import { CASES, HOSTILE } from './fixture-verdicts.ts';
import { render } from './page.ts';

const input = (name: keyof typeof CASES) => ({ ...CASES[name], timings: TIMINGS });

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

describe('the explorer’s data', () => {
  it('holds every query, most lost first, with lists that point at its documents', () => {
    const data = explorerData(input('fail'));
    const { queries, shown } = CASES.fail.evaluation;
    expect(data?.queries).toHaveLength(queries.ids.length);
    expect(data?.documents.length).toBeLessThanOrEqual(shown.documents.ids.length);
    const differences = (data?.queries ?? []).map(({ values }) => values[2] ?? Number.POSITIVE_INFINITY);
    expect(differences).toEqual([...differences].sort((a, b) => a - b));
    const [first] = data?.queries ?? [];
    const index = queries.ids.indexOf(first?.id ?? '');
    const ids = first?.new.map(([document]) => data?.documents[document]?.[0]);
    expect(ids).toEqual(shown.lists[index]?.new.map((document) => shown.documents.ids[document]));
    expect(data?.fields.map(({ name }) => name)).toEqual(['style', 'topic', 'query length']);
  });

  it('goes by overlap without judgements', () => {
    const data = explorerData(input('noQrels'));
    expect(data?.judged).toBe(false);
    const overlaps = (data?.queries ?? []).map(({ values }) => values[3] ?? 9);
    expect(overlaps).toEqual([...overlaps].sort((a, b) => a - b));
  });

  it('is capped for 20,000 queries, and the page says so and stays below 3 MB', () => {
    const evaluation = makeEvaluation({ queries: 20_000, loss: 0.1 });
    const page = render('html', { evaluation, verdict: CASES.fail.verdict });
    expect(page).toMatch(/It holds [\d,]+ of 20,000 queries, those that lost most first\./);
    expect(Buffer.byteLength(page)).toBeLessThan(3_000_000);
  });

  it('gives every id a fragment of its own without white space or quotes', () => {
    for (const id of ['a/b', 'a b', `"'<>`, 'ü', '\uD800', HOSTILE]) expect(queryFragment(id)).toMatch(/^q=[^\s"<>]+$/);
    expect(queryFragment('a/b')).toBe('q=a%2Fb');
    const long = 'x'.repeat(100_000);
    expect(queryFragment(long).length).toBeLessThan(150);
    expect(queryFragment(`${long}1`)).not.toBe(queryFragment(`${long}2`));
  });
});

describe('1,000 queries and 20,000 documents', () => {
  it('make a page below 3 MB that leaves out texts and says so', () => {
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
    const evaluation = {
      ...base,
      shown: { ...base.shown, documents, lists },
      map: corpusMapOf(5_000, 'An article about the matter number'),
    };
    const page = render('html', { evaluation, verdict: CASES.fail.verdict });
    expect(Buffer.byteLength(page)).toBeLessThan(3_000_000);
    expect(page).toMatch(/documents are listed without their text/);
  });
});

describe('lines of 100,000 characters', () => {
  it('are cut, so that the page stays small', () => {
    const evaluation = makeEvaluation({ hostile: `"/'${'x'.repeat(100_000)}`, loss: 0.1 });
    expect(Buffer.byteLength(render('html', { evaluation, verdict: CASES.fail.verdict }))).toBeLessThan(3_000_000);
  });
});

describe('shared words', () => {
  it('leave out what stands in more than a quarter of the documents, where there are enough of them', () => {
    const texts = ['the cat', 'the dog', 'the fox', 'a cat', 'a hen', 'a cow', 'a pig', 'an emu'];
    expect(commonWords(texts)).toEqual(new Set(['the']));
    expect(commonWords(texts.slice(1))).toEqual(new Set());
  });

  it('are those of three letters and more, whatever their case; nothing is lost', () => {
    expect(sharedWords('Reset it now', wordsOf('reset IT'))).toEqual([
      { text: 'Reset', shared: true },
      { text: ' it now', shared: false },
    ]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, query) => {
        expect(
          sharedWords(text, wordsOf(query))
            .map((stretch) => stretch.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});
