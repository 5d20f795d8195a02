import { textChunks } from './bytes.ts';

/** Longest text that is parsed whole, in bytes: what is longer is no list of runs or judgements that anybody keeps in one object. */
const MOST = 2 ** 28;

/** A value with the two names that lead to it. */
export type NestedEntry = readonly [outer: string, inner: string, value: unknown];

/**
 * A JSON file of objects in one object, gzipped or not, as ranx and pytrec_eval keep runs and judgements:
 * `{ "q1": { "d1": 0.5 } }`.
 * @returns null for any other text, so that whoever reads lines may say what is wrong with it
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE, FILE_ENCODING, FILE_PACKED, GZIP_DAMAGED
 */
export async function readNestedJson(file: string): Promise<NestedEntry[] | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of textChunks(file)) {
    length += chunk.length;
    if (length > MOST) return null;
    if (parts.length === 0 && !/^\uFEFF?\s*\{/.test(chunk.subarray(0, 1000).toString('utf8'))) return null;
    parts.push(chunk);
  }
  const value = parsed(
    Buffer.concat(parts)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
  );
  if (!isObject(value) || !Object.values(value).every(isObject)) return null;
  return Object.entries(value).flatMap(([outer, inner]) =>
    Object.entries(inner as object).map(([name, found]) => [outer, name, found] as const),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
