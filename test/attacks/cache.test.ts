import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import type { CacheCheck } from '../../src/model/cache-check.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import type { ChangeRecord } from '../../src/model/lock.ts';
import { BumpProject, once, pin, pinned } from '../cli/bump-project.ts';
import { cachedVersion, poison } from './poisoned-cache.ts';

const CACHE = '.cutover';
const signingKey = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const json = <T>(project: BumpProject, file: string) => JSON.parse(project.read(file)) as T;

/** The fingerprint of the new version of a configuration, after a run of it. */
async function ran(project: BumpProject, code: number): Promise<string> {
  expect((await project.run('run')).code).toBe(code);
  const { versions } = json<Evaluation>(project, 'reports/evaluation.json');
  return versions?.new.fingerprint ?? '';
}

/** A branch that bumps to the bad version, with a cache in which it has the vectors of the good one. */
const poisoned = once(async () => {
  const project = await pinned();
  const good = await ran(project, 0);
  project.configure('one', 'flaw');
  const bad = await ran(project, 1);
  const cache = join(project.folder, CACHE);
  expect(await poison(cachedVersion(cache, good), cachedVersion(cache, bad))).toBe(48);
  project.git('clean', '-fdxq', 'reports');
  return project;
});

/** Version one is live, version two passed, and the lock says so; its vectors are in the cache. */
const honest = once(async () => {
  const project = await pinned();
  expect((await project.run('run')).code).toBe(0);
  expect((await project.run('lock')).code).toBe(0);
  return project;
});

/** So that few documents decide, and most do not. */
const SHALLOW = 'search: { k: 20 }\n';

/** Documents that nobody judged, all of them alike and of nothing that anybody asks for. */
function manyDocuments(project: BumpProject): void {
  const more = Array.from({ length: 540 }, (_, i) => JSON.stringify({ _id: `x${i}`, title: 'filler', text: `${'filler '.repeat(3)}${i}` }));
  project.write('data/corpus.jsonl', `${project.read('data/corpus.jsonl')}${more.join('\n')}\n`);
  project.write('data/dataset.json', '{ "judgements": "complete" }\n');
  // What the verdict rests on is not the subject.
  project.write('policy.yaml', 'rules:\n  - { metric: nDCG@10, atLeast: 0.1 }\n');
  project.configure('one', 'two', SHALLOW);
}

