/** What is wrong with an answer, in the words of an error; an answer like that is not asked for again. */
export class UnusableAnswer extends Error {}

interface Entry {
  readonly index?: unknown;
  readonly embedding?: unknown;
}

/**
 * The vectors of an OpenAI-compatible answer, in the order of the texts: entries say which text they belong to.
 * @throws UnusableAnswer when it is not JSON, lacks vectors, or a vector is no list of finite numbers of one length
 */
export function vectorsOf(body: string, count: number): Float32Array[] {
  const entries = entriesOf(body);
  if (entries.length !== count) throw new UnusableAnswer(`it holds ${entries.length} vectors for ${count} texts`);
  const vectors = new Array<Float32Array | undefined>(count);
  for (const [place, { index = place, embedding }] of entries.entries()) {
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count)
      throw new UnusableAnswer(`an entry says it is of text ${JSON.stringify(index)} of ${count}`);
    if (vectors[index] !== undefined) throw new UnusableAnswer(`it holds two vectors for text ${index}`);
    vectors[index] = vectorOf(embedding, index);
  }
  const all = vectors.filter((vector) => vector !== undefined);
  const odd = all.find((vector) => vector.length !== all[0]?.length);
  if (odd !== undefined) throw new UnusableAnswer(`its vectors have ${all[0]?.length} and ${odd.length} dimensions`);
  return all;
}

function entriesOf(body: string): readonly Entry[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new UnusableAnswer(`it is not JSON: ${JSON.stringify(body.slice(0, 60))}`);
  }
  const data = (value as { data?: unknown } | null)?.data;
  if (!Array.isArray(data)) throw new UnusableAnswer('it has no list called `data`');
  return data.map((entry: unknown) => (typeof entry === 'object' && entry !== null ? entry : {}));
}

function vectorOf(embedding: unknown, index: number): Float32Array {
  if (!Array.isArray(embedding) || embedding.length === 0) throw new UnusableAnswer(`text ${index} has no list of numbers`);
  const bad = embedding.findIndex((value) => typeof value !== 'number' || !Number.isFinite(value));
  if (bad >= 0)
    throw new UnusableAnswer(
      `the vector of text ${index} has ${JSON.stringify(embedding[bad])} instead of a finite number (dimension ${bad})`,
    );
  return Float32Array.from(embedding as number[]);
}
