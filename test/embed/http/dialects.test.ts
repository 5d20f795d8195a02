import { rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../src/embed/http/dialects.ts';
import { openEmbedder } from '../../../src/embed/registry.ts';
import type { RequestBody, VersionSpec } from '../../../src/model/version.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { context, itemsOf, refusal, spec, vectorsOf } from '../support.ts';

interface Seen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

const seen: Seen[] = [];
let answer: (texts: readonly string[], body: Record<string, unknown>) => unknown = () => ({});
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString());
  seen.push({ path: request.url ?? '', headers: request.headers, body });
  response.end(JSON.stringify(answer(textsIn(body), body)));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
const canaries = join(temporaryFolder(), 'v.canaries.json');
const LIMITS = {
  batch: 64,
  characters: 100_000,
  concurrency: 2,
  requestsPerMinute: null,
  tokensPerMinute: null,
  timeoutSeconds: 5,
  retries: 0,
  pricePerMillionTokens: null,
};

/** The texts of a request, whichever dialect it is in. */
function textsIn(body: Record<string, unknown>): string[] {
  const requests = body.requests as { content: { parts: { text: string }[] } }[] | undefined;
  return (body.input ?? body.texts ?? requests?.map(({ content }) => content.parts[0]?.text)) as string[];
}

const vectorOf = (text: string): number[] => [text.length, text.charCodeAt(0) || 1, text.charCodeAt(text.length - 1) || 1, 1];
const base64 = (text: string): string => Buffer.from(Float32Array.from(vectorOf(text)).buffer).toString('base64');
const list = (texts: readonly string[]) => ({
  object: 'list',
  data: texts.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) })),
  usage: { total_tokens: 1 },
});

function open(changes: Partial<VersionSpec> = {}) {
  const version = { embedder: 'http', model: 'm-1', url, keyFrom: 'KEY', requests: LIMITS, canaries, normalize: false };
  return openEmbedder(spec({ ...version, ...changes }), context({ env: { KEY: 'geheim' } }));
}

/** The last request of two texts of a role, and what came of it. */
async function asked(changes: Partial<VersionSpec>, role: 'query' | 'document'): Promise<Seen & { vectors: number[][] }> {
  const embedder = await open(changes);
  seen.length = 0;
  const vectors = await vectorsOf(embedder, itemsOf(['first text', 'second']), role);
  const request = seen.find(({ body }) => textsIn(body).includes('second'));
  if (request === undefined) throw new Error('nothing was asked');
  return { ...request, vectors: vectors.map((vector) => [...vector]) };
}

beforeEach(() => {
  rmSync(canaries, { force: true });
  answer = list;
});

const right = ['first text', 'second'].map(vectorOf);
const bearer = { authorization: 'Bearer geheim' };

/** Requests and answers as the documentation of each service shows them. */
const CASES = [
  {
    dialect: 'openai',
    path: '/base/embeddings',
    key: bearer,
    query: { model: 'm-1', input: ['first text', 'second'], encoding_format: 'float' },
    document: { model: 'm-1', input: ['first text', 'second'], encoding_format: 'float' },
    answer: list,
  },
  {
    dialect: 'cohere',
    path: '/base/embed',
    key: bearer,
    query: { model: 'm-1', texts: ['first text', 'second'], embedding_types: ['float'], input_type: 'search_query', truncate: 'NONE' },
    document: {
      model: 'm-1',
      texts: ['first text', 'second'],
      embedding_types: ['float'],
      input_type: 'search_document',
      truncate: 'NONE',
    },
    answer: (texts: readonly string[]) => ({
      id: 'x',
      embeddings: { float: texts.map(vectorOf) },
      texts,
      response_type: 'embeddings_by_type',
    }),
  },
  {
    dialect: 'voyage',
    path: '/base/embeddings',
    key: bearer,
    query: { model: 'm-1', input: ['first text', 'second'], input_type: 'query', truncation: false },
    document: { model: 'm-1', input: ['first text', 'second'], input_type: 'document', truncation: false },
    answer: list,
  },
  {
    dialect: 'jina',
    path: '/base/embeddings',
    key: bearer,
    query: { model: 'm-1', input: ['first text', 'second'], embedding_type: 'float', task: 'retrieval.query' },
    document: { model: 'm-1', input: ['first text', 'second'], embedding_type: 'float', task: 'retrieval.passage' },
    answer: list,
  },
  {
    dialect: 'nim',
    path: '/base/embeddings',
    key: bearer,
    query: { model: 'm-1', input: ['first text', 'second'], encoding_format: 'float', input_type: 'query' },
    document: { model: 'm-1', input: ['first text', 'second'], encoding_format: 'float', input_type: 'passage' },
    answer: list,
  },
  {
    dialect: 'gemini',
    path: '/base/models/m-1:batchEmbedContents',
    key: { 'x-goog-api-key': 'geheim', authorization: undefined },
    query: {
      requests: ['first text', 'second'].map((text) => ({
        model: 'models/m-1',
        content: { parts: [{ text }] },
        taskType: 'RETRIEVAL_QUERY',
      })),
    },
    document: {
      requests: ['first text', 'second'].map((text) => ({
        model: 'models/m-1',
        content: { parts: [{ text }] },
        taskType: 'RETRIEVAL_DOCUMENT',
      })),
    },
    answer: (texts: readonly string[]) => ({ embeddings: texts.map((text) => ({ values: vectorOf(text) })) }),
  },
];

