import { basename } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { fingerprintOf, sha256Json } from '../../core/hash.ts';
import type { RequestLimits, ResolvedVersion, Role, VersionSpec } from '../../model/version.ts';
import type { EmbeddedText, EmbedderAdapter, TextItem } from '../embedder.ts';
import { type Canaries, type CanarySource, openCanaries, verifyCanaries } from '../http/canaries.ts';
import { EmbeddingClient, TextRefused } from '../http/client.ts';
import type { Dialect } from '../http/dialect.ts';
import { type BodyFields, bodyFields } from '../http/dialect.ts';
import { dialectOf } from '../http/dialects.ts';
import { keyFor } from '../http/key.ts';
import { batchesOf, CHARACTERS_A_TOKEN } from '../http/limits.ts';
import { asLong, type CutText, cutText, type LengthLimit, limitFor, saysTooLong } from '../http/over-long.ts';
import { requireValue } from '../models/requirement.ts';
import { answered, finisher } from '../vector.ts';

/** Texts between two spot checks of the canaries, at least. Their vectors are handed on once the check after them has passed. */
const WINDOW = 512;

/** A service that makes embeddings: one that speaks OpenAI's form (OpenAI itself, Ollama, vLLM, TEI, LM Studio), or another dialect. */
export const http: EmbedderAdapter = {
  id: 'http',
  title: 'HTTP service (OpenAI and compatible, Cohere, Voyage, Jina, NIM, Gemini)',
  options: {
    url: 'optional',
    model: 'needed',
    dialect: 'optional',
    body: 'optional',
    keyFrom: 'optional',
    requests: 'optional',
    canaries: 'optional',
    maxTokens: 'optional',
    maxCharacters: 'optional',
  },
  open: async (spec, context) => {
    const dialect = dialectOf(spec.dialect);
    const url = requireValue(spec.url ?? dialect.url, spec, 'url', 'the http embedder needs the base address of the service');
    const model = requireValue(spec.model, spec, 'model', 'the http embedder needs the name that the service knows it by');
    const limits = requireValue(spec.requests, spec, 'requests', 'the http embedder needs its limits');
    const file = requireValue(spec.canaries, spec, 'canaries', 'the http embedder keeps the answers there');
    const key = keyFor(spec, url, context);
    const fields = bodyFields(spec, dialect);
    const say = context.onNotice;
    const service = { dialect, url, model, key, keyFrom: spec.keyFrom ?? null, fields, limits, ...(say === undefined ? {} : { say }) };
    const client = new EmbeddingClient(service);
    const limit = { characters: spec.maxCharacters ?? null, tokens: spec.maxTokens ?? null };
    const source: CanarySource = {
      file,
      model,
      longest: longestUncut(limit),
      dry: context.dry === true,
      ask: (texts) => askCanaries(client, texts, { url, spec, limit }),
    };
    const canaries = await openCanaries(source);
    const finish = finisher({ version: spec.id, dimensions: spec.dimensions ?? null, normalize: spec.normalize });
    let verified = canaries.fresh;
    let closed = false;
    return {
      version: versionOf(spec, { url, dialect, model, fields }, canaries, source.dry),
      price: (items) => priceOf(spec, limits, items),
      embed: async function* (items, role, signal, cuts) {
        if (closed) throw new Error(`The embedder of ${spec.id} is closed.`);
        if (items.length === 0) return;
        // All of them once, where the answers were recorded in an earlier run: the model may have changed since.
        if (!verified) await verifyCanaries(canaries, 'all', source, url);
        verified = true;
        const window = Math.max(WINDOW, limits.batch * limits.concurrency * 2);
        for (let start = 0; start < items.length; start += window) {
          const part = items.slice(start, start + window);
          const texts = part.map(({ text }) => cutText(spec.prefixes[role] + text, limit));
          const answers = await embedAll(client, texts, { role, signal, limits }).catch((error: unknown) => {
            throw error instanceof TextRefused ? refusedText(error, { url, spec, role, items, texts, start }) : error;
          });
          await verifyCanaries(canaries, 'some', source, url);
          const truncated = texts.map((text) => text.truncated);
          yield* answered(part, answers, finish, { start, role, signal, cuts, truncated });
        }
      },
      embedOne: async (item, role, started, signal) => {
        const { text, truncated } = cutText(spec.prefixes[role] + item.text, limit);
        const answers = await client.embed([text], role, signal, started);
        const [one] = answered([item], answers, finish, { start: 0, role, signal, cuts: undefined, truncated: [truncated] });
        return one as EmbeddedText;
      },
      close: async () => {
        closed = true;
      },
    };
  },
};

/** Canaries are sent whole, so that a limit which is set later changes no record; cut only to a service that takes them no longer. */
async function askCanaries(
  client: EmbeddingClient,
  texts: readonly string[],
  { url, spec, limit }: { url: string; spec: VersionSpec; limit: LengthLimit },
): Promise<Float32Array[]> {
  try {
    return await client.embed(texts, 'document');
  } catch (error) {
    const cut = texts.map((text) => cutText(text, limit));
    if (!(error instanceof TextRefused) || (texts.length === 1 && cut[0]?.truncated === false)) throw error;
    if (cut.some(({ truncated }) => truncated))
      return client.embed(
        cut.map(({ text }) => text),
        'document',
      );
    const items = texts.map((text, i) => ({ id: `canary ${i + 1}, a text of cutover's own`, text }));
    throw refusedText(error, { url, spec, role: 'document', items, texts: cut, start: 0 });
  }
}

