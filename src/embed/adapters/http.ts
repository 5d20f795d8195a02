import { basename } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { fingerprintOf } from '../../core/hash.ts';
import type { RequestLimits, ResolvedVersion, VersionSpec } from '../../model/version.ts';
import type { EmbedderAdapter, TextItem } from '../embedder.ts';
import { openCanaries, verifyCanaries } from '../http/canaries.ts';
import { EmbeddingClient } from '../http/client.ts';
import { CHARACTERS_A_TOKEN } from '../http/limits.ts';
import { requireValue } from '../models/requirement.ts';
import { answered, finisher } from '../vector.ts';

/** Texts between two spot checks of the canaries, at least. Their vectors are handed on once the check after them has passed. */
const WINDOW = 512;

/** A service that speaks OpenAI's embeddings API: OpenAI itself, Ollama, vLLM, TEI, LM Studio. */
export const http: EmbedderAdapter = {
  id: 'http',
  title: 'OpenAI-compatible HTTP service',
  options: {
    url: 'needed',
    model: 'needed',
    keyFrom: 'optional',
    requests: 'optional',
    canaries: 'optional',
  },
  open: async (spec, context) => {
    const url = requireValue(spec.url, spec, 'url', 'the http embedder needs the base address of the service');
    const model = requireValue(spec.model, spec, 'model', 'the http embedder needs the name that the service knows it by');
    const limits = requireValue(spec.requests, spec, 'requests', 'the http embedder needs its limits');
    const file = requireValue(spec.canaries, spec, 'canaries', 'the http embedder keeps the answers there');
    const key = keyOf(spec, context.env ?? {});
    const client = new EmbeddingClient({ url, model, key, keyFrom: spec.keyFrom ?? null, limits });
    const ask = (texts: readonly string[]) => client.embed(texts);
    const canaries = await openCanaries(file, model, ask);
    const about = { url, file };
    const finish = finisher({ version: spec.id, dimensions: spec.dimensions ?? null, normalize: spec.normalize });
    let verified = canaries.fresh;
    let closed = false;
    return {
      version: versionOf(
        spec,
        model,
        url,
        canaries.hash,
        canaries.fresh
          ? [`Its answers to the canary texts were recorded in ${basename(file)}: commit it, it is part of the fingerprint.`]
          : [],
      ),
      price: (items) => priceOf(spec, limits, items),
      embed: async function* (items, role, signal, cuts) {
        if (closed) throw new Error(`The embedder of ${spec.id} is closed.`);
        if (items.length === 0) return;
        // All of them once, where the answers were recorded in an earlier run: the model may have changed since.
        if (!verified) await verifyCanaries(canaries, 'all', ask, about);
        verified = true;
        const window = Math.max(WINDOW, limits.batch * limits.concurrency * 2);
        for (let start = 0; start < items.length; start += window) {
          const part = items.slice(start, start + window);
          const texts = part.map(({ text }) => spec.prefixes[role] + text);
          const batches = batchesOf(texts, limits);
          const answers = (await Promise.all(batches.map((batch) => client.embed(batch, signal)))).flat();
          await verifyCanaries(canaries, 'some', ask, about);
          yield* answered(part, answers, finish, { start, role, signal, cuts });
        }
      },
      close: async () => {
        closed = true;
      },
    };
  },
};

function keyOf({ keyFrom, ...spec }: VersionSpec, env: Readonly<Record<string, string | undefined>>): string | null {
  if (keyFrom === undefined) return null;
  const key = env[keyFrom] ?? '';
  if (key === '') throw new CutoverError('HTTP_KEY_MISSING', { file: spec.file, version: spec.id, variable: keyFrom });
  return key;
}

/**
 * A service has no weights to hash: its answers to fixed texts stand for them. Its address stands beside the fingerprint:
 * the same model behind another address gives the same answers, and another model behind the same address does not.
 */
function versionOf(spec: VersionSpec, model: string, url: string, canary: string, warnings: readonly string[]): ResolvedVersion {
  const { query, document } = spec.prefixes;
  const shape = { prefixes: { query, document }, normalize: spec.normalize, dimensions: spec.dimensions ?? null };
  const decides = { embedder: 'http', model, canary, ...shape };
  const fingerprint = fingerprintOf(decides);
  const { host } = new URL(url);
  return { id: spec.id, fingerprint, decides, names: { model, host }, verifiable: false, cacheKey: fingerprint, warnings };
}

/** As many texts a request as the limits allow; a text longer than that goes alone. */
function batchesOf(texts: readonly string[], { batch, characters }: RequestLimits): string[][] {
  const batches: string[][] = [];
  let open: string[] = [];
  let size = 0;
  for (const text of texts) {
    if (open.length > 0 && (open.length >= batch || size + text.length > characters)) {
      batches.push(open);
      open = [];
      size = 0;
    }
    open.push(text);
    size += text.length;
  }
  return open.length > 0 ? [...batches, open] : batches;
}

function priceOf(spec: VersionSpec, { pricePerMillionTokens }: RequestLimits, items: readonly TextItem[]) {
  const characters = items.reduce((sum, { text }) => sum + spec.prefixes.document.length + text.length, 0);
  const tokens = Math.ceil(characters / CHARACTERS_A_TOKEN);
  return { tokens, price: pricePerMillionTokens === null ? null : (tokens / 1e6) * pricePerMillionTokens };
}
