import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { rerankService } from '../../../src/embed/rerankers/service.ts';

interface Asked {
  readonly path: string;
  readonly key: string | undefined;
  readonly body: { readonly model?: string; readonly query: string; readonly documents: readonly string[]; readonly top_n: number };
}

const asked: Asked[] = [];
/** Answers that come before the usual one. */
let answers: { status: number; body: string }[] = [];
let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body: Asked['body'] = JSON.parse(Buffer.concat(chunks).toString());
    asked.push({ path: request.url ?? '', key: request.headers.authorization, body });
    const results = body.documents.map((document, index) => ({ index, relevance_score: document.length / 100 }));
    const { status, body: text } = answers.shift() ?? { status: 200, body: JSON.stringify({ results: results.reverse() }) };
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' }).end(text);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));
beforeEach(() => {
  asked.length = 0;
  answers = [];
});

const { signal } = new AbortController();
const open = (path = '/v1', key: string | null = null) =>
  rerankService({ source: 'service', url: `${url}${path}`, model: 'm', keyFrom: null }, key, () => undefined);

test('a query and its documents are posted to /rerank, and scores come back in the order of the documents', async () => {
  expect(await open('/v1', 'secret-key').score('what', ['a', 'bbb', 'cc'], signal)).toEqual([0.01, 0.03, 0.02]);
  const body = { model: 'm', query: 'what', documents: ['a', 'bbb', 'cc'], top_n: 3 };
  expect(asked).toEqual([{ path: '/v1/rerank', key: 'Bearer secret-key', body }]);
  await open('/rerank').score('what', ['a'], signal);
  expect(asked[1]?.path).toBe('/rerank');
  expect(asked[1]?.key).toBeUndefined();
});

test('a busy service is asked again, one that refuses is not', async () => {
  answers = [
    { status: 503, body: '' },
    { status: 429, body: '' },
  ];
  expect(await open().score('q', ['abc'], signal)).toEqual([0.03]);
  expect(asked).toHaveLength(3);
  answers = [{ status: 401, body: '{"message":"no key."}' }];
  const refused = await open()
    .score('q', ['abc'], signal)
    .catch((error) => error);
  expect(refused.code).toBe('RERANKER_UNUSABLE');
  expect(refused.message).toBe(`${url}/v1/rerank gave no usable scores in one try: 401 no key.`);
});

test.each([
  ['no JSON', '<html>', 'it is not JSON: "<html>"'],
  ['no results', '{}', 'it has no list `results`'],
  ['too few', '{"results":[{"index":0,"relevance_score":1}]}', 'it holds no score for document 1 of 2'],
  ['one twice', '{"results":[{"index":0,"relevance_score":1},{"index":0,"relevance_score":2}]}', 'it holds two scores for document 0'],
  ['another index', '{"results":[{"index":2,"relevance_score":1}]}', 'a result says it is of document 2 of 2'],
  ['no number', '{"results":[{"index":0,"relevance_score":null}]}', 'document 0 has null instead of a finite relevance_score'],
])('an answer with %s is refused', async (_, body, reason) => {
  answers = [{ status: 200, body }];
  const error = await open()
    .score('q', ['a', 'b'], signal)
    .catch((thrown) => thrown);
  expect(error.code).toBe('RERANKER_UNUSABLE');
  expect(error.message).toContain(reason);
});

test('an interruption ends it', async () => {
  const stop = new AbortController();
  stop.abort();
  expect(
    (
      await open()
        .score('q', ['a'], stop.signal)
        .catch((error) => error)
    ).code,
  ).toBe('INTERRUPTED');
});
