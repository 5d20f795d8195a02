import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/core/errors.ts';
import { CANARY_TEXTS } from '../../../src/embed/canary-texts.ts';
import { openEmbedder } from '../../../src/embed/registry.ts';
import type { VersionSpec } from '../../../src/model/version.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { embedderContract } from '../contract.ts';
import { EmbeddingService, type Trouble } from '../http-service.ts';
import { context, embedAll, itemsOf, refusal, spec, vectorsOf } from '../support.ts';

const LIMITS = {
  batch: 4,
  characters: 10_000,
  concurrency: 2,
  requestsPerMinute: null,
  tokensPerMinute: null,
  timeoutSeconds: 5,
  retries: 2,
  pricePerMillionTokens: 0.1,
};
const folder = temporaryFolder();
const canaries = join(folder, 'v.canaries.json');
const service = await EmbeddingService.start();
const KEY = { env: { SERVICE_KEY: 'sk-geheim' } };

function open(changes: Partial<VersionSpec> = {}) {
  const version = { embedder: 'http', model: 'toy', url: service.url, keyFrom: 'SERVICE_KEY', requests: LIMITS, canaries };
  return openEmbedder(spec({ ...version, ...changes }), context(KEY));
}

const status = (code: number, body: string, headers: Record<string, string> = {}): Trouble => {
  return (_, response) => {
    response.writeHead(code, headers).end(body);
    return true;
  };
};
/** Goes wrong the first `times` times after the canaries are known. */
const atFirst = (times: number, trouble: Trouble): Trouble => {
  let left = times;
  return (...asked) => left-- > 0 && trouble(...asked);
};

beforeEach(() => {
  service.reset();
  rmSync(canaries, { force: true });
});

embedderContract('http', {
  open: (_, kept) => open(kept),
  dimension: 16,
  openBroken: async () => {
    const embedder = await open();
    service.trouble = ({ texts }, response) => {
      if (texts.every((text) => CANARY_TEXTS.includes(text))) return false;
      response.end(JSON.stringify({ data: texts.map((_, index) => ({ index, embedding: [null, 1] })) }));
      return true;
    };
    return embedder;
  },
  brokenCode: 'HTTP_ANSWER_UNUSABLE',
});

