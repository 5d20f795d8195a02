import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadVersion } from '../../src/config/version.ts';
import { errorOf, folderWith, REGISTRY } from './folder.ts';

async function read(text: string) {
  const cwd = await folderWith({ 'v.yaml': text });
  return { cwd, spec: await loadVersion('v.yaml', { cwd, registry: REGISTRY }) };
}

describe('loadVersion', () => {
  it('leaves out what is not said and fills in the rest', async () => {
    const { cwd, spec } = await read('id: a\nprefixes: { query: "query: " }\n');
    expect(spec).toEqual({
      id: 'a',
      embedder: 'transformers',
      normalize: true,
      prefixes: { query: 'query: ', document: '' },
      file: join(cwd, 'v.yaml'),
    });
  });

  it('takes your own vectors as they come', async () => {
    const { cwd, spec } = await read('id: a\nembedder: precomputed\ntag: abc\nvectors: { query: q.jsonl, document: /data/d.arrow }\n');
    expect(spec).toMatchObject({ normalize: false, tag: 'abc' });
    expect(spec.vectors).toEqual({ query: { path: join(cwd, 'q.jsonl') }, document: { path: '/data/d.arrow' } });
    expect((await read('id: a\nembedder: precomputed\nnormalize: true\n')).spec.normalize).toBe(true);
  });

  it.each(['embedder: ./mine.mjs', 'embedder: mine.mjs', 'embedder: module\nmodule: mine.mjs'])('reads %j as a module', async (lines) => {
    const { cwd, spec } = await read(`id: a\n${lines}\noptions: { url: "http://localhost", batch: 3 }\n`);
    expect(spec).toMatchObject({ embedder: 'module', module: join(cwd, 'mine.mjs'), options: { url: 'http://localhost', batch: 3 } });
  });

  it('takes a module by its URL', async () => {
    const { spec } = await read(`id: a\nembedder: module\nmodule: ${pathToFileURL('/opt/mine.mjs').href}\n`);
    expect(spec.module).toBe('/opt/mine.mjs');
  });

  it('keeps pinned hashes', async () => {
    const hash = 'ab'.repeat(32);
    expect((await read(`id: a\nsha256: { onnx/model.onnx: ${hash} }`)).spec.sha256).toEqual({ 'onnx/model.onnx': hash });
  });

  it.each([
    [
      'embedder: transfomers',
      'expected one of transformers, precomputed, module, http or the path of a module; found "transfomers", did you mean transformers?',
    ],
    ['embedder: module', 'embedder: set module too: the path of your ES module'],
    ['module: x.mjs', 'module: only `embedder: module` takes a module'],
    ['embedder: precomputed\nmaxTokens: 5', 'v.yaml:3:1: maxTokens: only `embedder: transformers` takes maxTokens'],
    ['embedder: ./mine.mjs\nurl: http://localhost', 'v.yaml:3:1: url: only `embedder: http` takes url'],
    ['tag: abc', 'tag: only `embedder: precomputed` takes tag'],
    ['embedder: http\nmodel: m', 'embedder: set url too: `embedder: http` needs it'],
    ['embedder: http\nmodel: m\nurl: http://localhost\nkeyFrom: sk-1234', 'expected the name of an environment variable'],
    ['embedder: http\nmodel: m\nurl: http://localhost\nkey: sk-1234', 'key: unknown key'],
    ['sha256: { a.onnx: ABC }', 'sha256.a.onnx: expected a SHA-256: 64 lower-case hex digits, found "ABC"'],
    ['embedder: precomputed\nvectors: { query: q.npy }', 'vectors.document: missing; expected text or a mapping, found nothing'],
    [
      'embedder: precomputed\nvectors: { query: { path: q.npy, id: x }, document: d.npy }',
      'vectors.query.id: unknown key, did you mean ids?',
    ],
    ['maxTokens: 0', 'maxTokens: expected at least 1, found 0'],
    ['dimensions: 12.5', 'dimensions: expected a whole number, found 12.5'],
  ])('refuses %s', async (line, complaint) => {
    const { code, details } = await errorOf(read(`id: a\n${line}\n`));
    expect(code).toBe('CONFIG_INVALID');
    expect(details).toEqual([expect.stringMatching(/^v\.yaml:[2-5]:\d+: /)]);
    expect(details[0]).toContain(complaint);
  });
});
