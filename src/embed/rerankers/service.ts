import { setTimeout as wait } from 'node:timers/promises';
import { CutoverError } from '../../core/errors.ts';
import type { RerankServiceSpec } from '../../model/pipeline.ts';
import { pauseBefore } from '../http/limits.ts';
import { messageOf, post, Refusal, Retryable, UnusableAnswer } from '../http/request.ts';
import type { OpenReranker } from './reranker.ts';

const TRIES = 5;
const TIMEOUT_SECONDS = 60;

/** The scores of an answer, in the order of the documents. @throws UnusableAnswer */
function scoresOf(body: string, count: number): number[] {
  let results: unknown;
  try {
    results = (JSON.parse(body) as { results?: unknown } | null)?.results;
  } catch {
    throw new UnusableAnswer(`it is not JSON: ${JSON.stringify(body.slice(0, 60))}`);
  }
  if (!Array.isArray(results)) throw new UnusableAnswer('it has no list `results`');
  const scores = new Array<number>(count).fill(Number.NaN);
  for (const result of results) {
    const { index, relevance_score: score } = (result ?? {}) as { index?: unknown; relevance_score?: unknown };
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count)
      throw new UnusableAnswer(`a result says it is of document ${JSON.stringify(index)} of ${count}`);
    if (typeof score !== 'number' || !Number.isFinite(score))
      throw new UnusableAnswer(`document ${index} has ${JSON.stringify(score)} instead of a finite relevance_score`);
    if (!Number.isNaN(scores[index])) throw new UnusableAnswer(`it holds two scores for document ${index}`);
    scores[index] = score;
  }
  const without = scores.findIndex(Number.isNaN);
  if (without >= 0) throw new UnusableAnswer(`it holds no score for document ${without} of ${count}`);
  return scores;
}

/**
 * A service of the usual shape: `POST <url>/rerank` with `model`, `query`, `documents` and `top_n`; the answer's `results` have
 * `index` and `relevance_score`.
 * @param key sent as a bearer token; null where the service wants none
 */
export function rerankService({ url, model }: RerankServiceSpec, key: string | null, say: (line: string) => void): OpenReranker {
  const address = new URL(url);
  if (!/\/rerank\/*$/.test(address.pathname)) address.pathname = `${address.pathname.replace(/\/+$/, '')}/rerank`;
  const target = {
    address: address.href,
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
    timeoutSeconds: TIMEOUT_SECONDS,
    say,
  };
  const once = async (query: string, documents: readonly string[], signal: AbortSignal): Promise<number[]> => {
    const request = { ...(model === null ? {} : { model }), query, documents, top_n: documents.length };
    const { response, body } = await post(target, JSON.stringify(request), 1_000_000 + 10_000 * documents.length, signal);
    if (response.ok) return scoresOf(body, documents.length);
    const words = `${response.status} ${messageOf(body)}`.trim();
    if (response.status === 408 || response.status === 429 || response.status >= 500)
      throw new Retryable(words, response.status, response.headers.get('retry-after'));
    throw new Refusal(words, response.status);
  };
  const refuse = (error: Error, tries: number) =>
    new CutoverError(
      'RERANKER_UNUSABLE',
      { url: address.href, tries: tries === 1 ? 'one try' : `${tries} tries`, reason: error.message },
      { cause: error },
    );
  return {
    fingerprint: null,
    score: async (query, documents, signal) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(query, documents, signal);
        } catch (error) {
          if (signal.aborted) throw new CutoverError('INTERRUPTED', {});
          if (error instanceof UnusableAnswer || error instanceof Refusal) throw refuse(error, attempt);
          if (!(error instanceof Retryable)) throw error;
          if (attempt >= TRIES) throw refuse(error, attempt);
          const pause = pauseBefore(attempt, error.retryAfter);
          say(`${address.href}: ${error.message}; try ${attempt + 1} of ${TRIES}`);
          await wait(pause, undefined, { signal }).catch(() => undefined);
        }
      }
    },
    close: async () => undefined,
  };
}
