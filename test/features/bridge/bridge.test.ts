import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../../src/core/brand.ts';
import { normal, seededRandom } from '../../../src/core/random.ts';
import { finishVector } from '../../../src/embed/vector.ts';
import { carryDocument, carryQuery, type OpenBridge, openBridge } from '../../../src/features/bridge/open.ts';
import { arrowRowBytes } from '../../../src/formats/arrow-rows.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import type { BridgeRecord } from '../../../src/model/bridge.ts';
import type { VectorSet } from '../../../src/model/vectors.ts';
import { readCertificate } from '../../../src/proof/certificate.ts';
import { fittedBridges } from '../../../src/studies/ways/bridges.ts';
import { commandLine } from '../../cli/command-line.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = temporaryFolder();
const cutover = commandLine(folder);
const [DOCUMENTS, QUERIES, D] = [60, 40, 8];
const put = (name: string, rows: readonly object[]) =>
  writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

/** Unit vectors; the new space is the old one with its axes in another order and the first turned round. */
function vectors(prefix: string, count: number): { id: string; vector: number[] }[] {
  const random = seededRandom(4, prefix);
  return Array.from({ length: count }, (_, i) => {
    const vector = Array.from({ length: D }, () => normal(random));
    const length = Math.hypot(...vector);
    return { id: `${prefix}${i}`, vector: vector.map((value) => value / length) };
  });
}
const turned = (vector: readonly number[]): number[] => vector.map((_, j) => (vector[(j + 3) % D] as number) * (j === 0 ? -1 : 1));
const TAGS = { old: 'a'.repeat(64), new: 'b'.repeat(64) };