/** Characters that a canary may have without being cut; a letter is a quarter of an estimated token. */
function longestUncut({ characters, tokens }: LengthLimit): number {
  return Math.min(characters ?? Number.POSITIVE_INFINITY, tokens === null ? Number.POSITIVE_INFINITY : 4 * tokens);
}

interface Asked {
  readonly url: string;
  readonly dialect: Dialect;
  readonly model: string;
  readonly fields: BodyFields;
}

/**
 * A service has no weights to hash: its answers to fixed texts stand for them. Its address is beside the fingerprint:
 * the same model behind another address gives the same answers, and another model behind the same address does not.
 */
function versionOf(spec: VersionSpec, { url, dialect, model, fields }: Asked, canaries: Canaries, dry: boolean): ResolvedVersion {
  const { query, document } = spec.prefixes;
  const decides = {
    embedder: 'http',
    model,
    canary: canaries.hash,
    prefixes: { query, document },
    normalize: spec.normalize,
    dimensions: spec.dimensions ?? null,
    // Absent where nothing is said, so that versions of before keep their fingerprints.
    ...(dialect.id === 'openai' ? {} : { dialect: dialect.id }),
    ...(Object.keys({ ...fields.query, ...fields.document }).length === 0 ? {} : { body: fields }),
    ...(spec.maxTokens === undefined ? {} : { maxTokens: spec.maxTokens }),
    ...(spec.maxCharacters === undefined ? {} : { maxCharacters: spec.maxCharacters }),
  };
  const fingerprint = fingerprintOf(decides);
  // The name is hashed with the answers into `canary`: a service that ignores it answers alike under both.
  const { model: _named, canary: _recorded, ...asked } = decides;
  const written = (vector: Float32Array): string => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
  // The long ones too: two windows of one model differ in nothing else.
  const answers = [...canaries.answers.map(written), ...[...(canaries.long ?? [])].map(([tokens, vector]) => [tokens, written(vector)])];
  const { host } = new URL(url);
  const warnings = [
    ...(canaries.fresh && !dry
      ? [`Its answers to the canary texts are recorded in ${basename(spec.canaries ?? '')}: commit it, it is part of the fingerprint.`]
      : []),
    ...(canaries.long === null
      ? [
          `${basename(spec.canaries ?? '')} is of an earlier release, whose canaries end at 512 tokens: a context window that shrinks above that goes unseen. A version with another id records longer ones.`,
        ]
      : []),
  ];
  return {
    id: spec.id,
    fingerprint,
    decides,
    names: { model, host },
    verifiable: false,
    cacheKey: fingerprint,
    ...(answers.length === 0 ? {} : { content: sha256Json({ ...asked, answers }) }),
    warnings,
  };
}

/** Vectors of the texts in their order, in as few requests as the limits allow. @throws TextRefused with the place among them */
async function embedAll(
  client: EmbeddingClient,
  texts: readonly CutText[],
  { role, signal, limits }: { role: Role; signal: AbortSignal | undefined; limits: RequestLimits },
): Promise<Float32Array[]> {
  const batches = batchesOf(
    texts.map(({ text }) => text),
    limits,
  );
  const answers = await Promise.all(
    batches.map(({ start, texts: batch }) =>
      client.embed(batch, role, signal).catch((error: unknown) => {
        throw error instanceof TextRefused ? new TextRefused(start + error.index, error.message) : error;
      }),
    ),
  );
  return answers.flat();
}

interface Refused {
  readonly url: string;
  readonly spec: VersionSpec;
  readonly role: Role;
  readonly items: readonly TextItem[];
  readonly texts: readonly CutText[];
  /** Place of the first of the texts among the items. */
  readonly start: number;
}

/** Names the text, its length and what to do about it. */
function refusedText({ index, message }: TextRefused, { url, spec, role, items, texts, start }: Refused): CutoverError {
  const item = items[start + index];
  const length = texts[index]?.text.length ?? 0;
  const rest = asLong(items, item?.text.length ?? 0) - 1;
  const more = rest > 0 ? `. ${rest} more of these texts ${rest === 1 ? 'is' : 'are'} as long or longer` : '';
  const advice =
    message.startsWith('413') || saysTooLong(message)
      ? `Cut what is too long: write \`${limitFor(message, length)}\` into version "${spec.id}" in ${spec.file}, or split that text${more}`
      : 'Look at that text: the service takes others of the same kind. What was embedded before it is kept';
  return new CutoverError('HTTP_TEXT_REFUSED', { url, role, id: item?.id ?? '', length, reason: message, advice });
}

function priceOf(spec: VersionSpec, { pricePerMillionTokens }: RequestLimits, items: readonly TextItem[]) {
  const characters = items.reduce((sum, { text }) => sum + spec.prefixes.document.length + text.length, 0);
  const tokens = Math.ceil(characters / CHARACTERS_A_TOKEN);
  return { tokens, price: pricePerMillionTokens === null ? null : (tokens / 1e6) * pricePerMillionTokens };
}
