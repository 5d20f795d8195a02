import type { Document } from '../../model/dataset.ts';
import { wordsOf } from './words.ts';

/** Words that name a cluster. */
const WORDS = 3;
/** A word must be this many times as common in the cluster as in all documents, or it tells no cluster from another. */
const LIFT = 1.75;
/** How much a word in titles counts beside the same word in texts: titles hold few words that say nothing. */
const TITLE = 4;

type Counts = ReadonlyMap<string, number>;

/** In how many of some documents each word occurs. */
function documentFrequency(texts: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of new Set(wordsOf(text))) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Short words and bare numbers seldom say what documents are about; characters of unspaced scripts do. */
function isTelling(word: string): boolean {
  return /\p{L}/u.test(word) && (word.length >= 3 || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(word));
}

/**
 * Names clusters of documents by their three most typical words: those of the highest (p + 4t)·ln(p / q), where p is the
 * share of the cluster's documents that hold the word, t the share that hold it in their title, and q the share of all
 * documents, where p is at least 1.75 q. Equal names are numbered.
 * @param clusterOf cluster of each document, from 0
 * @example clusters of billing and of search pages: ['invoice, payment, card', 'search, filter, results']
 */
export function topicNames(documents: readonly Document[], clusterOf: ArrayLike<number>, clusters: number): string[] {
  const overall = documentFrequency(documents.map(({ title, text }) => `${title}\n${text}`));
  const names = Array.from({ length: clusters }, (_, cluster) => {
    const own = documents.filter((_, row) => clusterOf[row] === cluster);
    return typicalWords(own, overall, documents.length);
  });
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}

function typicalWords(own: readonly Document[], overall: Counts, total: number): string {
  const counts = documentFrequency(own.map(({ title, text }) => `${title}\n${text}`));
  const titles = documentFrequency(own.map(({ title }) => title));
  const scored = [...counts].flatMap(([word, count]) => {
    const everywhere = (overall.get(word) ?? count) / total;
    const share = count / own.length;
    if (!isTelling(word) || share < LIFT * everywhere) return [];
    return [{ word, score: (share + (TITLE * (titles.get(word) ?? 0)) / own.length) * Math.log(share / everywhere) }];
  });
  const best = scored.sort((a, b) => b.score - a.score || (a.word < b.word ? -1 : 1)).slice(0, WORDS);
  return best.length === 0 ? 'no typical words' : best.map(({ word }) => word).join(', ');
}