describe('a cache that a change could write', () => {
  it('in which the bad version has the vectors of a good one buys no pass', async () => {
    const project = await poisoned();
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining('CACHE_FOREIGN')]);
    // Nor does a second run take what the first one found for done.
    expect((await project.run('run', '--changed')).code).toBe(2);
  });

  it('is not believed by a run in CI that signs either, nor what was made of it', async () => {
    const project = await poisoned();
    // On a machine of one's own, the cache is one's own.
    expect((await project.run('run')).code).toBe(0);
    project.env = { ...project.env, CI: 'true', CUTOVER_SIGNING_KEY: signingKey() };
    const { code, err } = await project.run('run');
    expect([code, err]).toEqual([2, expect.stringContaining('CACHE_FOREIGN')]);
  });

  it('is believed where CI says that only protected branches write it', async () => {
    const project = await poisoned();
    project.env = { ...project.env, CI: 'true', CUTOVER_SIGNING_KEY: signingKey(), CUTOVER_CACHE_SCOPE: 'protected' };
    expect((await project.run('run')).code).toBe(0);
  });

  it('that is right passes, and the answer says what was embedded again', async () => {
    const project = await honest();
    expect((await project.run('run', '--changed')).code).toBe(0);
    const line = (id: string) => `${id}: 36 cached queries and 12 documents embedded again, all as cached; no vector rests on the cache`;
    expect(json<ChangeRecord>(project, 'reports/change.json').cache).toEqual([line('one'), line('two')]);
    expect(project.read('reports/change.md')).toContain('36 cached queries and 12 documents embedded again');
    project.git('clean', '-fdxq', CACHE);
    expect((await project.run('run', '--changed')).code).toBe(0);
    expect(json<ChangeRecord>(project, 'reports/change.json').cache).toBeUndefined();
  });

  it('of a large corpus: what decides is compared, and 300 others that nobody foresees; all, where a certificate is signed', async () => {
    const project = new BumpProject();
    manyDocuments(project);
    await pin(project);
    project.write('three.weights', 'three');
    project.configure('one', 'three', SHALLOW);
    await project.run('run');
    const drawn: string[] = [];
    for (let run = 0; run < 2; run++) {
      const { err } = await project.run('run', '--changed');
      expect(err).toMatch(/cache +three: .* others at most 1\.0 % could differ \(95 % confidence\)\n/);
      for (const side of json<CacheCheck>(project, 'reports/cache-check.json').sides) {
        expect(side.compared.queries).toBe(36);
        expect([new Set(side.drawn).size, side.compared.documents + side.rest]).toEqual([300, 552]);
        expect(side.rest).toBeGreaterThan(0);
        drawn.push(side.drawn.join());
      }
    }
    expect(new Set(drawn).size).toBe(4);
    project.env = { ...project.env, CUTOVER_SIGNING_KEY: signingKey() };
    await project.run('run', '--changed');
    const { sides } = json<CacheCheck>(project, 'reports/cache-check.json');
    expect(sides.map(({ compared, rest, drawn: ids }) => [compared.documents, rest, ids.length])).toEqual([
      [552, 0, 0],
      [552, 0, 0],
    ]);
  });

  it('with another index than its vectors give: it is built again', async () => {
    const project = await honest();
    const { versions } = json<Evaluation>(project, 'reports/evaluation.json');
    const { folder } = cachedVersion(join(project.folder, CACHE), versions?.new.fingerprint ?? '');
    const graphs = join(folder, '..', 'index');
    const [graph = ''] = readdirSync(graphs);
    const file = join(graphs, graph, 'index.hnsw');
    const right = readFileSync(file);
    writeFileSync(file, 'of somebody else');
    const manifest = join(graphs, graph, 'manifests', 'hnsw.json');
    const text = readFileSync(manifest, 'utf8').replace(sha256(new Uint8Array(right)), sha256('of somebody else'));
    expect(text).toContain(sha256('of somebody else'));
    writeFileSync(manifest, text);
    expect((await project.run('run', '--changed')).code).toBe(0);
    expect(readFileSync(file).equals(right)).toBe(true);
  });

  it('of vectors made elsewhere is compared with their files wherever it is', async () => {
    const project = new BumpProject();
    const vectorsOf = (name: string, role: string) => `{ path: ${name}-${role}.jsonl }`;
    for (const name of ['one', 'two', 'flaw']) await writeVectors(project, name);
    const version = (name: string) =>
      `{ id: ${name}, embedder: precomputed, tag: ${name}, vectors: { query: ${vectorsOf(name, 'q')}, document: ${vectorsOf(name, 'd')} } }`;
    const configure = (fresh: string) =>
      project.write(
        'cutover.yaml',
        project.read('cutover.yaml').replace(/^old:.*\nnew:.*$/m, `old: ${version('one')}\nnew: ${version(fresh)}`),
      );
    configure('two');
    const good = await ran(project, 0);
    configure('flaw');
    const bad = await ran(project, 1);
    const cache = join(project.folder, CACHE);
    await poison(cachedVersion(cache, good), cachedVersion(cache, bad));
    project.git('clean', '-fdxq', 'reports');
    for (let run = 0; run < 2; run++) expect((await project.run('run')).err).toContain('CACHE_FOREIGN');
  });
});

/** What the toy model makes of the data set, as files of vectors. */
async function writeVectors(project: BumpProject, name: string): Promise<void> {
  const { embed } = (await import(join(project.folder, 'toy.mjs'))) as {
    embed(texts: readonly string[], context: { options: { weights: string } }): Promise<number[][]>;
  };
  const files = { q: 'data/queries.jsonl', d: 'data/corpus.jsonl' };
  for (const [role, file] of Object.entries(files)) {
    const rows = project
      .read(file)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { _id: string; title?: string; text: string });
    const vectors = await embed(
      rows.map(({ title = '', text }) => `${title} ${text}`.trim()),
      { options: { weights: `./${name}.weights` } },
    );
    project.write(`${name}-${role}.jsonl`, `${rows.map(({ _id }, i) => JSON.stringify({ id: _id, vector: vectors[i] })).join('\n')}\n`);
  }
}
