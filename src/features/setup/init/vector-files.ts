import { posix } from 'node:path';
import { endingOf } from '../../../formats/gzip.ts';

/** Vector files of one version, paths relative to the folder. */
export interface SeenVectors {
  /** What their names share, such as `v1` of `docs_v1.npy` and `queries_v1.npy`; the folder's name where they share nothing else. */
  readonly name: string;
  readonly query: VectorPath;
  readonly document: VectorPath;
}

export interface VectorPath {
  readonly path: string;
  /** Text file of its ids, for `.npy`; null for others. */
  readonly ids: string | null;
}

/** A file that holds vectors. */
export interface VectorCandidate {
  readonly path: string;
  /** Its format holds ids too. */
  readonly hasIds: boolean;
}

const ROLES = [
  ['query', /quer(?:y|ies)|questions?|topics?/i],
  ['document', /documents?|docs?|corpus|passages?|articles?|chunks?/i],
] as const;
const SEPARATORS = /^[\W_]+|[\W_]+$/g;

/** Files that hold vectors by their ending alone; of others their columns say it. */
export function isVectorFile(path: string): boolean {
  return ['.npy', '.npz'].includes(endingOf(path));
}

/**
 * Pairs files of documents and of queries whose names differ in the role alone, one pair a version, in the order of their names.
 * @param texts paths of text files, among which ids of `.npy` files are looked for
 */
export function pairVectors(candidates: readonly VectorCandidate[], texts: readonly string[]): SeenVectors[] {
  const versions = new Map<string, Partial<Record<'query' | 'document', VectorCandidate>>>();
  for (const candidate of candidates) {
    const role = roleOf(candidate.path);
    if (role === null) continue;
    const key = keyOf(candidate.path, role.words);
    versions.set(key, { ...versions.get(key), [role.role]: candidate });
  }
  const numbers = new Intl.Collator('en', { numeric: true });
  return [...versions]
    .sort(([a], [b]) => Number(/new|next|after|candidate/i.test(a)) - Number(/new|next|after|candidate/i.test(b)) || numbers.compare(a, b))
    .flatMap(([key, { query, document }]) => {
      if (query === undefined || document === undefined) return [];
      const withIds = (candidate: VectorCandidate): VectorPath => ({
        path: candidate.path,
        ids: candidate.hasIds ? null : idsOf(candidate.path, texts),
      });
      return [{ name: posix.basename(key) || 'vectors', query: withIds(query), document: withIds(document) }];
    });
}

function roleOf(path: string): { readonly role: 'query' | 'document'; readonly words: RegExp } | null {
  const found = ROLES.find(([, words]) => words.test(stemOf(path)));
  return found === undefined ? null : { role: found[0], words: found[1] };
}

function stemOf(path: string): string {
  return posix.basename(path.replace(/\.gz$/i, '')).replace(/\.[^.]+$/, '');
}

/** The path without its role: `vec/v1` of `vec/docs_v1.npy`. */
function keyOf(path: string, words: RegExp): string {
  const rest = stemOf(path)
    .replace(words, ' ')
    .replace(/\b(vectors?|embeddings?|emb|vecs?)\b/gi, ' ')
    .trim()
    .replace(/\s+/g, '-')
    .replace(SEPARATORS, '');
  return posix.join(posix.dirname(path), rest);
}

/** The text file whose name fits best: that of the file itself, else one of its role that says it holds ids. */
function idsOf(path: string, texts: readonly string[]): string | null {
  const beside = texts.filter((text) => posix.dirname(text) === posix.dirname(path));
  const stem = stemOf(path);
  const own = beside.find((text) => posix.basename(text).startsWith(stem) && /ids?\b/i.test(posix.basename(text).slice(stem.length)));
  const role = roleOf(path);
  const ofRole = beside.filter((text) => role?.words.test(posix.basename(text)) && /(^|[\W_])ids?([\W_]|$)/i.test(posix.basename(text)));
  return own ?? (ofRole.length === 1 ? (ofRole[0] ?? null) : null);
}