describe('a dialect', () => {
  it('is tried here, whichever is in the list', () => {
    expect(CASES.map(({ dialect }) => dialect)).toEqual(DIALECTS.map(({ id }) => id));
  });

  it.each(CASES)('of $dialect asks by role and reads the answer', async ({ dialect, path, key, answer: given, ...bodies }) => {
    answer = given;
    for (const role of ['query', 'document'] as const) {
      const request = await asked({ dialect }, role);
      expect(request.path).toBe(path);
      expect(request.headers).toMatchObject(Object.fromEntries(Object.entries(key).filter(([, value]) => value !== undefined)));
      expect(request.body).toEqual(bodies[role]);
      expect(request.vectors).toEqual(right);
    }
  });

  it('decides the fingerprint, and so do fields of the body; the plain one does not', async () => {
    const plain = await open();
    const same = await open({ dialect: 'openai' });
    expect(same.version.fingerprint).toBe(plain.version.fingerprint);
    const prints = [plain, await open({ dialect: 'nim' }), await open({ body: { both: { user: 'x' } } })].map(
      ({ version }) => version.fingerprint,
    );
    expect(new Set(prints).size).toBe(3);
  });

  it('is overruled by the body of the version, and null leaves a field out', async () => {
    const body: RequestBody = { both: { truncate: 'END' }, query: { input_type: null }, document: { input_type: 'other' } };
    expect((await asked({ dialect: 'nim', body }, 'query')).body).toEqual({
      model: 'm-1',
      input: ['first text', 'second'],
      encoding_format: 'float',
      truncate: 'END',
    });
    expect((await asked({ dialect: 'nim', body }, 'document')).body).toMatchObject({ input_type: 'other', truncate: 'END' });
  });

  it('keeps a query string of the address', async () => {
    const request = await asked({ url: `${url}/?api-version=2024-10-21` }, 'query');
    expect(request.path).toBe('/base/embeddings?api-version=2024-10-21');
  });

  it('is pointed to by a service that wants to know the role', async () => {
    rmSync(canaries, { force: true });
    const strict = createServer((_, response) => {
      response.writeHead(400).end(`{"error":"'input_type' parameter is required for asymmetric models"}`);
    });
    await new Promise<void>((resolve) => strict.listen(0, '127.0.0.1', resolve));
    const error = await refusal(open({ url: `http://127.0.0.1:${(strict.address() as AddressInfo).port}` }), 'HTTP_REFUSED');
    strict.close();
    expect(error.message).toContain("400 'input_type' parameter is required");
    expect(error.next).toContain('set `dialect` to the service');
  });
});

describe('vectors in base64', () => {
  it.each<[string, string, (texts: readonly string[]) => unknown]>([
    ['openai', 'encoding_format', (texts) => ({ data: texts.map((text, index) => ({ index, embedding: base64(text) })) })],
    ['cohere', 'embedding_types', (texts) => ({ embeddings: { base64: texts.map(base64) } })],
    ['voyage', 'encoding_format', (texts) => ({ data: texts.map((text, index) => ({ index, embedding: base64(text) })) })],
  ])('of %s are read', async (dialect, name, given) => {
    answer = given;
    const value = name === 'embedding_types' ? ['base64'] : 'base64';
    expect((await asked({ dialect, body: { both: { [name]: value } } }, 'query')).vectors).toEqual(right);
  });

  it.each([
    ['no base64', '*'],
    ['cut', 'AAAA'],
    ['empty', ''],
    ['NaN', Buffer.from(Float32Array.of(Number.NaN).buffer).toString('base64')],
  ])('that are %s are refused', async (_, embedding) => {
    answer = (texts) => ({ data: texts.map((__, index) => ({ index, embedding })) });
    const error = await refusal(open(), 'HTTP_ANSWER_UNUSABLE');
    expect(error.message).toMatch(/text 0 has (a text that is no base64|a value that is not finite)|the vector of text 0 has a value/);
  });
});

it.each([{ output_dtype: 'ubinary' }, { embedding_types: ['int8'] }, { embedding_type: 'binary' }, { embedding_types: ['float', 'int8'] }])(
  'vectors of another type are refused before anything is asked: %o',
  async (both) => {
    seen.length = 0;
    const error = await refusal(open({ body: { both } }), 'VERSION_INVALID');
    expect(error.message).toContain('only float and base64 are read');
    expect(seen).toEqual([]);
  },
);

it('vectors that depend on the other texts of a request are refused before anything is asked', async () => {
  seen.length = 0;
  const error = await refusal(open({ dialect: 'jina', body: { document: { late_chunking: true } } }), 'VERSION_INVALID');
  expect(error.message).toContain('a vector would depend on the other texts of its request');
  expect(seen).toEqual([]);
  expect((await asked({ dialect: 'jina', body: { both: { late_chunking: false } } }, 'query')).body).toMatchObject({
    late_chunking: false,
  });
});

it.each([
  ['cohere', { truncate: 'END' }],
  ['voyage', { truncation: true }],
])('%s cuts long texts where the version says so', async (dialect, both) => {
  answer = (texts) => (dialect === 'cohere' ? { embeddings: { float: texts.map(vectorOf) } } : list(texts));
  expect((await asked({ dialect, body: { both } }, 'document')).body).toMatchObject(both);
});
