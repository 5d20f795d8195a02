import type { Dialect, Entry } from './dialect.ts';

/** What is wrong with an answer, in the words of an error; an answer like that is not asked for again. */
export class UnusableAnswer extends Error {}

/**
 * The vectors of an answer, in the order of the texts: entries may say which text they belong to.
 * @returns Float32Array [dimension] a text
 * @throws UnusableAnswer when it is not JSON, lacks vectors, or a vector is no list of finite numbers of one length
 */
export function vectorsOf(body: string, count: number, dialect: Pick<Dialect, 'entries' | 'id'>): Float32Array[] {
  const entries = entriesOf(body, dialect);
  if (entries.length !== count) throw new UnusableAnswer(`it holds ${entries.length} vectors for ${count} texts`);
  const vectors = new Array<Float32Array | undefined>(count);
  for (const [place, { index = place, embedding }] of entries.entries()) {
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count)
      throw new UnusableAnswer(`an entry says it is of text ${JSON.stringify(index)} of ${count}`);
    if (vectors[index] !== undefined) throw new UnusableAnswer(`it holds two vectors for text ${index}`);
    vectors[index] = typeof embedding === 'string' ? fromBase64(embedding, index) : fromList(embedding, index);
  }
  const all = vectors.filter((vector) => vector !== undefined);
  const odd = all.find((vector) => vector.length !== all[0]?.length);
  if (odd !== undefined) throw new UnusableAnswer(`its vectors have ${all[0]?.length} and ${odd.length} dimensions`);
  return all;
}

function entriesOf(body: string, { entries, id }: Pick<Dialect, 'entries' | 'id'>): readonly Entry[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new UnusableAnswer(`it is not JSON: ${JSON.stringify(body.slice(0, 60))}`);
  }
  const found = entries(value);
  if (found !== null) return found;
  const keys = typeof value === 'object' && value !== null ? Object.keys(value).slice(0, 5).join(', ') : '';
  throw new UnusableAnswer(`it has no vectors where the dialect ${id} has them; its keys are ${keys || 'none'}`);
}

/** Little-endian float32, as OpenAI, Voyage and Cohere write it. */
function fromBase64(text: string, index: number): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || bytes.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw new UnusableAnswer(`text ${index} has a text that is no base64 of float32: ${JSON.stringify(text.slice(0, 20))}`);
  const vector = Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  const bad = vector.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new UnusableAnswer(`the vector of text ${index} has a value that is not finite (dimension ${bad})`);
  return vector;
}

function fromList(embedding: unknown, index: number): Float32Array {
  if (!Array.isArray(embedding) || embedding.length === 0) throw new UnusableAnswer(`text ${index} has no list of numbers`);
  if (Array.isArray(embedding[0]))
    throw new UnusableAnswer(`text ${index} has ${embedding.length} vectors instead of one; is it a model with a vector a token?`);
  const bad = embedding.findIndex((value) => typeof value !== 'number' || !Number.isFinite(value));
  if (bad >= 0)
    throw new UnusableAnswer(
      `the vector of text ${index} has ${JSON.stringify(embedding[bad])} instead of a finite number (dimension ${bad})`,
    );
  return Float32Array.from(embedding as number[]);
}
