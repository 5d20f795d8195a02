import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../src/config/schemas/config.ts';
import { ratioBounds } from '../../src/gate/reach.ts';
import { weighedMean } from '../../src/measure/columns.ts';
import { parseMeasure } from '../../src/measure/measure-name.ts';
import { qualityColumns } from '../../src/measure/quality-columns.ts';
import { columnByNeed, columnMean, indexNeeds, pairedDifferences } from '../../src/measure/stats/needs.ts';
import type { RankedList } from '../../src/model/search.ts';
import { fuse } from '../../src/search/fusion.ts';
import { termsOf } from '../../src/search/lexical/analyzer.ts';
import { bm25Index } from '../../src/search/lexical/bm25.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const guide = read('docs/guides/pipeline.md');
const rows = (path: string) => read(path).trim().split('\n');

/** What the example report shows of every query: the first ten under both versions, as places in `documents`. */
interface Shown {
  readonly ids: readonly string[];
  readonly needs: readonly string[];
  readonly lists: readonly (readonly [old: readonly number[], fresh: readonly number[]])[];
  readonly documents: readonly (readonly [id: string])[];
}

function servedLists(): Shown {
  const found = [...read('reports/example/report.html').matchAll(/<script[^>]*type="application\/json"[^>]*>([\s\S]*?)<\/script>/g)];
  const shown = found.map(([, text = '']) => JSON.parse(text)).find((value) => 'lists' in value);
  expect(shown.lists).toHaveLength(312);
  return shown;
}

test('the configuration of the guide is one', () => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
  expect(configSchema.safeParse(parse(text)).error).toBeUndefined();
});

test('the figures of the guide are those of the helpdesk collection and the served lists of the example report', () => {
  const data = servedLists();
  const queries = { ids: data.ids, needs: data.needs.map((need, i) => need || (data.ids[i] ?? '')) };
  const documents = rows('datasets/helpdesk/corpus.jsonl').map((row) => JSON.parse(row) as { _id: string; title: string; text: string });
  const index = bm25Index(
    documents.map(({ _id: id, title, text }) => ({ id, terms: termsOf(`${title} ${text}`) })),
    { k1: 1.2, b: 0.75 },
  );
  const qrels = new Map<string, Map<string, number>>();
  for (const row of rows('datasets/helpdesk/qrels/test.tsv').slice(1)) {
    const [query = '', document = '', grade] = row.split('\t');
    qrels.set(query, (qrels.get(query) ?? new Map()).set(document, Number(grade)));
  }
  const texts = new Map(
    rows('datasets/helpdesk/queries.jsonl')
      .map((row) => JSON.parse(row) as { _id: string; text: string })
      .map(({ _id, text }) => [_id, text]),
  );
  const words = new Map(queries.ids.map((id) => [id, index.search(termsOf(texts.get(id) ?? ''), 10)]));
  const lists = (side: 0 | 1) =>
    new Map(
      queries.ids.map((id, i): [string, RankedList] => {
        const ids = (data.lists[i]?.[side] ?? []).map((place) => data.documents[place]?.[0] ?? '');
        return [id, { ids, scores: ids.map((_, rank) => -rank) }];
      }),
    );
  const fused = (run: ReadonlyMap<string, RankedList>) =>
    new Map([...run].map(([id, list]) => [id, fuse([list, words.get(id) ?? { ids: [], scores: [] }], { method: 'rrf', k: 60 }, 10)]));
  const values = (run: ReadonlyMap<string, RankedList>) =>
    qualityColumns([parseMeasure('nDCG@10')], run, qrels, queries.ids).columns['nDCG@10']?.perQuery ?? [];
  const mean = (run: ReadonlyMap<string, RankedList>) => weighedMean(values(run), queries)?.toFixed(3);
  const [before, after] = [lists(0), lists(1)];
  expect(guide).toContain(`| words alone | ${mean(words)} |`);
  expect(guide).toContain(`| vectors alone | ${mean(before)} → ${mean(after)} |`);
  expect(guide).toContain(`| what the user gets | ${mean(fused(before))} → ${mean(fused(after))} |`);
  const needs = indexNeeds(
    queries.needs,
    queries.ids.map((id) => qrels.has(id)),
  );
  const of = (a: ReadonlyMap<string, RankedList>, b: ReadonlyMap<string, RankedList>) =>
    columnByNeed(needs, pairedDifferences(values(a), values(b)));
  const pair = { vectors: of(before, after), pipeline: of(fused(before), fused(after)) };
  const { lower, upper } = ratioBounds(pair, 0.95) ?? { lower: Number.NaN, upper: Number.NaN };
  const share = columnMean(pair.pipeline) / columnMean(pair.vectors);
  expect(guide).toContain(`${share.toFixed(2)} [${lower.toFixed(2)}, ${upper.toFixed(2)}] of the vectors' difference reaches the user`);
});
