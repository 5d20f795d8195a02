import type { CorpusMap } from '../../src/model/evaluation.ts';

/** A map of `n` documents in three topics; every number is invented. */
export function corpusMapOf(n: number, title?: string): CorpusMap {
  const range = [...Array(n).keys()];
  const spiral = (turn: number) => range.map((i) => [Math.cos(i + turn) * (i / n), Math.sin(i + turn) * (i / n)] as const);
  const near = (step: number) => range.map((i) => [1, 2, 3, 4, 5].map((k) => (i + k * step) % n));
  return {
    method: 'pca',
    ids: range.map((i) => `doc-${i}`),
    titles: range.map((i) => (title === undefined ? `Article ${i}` : `${title} ${i}`)),
    topics: ['billing, invoice', 'sync, file', 'sign, password'],
    topicOf: range.map((i) => i % 3),
    points: { old: spiral(0), new: spiral(0.4) },
    explained: { old: 0.125, new: 0.131 },
    nearest: { old: near(1), new: near(2) },
  };
}