describe('a version behind HTTP', () => {
  it('answers one text in one request, the same vector as ever, and says when each try goes out', async () => {
    const embedder = await open();
    const [item] = itemsOf(['one query']);
    const [vector] = await vectorsOf(embedder, [item as { id: string; text: string }]);
    service.asked.length = 0;
    service.trouble = atFirst(1, status(503, 'busy'));
    let tries = 0;
    const found = await embedder.embedOne?.(item as { id: string; text: string }, 'query', () => tries++);
    expect(found?.vector).toEqual(vector);
    expect(service.asked.map(({ texts }) => texts)).toEqual([['one query'], ['one query']]);
    expect(tries).toBe(2);
  });

  it('is known by its answers to the canary texts, recorded once, wherever it runs', async () => {
    const first = await open();
    expect(first.version.verifiable).toBe(false);
    expect(first.version.warnings.join()).toContain('v.canaries.json: commit it');
    expect(first.version.decides).toMatchObject({ embedder: 'http', model: 'toy', canary: expect.stringMatching(/^[0-9a-f]{64}$/) });
    // The last digits of an answer differ from call to call; the fingerprint does not.
    const exact = service.bodyOf.bind(service);
    service.bodyOf = (texts) => ({
      data: exact(texts).data.map(({ index, embedding }) => ({
        index,
        embedding: embedding.map((value) => (value ?? 0) * (1 + Math.sin(index) * 1e-5)),
      })),
    });
    const again = await open();
    await embedAll(again, itemsOf(['a text']));
    expect(again.version.fingerprint).toBe(first.version.fingerprint);
    expect(again.version.warnings).toEqual([]);
    service.bodyOf = exact;
    expect((await open({ url: service.url.replace('127.0.0.1', 'localhost') })).version.fingerprint).toBe(first.version.fingerprint);
    expect((await open({ prefixes: { query: 'q: ', document: '' } })).version.fingerprint).not.toBe(first.version.fingerprint);
  });

  it('is refused when another model answers than was recorded, in a later run', async () => {
    await open();
    service.weights = 'second';
    const error = await refusal(vectorsOf(await open(), itemsOf(['a text'])), 'HTTP_MODEL_CHANGED');
    expect(error.message).toMatch(/canary text 1 differently than recorded in .*v\.canaries\.json: a cosine of -?0\.\d+/);
  });

  it.each([512, 1000, 2000, 4096, 7500])('is refused when its context window has shrunk to %i words', async (window) => {
    const exact = service.bodyOf.bind(service);
    const first = await open();
    service.bodyOf = (texts) => exact(texts.map((text) => text.split(' ').slice(0, window).join(' ')));
    try {
      const error = await refusal(vectorsOf(await open(), itemsOf(['a text'])), 'HTTP_MODEL_CHANGED');
      expect(error.message).toMatch(/the canary of \d+ tokens differently than recorded/);
      rmSync(canaries);
      expect((await open()).version.fingerprint).not.toBe(first.version.fingerprint);
    } finally {
      service.bodyOf = exact;
    }
  });

  it('cuts canaries that the service takes no longer, where the version says how long', async () => {
    service.trouble = ({ texts }, response) => texts.some((text) => text.length > 1000) && status(413, '')({ texts } as never, response, 0);
    expect((await refusal(open(), 'HTTP_TEXT_REFUSED')).message).toContain('document "canary 8, a text of cutover\'s own"');
    await embedAll(await open({ maxCharacters: 1000 }), itemsOf(['a text']));
  });

  it('has canaries as long as the service takes them, and none that the version cuts', async () => {
    service.trouble = ({ texts }, response) =>
      texts.some((text) => text.split(' ').length > 2300) &&
      status(400, '{"message":"input is too long"}')({ texts } as never, response, 0);
    await open();
    expect(JSON.parse(readFileSync(canaries, 'utf8')).long.map(({ tokens }: { tokens: number }) => tokens)).toEqual([600, 1200, 2400]);
    rmSync(canaries);
    await open({ maxTokens: 1000 });
    expect(JSON.parse(readFileSync(canaries, 'utf8')).long.map(({ tokens }: { tokens: number }) => tokens)).toEqual([600]);
  });

  it('takes a record of schema version 1, and says what it cannot see', async () => {
    await open();
    const { long, ...record } = JSON.parse(readFileSync(canaries, 'utf8'));
    expect(long).toHaveLength(5);
    writeFileSync(canaries, JSON.stringify({ ...record, schemaVersion: 1 }));
    const embedder = await open();
    await embedAll(embedder, itemsOf(['a text']));
    expect(embedder.version.warnings.join()).toContain('canaries end at 512 tokens');
  });

  it('records nothing where nothing is to be written', async () => {
    const version = { embedder: 'http', model: 'toy', url: service.url, requests: LIMITS, canaries };
    await openEmbedder(spec(version), context({ dry: true }));
    expect(existsSync(canaries)).toBe(false);
  });

  it('is refused when the model changes between two batches, and what came since the last check is not handed on', async () => {
    const embedder = await open();
    const items = itemsOf(Array.from({ length: 1100 }, (_, i) => `text number ${i}`));
    service.trouble = (asked) => {
      if (asked.texts.some((text) => text.includes('number 700'))) service.weights = 'second';
      return false;
    };
    const handedOn: number[] = [];
    const run = (async () => {
      for await (const { index } of embedder.embed(items, 'document')) handedOn.push(index);
    })();
    await refusal(run, 'HTTP_MODEL_CHANGED');
    expect(handedOn).toHaveLength(512);
    expect(Math.max(...handedOn)).toBe(511);
  });

  it('sends prefix, model and key, the key to nobody else, and batches within its limits', async () => {
    const embedder = await open({ prefixes: { query: 'q: ', document: 'd: ' }, requests: { ...LIMITS, characters: 30 } });
    service.asked.length = 0;
    await embedAll(embedder, itemsOf(['one', 'two', 'x'.repeat(100), 'three', 'four', 'five', 'six', 'seven']));
    const sent = service.asked.filter(({ texts }) => texts.every((text) => text.startsWith('d: ')));
    expect(sent.map(({ texts }) => texts.length).reduce((a, b) => a + b)).toBe(8);
    for (const { texts, model, authorization } of sent) {
      expect(texts.length).toBeLessThanOrEqual(4);
      expect(texts.length === 1 || texts.join('').length <= 30).toBe(true);
      expect([model, authorization]).toEqual(['toy', 'Bearer sk-geheim']);
    }
    const record = readFileSync(canaries, 'utf8');
    expect(record).not.toContain('geheim');
    expect(JSON.stringify(embedder.version)).not.toContain('geheim');
    service.trouble = status(307, '', { location: 'http://127.0.0.1:9/elsewhere' });
    const error = await refusal(vectorsOf(embedder, itemsOf(['a'])), 'HTTP_REFUSED');
    expect(error.next).toContain('redirects are not followed');
  });

  it('says before it starts what it will cost', async () => {
    const embedder = await open({ prefixes: { query: '', document: '1234' } });
    expect(embedder.price?.(itemsOf(['x'.repeat(396), 'y'.repeat(3996)]))).toEqual({ tokens: 1100, price: expect.closeTo(0.00011, 12) });
  });

  it('keeps to requests a minute', async () => {
    const embedder = await open({ requests: { ...LIMITS, batch: 1, concurrency: 8, requestsPerMinute: 1200 } });
    const start = performance.now();
    await embedAll(embedder, itemsOf(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']));
    // Ten texts and a check at one request every 50 ms: not a speed, a limit kept.
    expect(performance.now() - start).toBeGreaterThan(400);
  });

  it('takes its key from the environment only, and needs a record it can read', async () => {
    await refusal(open({ keyFrom: 'NOT_SET' }), 'HTTP_KEY_MISSING');
    await open();
    for (const text of ['{', '{"kind":"else"}', JSON.stringify({ ...JSON.parse(readFileSync(canaries, 'utf8')), model: 'other' })]) {
      writeFileSync(canaries, text);
      await refusal(open(), 'CANARIES_MALFORMED');
    }
  });

  it('stops where it is interrupted', async () => {
    const embedder = await open();
    const stop = new AbortController();
    service.trouble = (_, response) => {
      stop.abort();
      setTimeout(() => response.end('{}'), 50);
      return true;
    };
    await refusal(embedAll(embedder, itemsOf(['a']), 'document', stop.signal), 'INTERRUPTED');
  });
});

describe('a service that misbehaves', () => {
  const texts = itemsOf(['one', 'two', 'three', 'four', 'five']);

  it.each<[string, Trouble]>([
    ['429 with Retry-After', status(429, '{"error":{"message":"slow down"}}', { 'retry-after': '0' })],
    ['500', status(500, 'oops', { 'retry-after': '0' })],
    ['503 with a date', status(503, '', { 'retry-after': new Date(Date.now() + 10).toUTCString() })],
    [
      'a dropped connection',
      (_, response) => {
        response.destroy();
        return true;
      },
    ],
    [
      'a connection dropped in the middle of the answer',
      (_, response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('{"data":[');
        setTimeout(() => response.destroy(), 10);
        return true;
      },
    ],
  ])('is asked again after %s, and the result is the same', async (_, trouble) => {
    const embedder = await open();
    const expected = await vectorsOf(embedder, texts);
    service.trouble = atFirst(2, trouble);
    expect(await vectorsOf(embedder, texts)).toEqual(expected);
  });

  it('is given up after as many tries as the spec allows, with what it said', async () => {
    const embedder = await open();
    service.trouble = status(429, '{"error":{"message":"quota of sk-geheim exceeded"}}', { 'retry-after': '0' });
    const error = await refusal(vectorsOf(embedder, itemsOf(['a'])), 'HTTP_RATE_LIMITED');
    expect(error.message).toMatch(/429 \(rate limit or quota\) after 3 tries: 429 quota of ••• exceeded/);
    expect(error.next).toContain('requests.requestsPerMinute');
    expect(service.asked.filter(({ texts: [text] }) => text === 'a')).toHaveLength(3);
  });

  it('is not waited for longer than the spec says', async () => {
    await open();
    const embedder = await open({ requests: { ...LIMITS, timeoutSeconds: 0.05, retries: 0 } });
    service.trouble = () => true;
    expect((await refusal(vectorsOf(embedder, itemsOf(['a'])), 'HTTP_UNREACHABLE')).message).toContain('no answer within 0.05 s');
  });

  it.each([
    ['400 of DashScope', 400, '{"error":{"message":"batch size is invalid, it should not be larger than 2"}}'],
    ['422 of TEI', 422, '{"error":"batch size 4 > maximum allowed batch size 2","error_type":"Validation"}'],
  ])('gets smaller requests after the batch limit of %s, and no larger ones later', async (_, code, body) => {
    const embedder = await open();
    const expected = await vectorsOf(embedder, texts);
    service.trouble = (asked, response) => asked.texts.length > 2 && status(code, body)(asked, response, 0);
    service.asked.length = 0;
    expect(await vectorsOf(embedder, [...texts, ...texts, ...texts])).toEqual([...expected, ...expected, ...expected]);
    const refused = service.asked.filter(({ texts: sent }) => sent.length > 2).length;
    expect(refused).toBeGreaterThan(0);
    service.asked.length = 0;
    await vectorsOf(embedder, texts);
    expect(service.asked.every(({ texts: sent }) => sent.length <= 2)).toBe(true);
  });

  it('names the text that it breaks on, when it takes the others', async () => {
    const embedder = await open();
    service.trouble = (asked, response) =>
      asked.texts.includes('three') && status(500, '{"error":"json: unsupported value: NaN"}', { 'retry-after': '0' })(asked, response, 0);
    const error = await refusal(vectorsOf(embedder, texts), 'HTTP_TEXT_REFUSED');
    expect(error.message).toContain('refuses document "t2" (5 characters): 500 json: unsupported value: NaN');
  });

  it('is an outage when it breaks on every text', async () => {
    const embedder = await open();
    service.trouble = status(500, 'oops', { 'retry-after': '0' });
    expect((await refusal(vectorsOf(embedder, texts), 'HTTP_UNREACHABLE')).message).toContain('in 3 tries: 500 oops');
  });

  it('says which text is too long, how many are as long, and the key that cuts them', async () => {
    const tooLong: Trouble = (asked, response) =>
      asked.texts.some((text) => text.length > 2600) &&
      status(400, '{"error":{"message":"This model\'s maximum context length is 8192 tokens, however you requested 9000"}}')(
        asked,
        response,
        0,
      );
    const embedder = await open();
    service.trouble = tooLong;
    const items = itemsOf(['short', 'x'.repeat(2700), 'y'.repeat(2800), 'z']);
    const error = await refusal(vectorsOf(embedder, items), 'HTTP_TEXT_REFUSED');
    expect(error.message).toContain('refuses document "t1" (2700 characters)');
    expect(error.next).toContain('`maxTokens: 8192` into version "v" in /project/version.yaml');
    expect(error.next).toContain('1 more of these texts is as long or longer');
    service.trouble = null;
    const cutting = await open({ maxCharacters: 2600 });
    service.trouble = tooLong;
    const results = await embedAll(cutting, items);
    expect(results.map(({ truncated }) => truncated)).toEqual([false, true, true, false]);
    expect(cutting.version.decides).toMatchObject({ maxCharacters: 2600 });
    expect(cutting.version.fingerprint).not.toBe(embedder.version.fingerprint);
  });

  it('is told of waits and further tries, once a reason', async () => {
    const said: string[] = [];
    const version = { embedder: 'http', model: 'toy', url: service.url, requests: LIMITS, canaries };
    const embedder = await openEmbedder(spec(version), context({ onNotice: (line) => said.push(line) }));
    service.trouble = atFirst(2, status(429, '{"error":{"message":"slow down."}}', { 'retry-after': '0' }));
    await vectorsOf(embedder, itemsOf(['a']));
    expect(said).toEqual([expect.stringMatching(/embeddings: rate limit \(429 slow down\); try 2 of 3 in a moment$/)]);
  });

  it('gets a request that is too large in halves, and names a text that is too large alone', async () => {
    const embedder = await open();
    const expected = await vectorsOf(embedder, texts);
    service.trouble = (asked, response) => asked.texts.length > 1 && asked.texts.length !== 2 && status(413, '')(asked, response, 0);
    expect(await vectorsOf(embedder, texts)).toEqual(expected);
    service.trouble = status(413, '');
    expect((await refusal(vectorsOf(embedder, texts), 'HTTP_TEXT_REFUSED')).message).toMatch(
      /refuses document "t[04]" \([34] characters\): 413/,
    );
  });

  const json = (change: (body: ReturnType<EmbeddingService['bodyOf']>) => unknown): Trouble => {
    return (asked, response) => {
      response.end(JSON.stringify(change(service.bodyOf(asked.texts))));
      return true;
    };
  };
  it.each<[string, ErrorCode, RegExp, Trouble]>([
    ['fewer vectors than texts', 'HTTP_ANSWER_UNUSABLE', /0 vectors for 1 texts/, json(({ data }) => ({ data: data.slice(1) }))],
    [
      'null in a vector',
      'HTTP_ANSWER_UNUSABLE',
      /has null instead of a finite number \(dimension 0\)/,
      json(({ data }) => ({ data: data.map(({ index }) => ({ index, embedding: [null, 1] })) })),
    ],
    [
      'NaN, which is no JSON',
      'HTTP_ANSWER_UNUSABLE',
      /not JSON/,
      (_, response) => Boolean(response.end('{"data":[{"index":0,"embedding":[NaN]}]}')),
    ],
    [
      'a page instead of JSON',
      'HTTP_ANSWER_UNUSABLE',
      /not JSON: "<html>/,
      (_, response) => Boolean(response.end('<html><body>It works</body></html>')),
    ],
    ['no data', 'HTTP_ANSWER_UNUSABLE', /no vectors where the dialect openai has them; its keys are error/, json(() => ({ error: null }))],
    [
      'an index out of place',
      'HTTP_ANSWER_UNUSABLE',
      /of text 7 of 1/,
      json(({ data }) => ({ data: data.map((entry) => ({ ...entry, index: 7 })) })),
    ],
    [
      'another dimension',
      'HTTP_MODEL_CHANGED',
      /cosine of 0\.0000/,
      json(({ data }) => ({ data: data.map(({ index }) => ({ index, embedding: [1, 2, 3] })) })),
    ],
    ['401', 'HTTP_REFUSED', /401 no such key/, status(401, '{"error":{"message":"no such key"}}')],
    ['404', 'HTTP_REFUSED', /404 not here/, status(404, '<h1>not here</h1>')],
    ['400', 'HTTP_REFUSED', /400 bad input/, status(400, '{"message":"bad input"}')],
  ])('is refused at once for %s', async (_, code, message, trouble) => {
    const embedder = await open();
    service.asked.length = 0;
    service.trouble = trouble;
    const error = await refusal(vectorsOf(embedder, itemsOf(['a'])), code);
    expect(error.message).toMatch(message);
    expect(service.asked.filter(({ texts: [text] }) => text === 'a')).toHaveLength(1);
    expect(existsSync(canaries)).toBe(true);
  });
});
