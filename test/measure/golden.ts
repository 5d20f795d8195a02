import { readFileSync } from 'node:fs';
import type { RankedList, Run } from '../../src/model/search.ts';

const folder = new URL('../golden/', import.meta.url);

function lines(file: string): string[][] {
  return readFileSync(new URL(file, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}

export function goldenJson(file: string) {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
}

export function goldenQrels(): Map<string, Map<string, number>> {
  const qrels = new Map<string, Map<string, number>>();
  for (const [query = '', , document = '', grade] of lines('qrels.txt')) {
    qrels.set(query, (qrels.get(query) ?? new Map<string, number>()).set(document, Number(grade)));
  }
  return qrels;
}

/** All scores of a run, in file order, as the shift goldens take them. */
export function goldenScores(file: 'old.run' | 'new.run'): Float64Array {
  return Float64Array.from(lines(file), (columns) => Number(columns[4]));
}

/** A run in trec_eval order: float32 scores, ties by document id, both high to low. */
export function goldenRun(file: 'old.run' | 'new.run'): Run {
  const rows = new Map<string, { id: string; score: number }[]>();
  for (const [query = '', , id = '', , score] of lines(file)) {
    const list = rows.get(query) ?? [];
    rows.set(query, list);
    list.push({ id, score: Math.fround(Number(score)) });
  }
  const run = new Map<string, RankedList>();
  for (const [query, list] of rows) {
    list.sort((a, b) => b.score - a.score || (a.id < b.id ? 1 : -1));
    run.set(query, { ids: list.map(({ id }) => id), scores: list.map(({ score }) => score) });
  }
  return run;
}

/** A run of lists without interest in scores. */
export function runOf(lists: Readonly<Record<string, readonly string[]>>): Run {
  return new Map(Object.entries(lists).map(([query, ids]) => [query, { ids, scores: ids.map((_, i) => ids.length - i) }]));
}