beforeAll(async () => {
  mkdirSync(join(folder, 'data', 'qrels'), { recursive: true });
  const documents = vectors('d', DOCUMENTS);
  const queries = vectors('q', QUERIES);
  const nearest = queries.map(({ id, vector }) => {
    const scores = documents.map((document) => ({
      id: document.id,
      score: document.vector.reduce((sum, x, j) => sum + x * (vector[j] ?? 0), 0),
    }));
    return { query: id, document: scores.sort((a, b) => b.score - a.score)[0]?.id };
  });
  for (const [side, map] of [
    ['old', (v: number[]) => v],
    ['new', turned],
  ] as const)
    for (const [role, rows] of [
      ['document', documents],
      ['query', queries],
    ] as const)
      put(
        `${side}.${role}.jsonl`,
        rows.map(({ id, vector }) => ({ id, vector: map(vector), tag: TAGS[side] })),
      );
  put(
    'data/corpus.jsonl',
    documents.map(({ id }) => ({ _id: id, title: '', text: `document ${id}` })),
  );
  put(
    'data/queries.jsonl',
    queries.map(({ id }) => ({ _id: id, text: `query ${id}` })),
  );
  const lines = nearest.map(({ query, document }) => `${query}\t${document}\t1`);
  writeFileSync(join(folder, 'data', 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${lines.join('\n')}\n`);
  const version = (side: 'old' | 'new') => ({
    id: `${side} space`,
    embedder: 'precomputed',
    vectors: { query: `${side}.query.jsonl`, document: `${side}.document.jsonl` },
  });
  const policy = { rules: [{ metric: 'nDCG@10', nonInferior: 0.3, on: 'exact' }] };
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy));
  const config = {
    dataset: 'data',
    old: version('old'),
    new: version('new'),
    policy: 'policy.json',
    search: { limit: 10, k: 20 },
    production: { rebuilds: 1 },
  };
  writeFileSync(join(folder, 'cutover.yaml'), JSON.stringify(config));
  const run = await cutover('run');
  if (run.code !== 0) throw new Error(run.err);
});

const record = (name = 'out'): BridgeRecord => JSON.parse(readFileSync(join(folder, name, 'bridge.json'), 'utf8'));
const vectorsOf = (side: 'old' | 'new', role: 'document' | 'query') =>
  readFileSync(join(folder, `${side}.${role}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => Float32Array.from((JSON.parse(line) as { vector: number[] }).vector));

describe('cutover bridge', () => {
  it('writes numbers, record and certificate; the exit code is what the policy says', async () => {
    const { code, err } = await cutover('bridge', 'out');
    expect(code, err).toBe(0);
    const { judged, old, new: fresh, fitted, heldOut, fingerprint, normalize } = record();
    expect([old, fresh]).toEqual([
      { id: 'old space', fingerprint: TAGS.old, dimension: D },
      { id: 'new space', fingerprint: TAGS.new, dimension: D },
    ]);
    expect(judged).toMatchObject({ id: 'bridge-orthogonal-30', outcome: 'pass' });
    expect([fitted.pairs, heldOut.documents, normalize]).toEqual([30, 30, true]);
    expect(heldOut.cosine.mean).toBeCloseTo(1, 6);
    const numbers = await readSafetensors(join(folder, 'out', 'bridge.safetensors'));
    expect([...numbers].map(([name, { shape }]) => [name, shape])).toEqual([
      ['weights', [D, D]],
      ['offset', [D]],
    ]);
    const { certificate } = readCertificate(readFileSync(join(folder, 'out', 'certificate.json'), 'utf8'), 'certificate.json');
    expect(certificate.predicate.new).toMatchObject({ fingerprint, decides: { embedder: 'bridge', old: TAGS.old, new: TAGS.new } });
    expect(err).toContain(`tag       ${fingerprint}`);
  });

  it('the same run gives the same bytes; a net has its first layer beside', async () => {
    await cutover('bridge', 'net', '--way', 'bridge-net-30');
    const first = ['bridge.safetensors', 'bridge.json'].map((name) => readFileSync(join(folder, 'net', name)));
    await cutover('bridge', 'net', '--way', 'bridge-net-30');
    expect(['bridge.safetensors', 'bridge.json'].map((name) => readFileSync(join(folder, 'net', name)))).toEqual(first);
    const numbers = await readSafetensors(join(folder, 'net', 'bridge.safetensors'));
    expect(numbers.get('hidden.weights')?.shape).toEqual([D, 256]);
    expect(numbers.get('weights')?.shape).toEqual([D + 256, D]);
    const { bridge } = await openBridge(join(folder, 'net'));
    expect(bridge.hidden?.offset.length).toBe(256);
  });

  it('the certificate of a bridge lets no store be switched to the new version, and says what it is for', async () => {
    await cutover('bridge', 'out');
    const config = JSON.parse(readFileSync(join(folder, 'cutover.yaml'), 'utf8')) as object;
    writeFileSync(join(folder, 'live.yaml'), JSON.stringify({ ...config, stores: { live: { kind: 'arrow', path: 'store' } } }));
    mkdirSync(join(folder, 'store'), { recursive: true });
    const rows = vectorsOf('old', 'document');
    writeFileSync(join(folder, 'store', 'a.arrow'), arrowRowBytes({ id: rows.map((_, i) => `d${i}`) }, 'vector', rows));
    const { code, out } = await cutover(
      'verify',
      join('out', 'certificate.json'),
      '-c',
      'live.yaml',
      '--store',
      'live',
      '--allow-unsigned',
    );
    expect(code).toBe(1);
    expect(out).toContain('the certificate is of vectors that a bridge carries over (old space over a bridge to new space)');
    expect(out).toContain('search them with `carryQuery`, under the tag of the bridge');
  });

  it('refuses a way that no run judged', async () => {
    const { code, err } = await cutover('bridge', 'other', '--way', 'bridge-ridge-31');
    expect(code).toBe(2);
    expect(err).toContain('BRIDGE_UNMEASURED');
    expect(err).toContain(
      'bridge-ridge-31 was judged by the last run; bridges that were: bridge-orthogonal-30, bridge-ridge-30, bridge-low-rank-30, bridge-net-30',
    );
  });
});

describe('an exported bridge', () => {
  let opened: OpenBridge;
  beforeAll(async () => {
    await cutover('bridge', 'out');
    opened = await openBridge(join(folder, 'out'));
  });
  const tag = (text: string) => text as Fingerprint;

  it('carries a document to where the new version has it, under a separate tag', () => {
    const [old, fresh] = [vectorsOf('old', 'document'), vectorsOf('new', 'document')];
    for (const [i, vector] of old.entries()) {
      const carried = carryDocument(opened, { tag: tag(TAGS.old), vector });
      expect(carried.tag).toBe(record().fingerprint);
      carried.vector.forEach((value, j) => {
        expect(value).toBeCloseTo(fresh[i]?.[j] ?? Number.NaN, 5);
      });
    }
  });

  it('has the numbers that the study judged, to the last bit', () => {
    const setOf = <S extends 'old' | 'new'>(side: S) => {
      const rows = readFileSync(join(folder, `${side}.document.jsonl`), 'utf8')
        .trim()
        .split('\n');
      const sorted = rows.map((line) => JSON.parse(line) as { id: string; vector: number[] }).sort((a, b) => (a.id < b.id ? -1 : 1));
      const rules = { version: side, dimensions: null, normalize: true };
      const data = Float32Array.from(sorted.flatMap(({ id, vector }) => [...finishVector(vector, rules, 'document', id)]));
      const documents: VectorSet<S> = { side, fingerprint: tag(TAGS[side]), dimension: D, ids: sorted.map(({ id }) => id), data };
      return { documents, queries: documents };
    };
    const { pairs, seed } = record().fitted;
    const [{ bridge, heldOut }] = fittedBridges(seed, { old: setOf('old'), new: setOf('new') }, { method: 'orthogonal', pairs });
    expect(opened.bridge).toEqual(bridge);
    expect(heldOut).toHaveLength(record().heldOut.documents);
  });

  it('takes queries of the new version as they are', () => {
    const [vector = new Float32Array()] = vectorsOf('new', 'query');
    expect(carryQuery(opened, { tag: tag(TAGS.new), vector })).toEqual({ tag: record().fingerprint, vector });
  });

  it('is refused for any other pair: the wrong end, a third version, another dimension, its own output', () => {
    const vector = new Float32Array(D).fill(0.5);
    const foreign = expect.objectContaining({ code: 'BRIDGE_FOREIGN' });
    expect(() => carryDocument(opened, { tag: tag(TAGS.new), vector })).toThrow(foreign);
    expect(() => carryQuery(opened, { tag: tag(TAGS.old), vector })).toThrow(foreign);
    expect(() => carryDocument(opened, { tag: tag('c'.repeat(64)), vector })).toThrow(foreign);
    expect(() => carryDocument(opened, { tag: tag(TAGS.old), vector: vector.subarray(1) })).toThrow(foreign);
    const carried = carryDocument(opened, { tag: tag(TAGS.old), vector });
    expect(() => carryDocument(opened, carried)).toThrow(foreign);
  });

  it('whose record or numbers were exchanged is refused', async () => {
    const copy = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, 'out', name), text);
    const [numbers, text] = [
      readFileSync(join(folder, 'out', 'bridge.safetensors')),
      readFileSync(join(folder, 'out', 'bridge.json'), 'utf8'),
    ];
    copy('bridge.json', text.replace(TAGS.new, 'c'.repeat(64)));
    await expect(openBridge(join(folder, 'out'))).rejects.toMatchObject({
      code: 'BRIDGE_MALFORMED',
      message: expect.stringContaining('its fingerprint is not that of what it says'),
    });
    copy('bridge.json', text);
    const other = Buffer.from(numbers);
    other.writeUInt8((other.at(-1) ?? 0) ^ 1, other.length - 1);
    copy('bridge.safetensors', other);
    await expect(openBridge(join(folder, 'out'))).rejects.toMatchObject({
      code: 'BRIDGE_MALFORMED',
      message: expect.stringContaining('it is not the file that bridge.json was written for'),
    });
    copy('bridge.safetensors', numbers);
  });
});
