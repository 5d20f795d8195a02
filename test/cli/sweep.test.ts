import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/config/policy.ts';
import type { Fingerprint } from '../../src/core/brand.ts';
import { loadDataset } from '../../src/dataset/load.ts';
import { vectorFolder } from '../../src/embed/cache/cache.ts';
import { openVectorStore } from '../../src/embed/cache/vector-store.ts';
import { cheapestPass, marked } from '../../src/features/sweep/result.ts';
import { familyPolicy } from '../../src/features/sweep/run.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import type { Sweep } from '../../src/model/sweep.ts';
import type { Role } from '../../src/model/version.ts';
import { textsOf } from '../../src/project/vectors.ts';
import { loadProject, type StageOptions } from '../../src/project/workspace.ts';
import { BumpProject } from './bump-project.ts';

function optionsFor(folder: string): StageOptions {
  const console = { progress: () => undefined, info: () => undefined, warn: () => undefined };
  const { signal } = new AbortController();
  return { configFile: join(folder, 'cutover.yaml'), output: null, asOf: '', cwd: folder, env: {}, console, clock: () => 0, signal };
}

/** The toy model's `flaw` loses quality; `two` does not. */
function project(sweep: string): BumpProject {
  const made = new BumpProject();
  made.write('flawed.yaml', 'id: flawed\nembedder: ./toy.mjs\noptions: { weights: ./flaw.weights }\n');
  made.write('cutover.yaml', `${made.read('cutover.yaml')}${sweep}`);
  return made;
}

const fitsSchema = new Ajv({ strict: false }).compile(
  JSON.parse(readFileSync(new URL('../../schemas/sweep.json', import.meta.url), 'utf8')),
);
/** What the published schema has against it. */
const schemaErrors = (sweep: object) => (fitsSchema(sweep) ? null : fitsSchema.errors);

/** What the cache holds of the new version of a report. */
async function vectorsIn(made: BumpProject, report: string) {
  const { new: version } = JSON.parse(made.read(`reports/${report}/manifests/embed.json`)).madeFrom as { new: Fingerprint };
  const store = await openVectorStore(vectorFolder(join(made.folder, '.cutover'), version), version);
  const dataset = await loadDataset(join(made.folder, 'data'));
  const load = async (role: Role) => (await store.load('new', role, textsOf({ dataset }, role))).vectors;
  return { document: await load('document'), query: await load('query') };
}

/** Candidates of one model hold the bytes that each gets when it is embedded by itself, under its own tag. */
async function expectBytesAsAlone(made: BumpProject) {
  const plain = await vectorsIn(made, 'sweep/dimensions-24_efSearch-16');
  for (const [name, change] of [
    ['dimensions-12_efSearch-16', 'dimensions: 12'],
    ['prefixed', 'prefixes: { query: "q: " }'],
  ] as const) {
    const alone = new BumpProject();
    const version = alone.read('cutover.yaml').replace(/^(new: .*) }$/m, `$1, ${change} }`);
    alone.write('cutover.yaml', version);
    expect((await alone.run('embed')).code).toBe(0);
    const vectors = await vectorsIn(made, `sweep/${name}`);
    expect(vectors).toEqual(await vectorsIn(alone, '.'));
    expect(vectors.document.fingerprint).not.toBe(plain.document.fingerprint);
    expect(vectors.query.data).not.toEqual(plain.query.data);
  }
  expect((await vectorsIn(made, 'sweep/prefixed')).document.data).toEqual(plain.document.data);
}

const MIXED = `sweep:
  candidates:
    - { name: flawed, new: flawed.yaml }
    - { name: prefixed, new: { prefixes: { query: "q: " } } }
  matrix: { dimensions: [24, 12], efSearch: [16, 64] }
`;

describe('a sweep', () => {
  it('evaluates listed candidates and every combination of the matrix, and names the cheapest that passes', async () => {
    const made = project(MIXED);
    const { code, out, err } = await made.run('sweep', '--json');
    expect(code).toBe(0);
    const sweep = JSON.parse(out) as Sweep;
    expect(sweep.results.map(({ name }) => name)).toEqual([
      'flawed',
      'prefixed',
      'dimensions-24_efSearch-16',
      'dimensions-24_efSearch-64',
      'dimensions-12_efSearch-16',
      'dimensions-12_efSearch-64',
    ]);
    expect(sweep.results.map(({ outcome }) => outcome)).toEqual(['fail', 'pass', 'pass', 'pass', 'inconclusive', 'inconclusive']);
    expect(sweep.results.map(({ cost }) => cost.dimension)).toEqual([24, 24, 24, 24, 12, 12]);
    expect(sweep.cheapest).toBe('dimensions-24_efSearch-16');
    // Six candidates: each is judged at 1 − 0.05/6.
    expect(sweep.confidence.candidate).toBeCloseTo(1 - 0.05 / 6, 12);
    const flawed = JSON.parse(made.read('reports/sweep/flawed/verdict.json'));
    expect(flawed.policy.confidence).toBe(sweep.confidence.candidate);
    expect(err).toContain('dimensions-24_efSearch-16 is the cheapest of the 3 that pass');
    expect(err).toContain('Of 6 candidates 3 pass, 1 fails, 2 are inconclusive.');
    // Each model once: 12 documents and 36 queries of the old one, flawed, and two. What a prefix changes is the queries alone.
    expect(err.match(/^embed .*texts(?= in)/gm)).toEqual([
      'embed     one: 48 texts',
      'embed     flawed: 48 texts',
      'embed     prefixed: 48 texts',
      'embed     dimensions-24_efSearch-16: 36 texts',
    ]);
    expect(err).toContain('embed     prefixed: its documents serve dimensions-24_efSearch-16, dimensions-12_efSearch-16 too');
    expect(made.read('reports/sweep.md')).toMatch(/\| dimensions-24_efSearch-16 \*\*cheapest that passes\*\* \| ✅ Pass \|/);
    const page = made.read('reports/sweep.html');
    expect(page).toContain('dimensions-24_efSearch-16</bdi> is the cheapest that passes');
    expect(page).toMatch(/<svg class="plot wide"[\s\S]*nDCG@10/);
    expect(page).not.toContain('<script');

    await expectBytesAsAlone(made);
    // A second run makes what is not there, and nothing else: vectors of one cut, and the folders of its candidates.
    const before = made.read('reports/sweep.json');
    const { fingerprint } = (await vectorsIn(made, 'sweep/dimensions-12_efSearch-64')).document;
    rmSync(join(made.folder, '.cutover', fingerprint), { recursive: true });
    rmSync(join(made.folder, 'reports/sweep/dimensions-12_efSearch-64'), { recursive: true });
    const again = await made.run('sweep');
    expect(again.err.match(/^embed .*texts(?= in)/gm)).toEqual(['embed     dimensions-12_efSearch-64: 48 texts']);
    expect(again.err.match(/^search .*documents/gm)).toHaveLength(1);
    expect(made.read('reports/sweep.json')).toBe(before);
  });

  it('says with --plan what it would embed, each run of a model once, and writes nothing', async () => {
    const made = project(MIXED);
    const { code, out, err } = await made.run('sweep', '--plan', '--json');
    expect(code, err).toBe(0);
    const plan = JSON.parse(out) as { items: { version: string; toEmbed: number }[] };
    const embeds = Object.fromEntries(plan.items.map(({ version, toEmbed }) => [version, toEmbed > 0]));
    expect(embeds).toMatchObject({ flawed: true, prefixed: true, 'dimensions-24_efSearch-16': true, 'dimensions-12_efSearch-16': false });
    expect(Object.keys(embeds)).toHaveLength(7);
    expect(() => made.read('reports/sweep/sweep.json')).toThrow();
    expect((await made.run('sweep', '--plan')).err).toContain('Nothing was written');
  });

  it('reports a candidate that is refused, keeps the others, and exits 2', async () => {
    const made = project('sweep: { matrix: { dimensions: [24, 99] } }\n');
    const { code, out } = await made.run('sweep', '--json');
    const sweep = JSON.parse(out) as Sweep;
    expect(code).toBe(2);
    expect(schemaErrors(sweep)).toBeNull();
    expect(schemaErrors({ ...sweep, schemaVersion: 2 })).not.toBeNull();
    expect(sweep.results.map(({ name }) => name)).toEqual(['dimensions-24']);
    expect(sweep.failures[0]).toMatchObject({
      name: 'dimensions-99',
      code: 'EMBEDDING_INVALID',
      message: expect.stringContaining('fewer than the 99'),
    });
    expect(made.read('reports/sweep.html')).toContain('EMBEDDING_INVALID');
  });

  it('exits 1 where none passes, and 3 where none but an inconclusive one', async () => {
    expect((await project('sweep: { candidates: [{ name: flawed, new: flawed.yaml }] }\n').run('sweep')).code).toBe(1);
    const unsure = project('sweep: { candidates: [{ name: narrow, new: { dimensions: 12 } }] }\n');
    unsure.write('policy.yaml', 'rules:\n  - { metric: nDCG@10, nonInferior: 0.13 }\n');
    const { code, out } = await unsure.run('sweep', '--json');
    expect((JSON.parse(out) as Sweep).results[0]?.outcome).toBe('inconclusive');
    expect(code).toBe(3);
  });

  it('refuses a sweep without candidates, a name twice, a name that is no folder, unknown keys', async () => {
    expect((await new BumpProject().run('sweep')).err).toMatch(/SWEEP_EMPTY.*\n.*`sweep:`.*`matrix:`.*`dimensions: \[/);
    expect((await project('sweep: { candidates: [] }\n').run('sweep')).err).toContain('SWEEP_INVALID');
    const named = project('sweep:\n  candidates:\n    - { name: m-16 }\n    - { name: m-8 }\n    - { name: m-16 }\n');
    const place = named.read('cutover.yaml').split('\n').lastIndexOf('    - { name: m-16 }') + 1;
    const twice = await named.run('sweep');
    expect(twice.err).toContain(`cutover.yaml:${place}: the candidate m-16 is in it twice`);
    expect(twice.code).toBe(2);
    const both = await project('sweep: { candidates: [{ name: m-8 }], matrix: { m: [8] } }\n').run('sweep');
    expect(both.err).toContain('m-8 is in it twice');
    expect((await project('sweep: { candidates: [{ name: ../../x }] }\n').run('sweep')).err).toContain('it names a folder');
    expect((await project('sweep: { matrix: { colour: [1] } }\n').run('sweep')).err).toContain('colour');
    const many = Array.from({ length: 65 }, (_, i) => i + 1).join(', ');
    expect((await project(`sweep: { matrix: { efSearch: [${many}] } }\n`).run('sweep')).err).toContain('65 candidates, 64 at most');
  });
});

describe('a candidate whose model is not there', () => {
  it('is named before anything is embedded, with the file that is missing, and the others are evaluated', async () => {
    const made = project('sweep: { candidates: [{ name: full, new: nowhere.yaml }, { name: good, new: { dimensions: 24 } }] }\n');
    made.write('nowhere.yaml', 'id: nowhere\nmodel: some/where\ndtype: fp32\n');
    const { code, out, err } = await made.run('sweep', '--json');
    expect(code).toBe(2);
    const { failures, results } = JSON.parse(out) as Sweep;
    expect(failures).toMatchObject([
      { name: 'full', code: 'MODEL_MISSING', message: expect.stringContaining('some/where (revision main, fp32)') },
    ]);
    expect(results.map(({ name }) => name)).toEqual(['good']);
    expect(err.indexOf('full: The model some/where')).toBeLessThan(err.indexOf('embed  '));
  });
});

describe('a sweep of indexes alone', () => {
  it('compares one version with itself, served otherwise, and embeds it once', async () => {
    const made = new BumpProject();
    made.configure('one', 'one', 'sweep: { candidates: [{ name: scan, engine: exact }], matrix: { m: [4, 16] } }\n');
    const { code, out, err } = await made.run('sweep', '--json');
    expect(code).toBe(0);
    expect(schemaErrors(JSON.parse(out))).toBeNull();
    const { results, cheapest, old } = JSON.parse(out) as Sweep;
    expect(results.map(({ outcome, difference }) => [outcome, difference])).toEqual(Array(3).fill(['pass', 0]));
    expect(results.map(({ cost: { engine, hnsw, visited } }) => [engine, hnsw?.m, visited])).toEqual([
      ['exact', undefined, 12],
      ['hnsw', 4, 12],
      ['hnsw', 16, 12],
    ]);
    // Of twelve documents every search looks at all, and a scan keeps no links.
    expect(cheapest).toBe('scan');
    expect(old?.cost).toEqual(results[2]?.cost);
    expect(err.match(/^embed .*texts in/gm)).toHaveLength(1);
    const page = made.read('reports/sweep/scan/report.html');
    expect(page).toMatch(/Engine, new version<\/dt>\s*<dd><code>exact/);
    expect(page).toMatch(/Engine, old version<\/dt>\s*<dd><code>hnsw/);
    const { studies } = JSON.parse(made.read('reports/sweep/m-4/evaluation.json')) as Evaluation;
    expect(studies?.backfillForecast).toEqual({ notApplicable: expect.stringContaining('nothing is migrated') });
  });

  it('is what a run compares too where the old index differs, and only there', async () => {
    const made = new BumpProject();
    made.configure('one', 'one', 'search: { hnsw: { m: 4 }, old: { m: 16 } }\n');
    expect((await made.run('run')).code).toBe(0);
    // Two graphs of one version, each kept under its own parameters.
    expect(readdirSync(join(made.folder, '.cutover')).flatMap((key) => readdirSync(join(made.folder, '.cutover', key, 'index')))).toEqual([
      'm16-efc200',
      'm4-efc200',
    ]);
    made.configure('one', 'one');
    const same = await made.run('run');
    expect(same.code).toBe(2);
    expect(same.err).toMatch(/VERSIONS_IDENTICAL[\s\S]*search\.old/);
  });
});

describe('the axes of a matrix', () => {
  it('are model, prefixes, dtype, pooling, dimensions, length and index; a version file is what the others change', async () => {
    const made = new BumpProject();
    made.write('mini.yaml', 'id: mini\nmodel: some/mini\npooling: mean\nmaxTokens: 128\nprefixes: { document: "d: " }\n');
    made.write(
      'cutover.yaml',
      `dataset: data\nold: mini.yaml\nnew: { id: big, model: some/big, dtype: q8, pooling: cls, sha256: { config.json: ${'a'.repeat(64)} } }\nsweep:\n  matrix:\n    model: [other/big, some/big, ./mini.yaml]\n    prefixes: { bare: {}, ask: { query: "q: " } }\n    dtype: [fp32, q8]\n    dimensions: [64]\n    engine: [hnsw]\n`,
    );
    const { sweep } = await loadProject(optionsFor(made.folder));
    expect(sweep).toHaveLength(12);
    expect(sweep[2]?.name).toBe('model-other-big_prefixes-ask_dtype-fp32_dimensions-64_engine-hnsw');
    expect(sweep[2]?.new).toMatchObject({ model: 'other/big', prefixes: { query: 'q: ', document: '' }, dtype: 'fp32', pooling: 'cls' });
    // Hashes are those of the files of `new`.
    expect(sweep[2]?.new).not.toHaveProperty('sha256');
    expect(sweep[11]?.name).toBe('model-mini_prefixes-ask_dtype-q8_dimensions-64_engine-hnsw');
    expect(sweep[11]?.new).toMatchObject({
      model: 'some/mini',
      prefixes: { query: 'q: ', document: 'd: ' },
      pooling: 'mean',
      dimensions: 64,
    });
  });

  it('refuse what would change nothing, or is unknown', async () => {
    const refused = async (sweep: string) => {
      const { code, err } = await project(`sweep: ${sweep}\n`).run('sweep');
      expect(code).toBe(2);
      return err;
    };
    expect(await refused('{ matrix: { dtype: [fp16] } }')).toMatch(
      /SWEEP_INVALID .*cutover.yaml:\d+: the candidate dtype-fp16 changes dtype, which/,
    );
    expect(await refused('{ matrix: { engine: [exact, hnsw], m: [8] } }')).toMatch(
      /engine-exact changes m, but the engine exact scans all/,
    );
    expect(await refused('{ matrix: { engine: [hsnw] } }')).toMatch(/sweep.matrix.engine\[0\].*found "hsnw"/);
    expect(await refused('{ candidates: [{ name: a, engine: fast }] }')).toMatch(/sweep.candidates\[0\].engine.*found "fast"/);
    expect(await refused('{ matrix: { prefixes: {} } }')).toContain('expected at least one, by name');
    expect(await refused('{ matrix: { prefixes: { ../x: {} } } }')).toContain('it names a folder');
    expect(await refused('{ matrix: { model: [none.yaml] } }')).toContain('none.yaml');
    const made = project('sweep: { matrix: { prefixes: { ask: { query: "q: " } } } }\n');
    made.write(
      'cutover.yaml',
      made.read('cutover.yaml').replace(/^new: .*$/m, 'new: { id: v, embedder: precomputed, vectors: { query: q.npy, document: d.npy } }'),
    );
    expect((await made.run('sweep')).err).toMatch(/prefixes-ask changes prefixes, but its vectors were made elsewhere/);
  });
});

describe('what a candidate is', () => {
  it('keeps what it does not name, and leaves the old version as it is served', async () => {
    const made = new BumpProject();
    const change = '{ name: short, new: { dimensions: 12, prefixes: { document: "d: " } }, hnsw: { efSearch: 40 } }';
    made.write('new.yaml', 'id: two\nembedder: ./toy.mjs\noptions: { weights: ./two.weights }\nprefixes: { query: "q: " }\n');
    const base = made.read('cutover.yaml').replace(/^new: .*$/m, 'new: new.yaml');
    made.write('cutover.yaml', `${base}sweep: { candidates: [${change}], matrix: { m: [8, 16] } }\n`);
    const config = await loadProject(optionsFor(made.folder));
    const [short, thin, same] = config.sweep;
    expect(short?.new).toMatchObject({ id: 'short', dimensions: 12, prefixes: { query: 'q: ', document: 'd: ' } });
    expect(short?.search).toEqual({ ...config.search, hnsw: { ...config.search.hnsw, efSearch: 40 }, old: config.search.hnsw });
    expect(thin?.new).toBe(config.new);
    expect(thin?.search.old?.m).toBe(16);
    expect(same?.search).toEqual(config.search);
  });

  it('can be configured alone, with a graph of the old version that differs', async () => {
    const made = new BumpProject();
    made.write('cutover.yaml', `${made.read('cutover.yaml')}search: { hnsw: { efSearch: 40 }, old: { efSearch: 200 } }\n`);
    expect((await made.run('run')).code).toBe(0);
    const { search } = JSON.parse(made.read('reports/evaluation.json')) as Evaluation;
    expect(search).toMatchObject({ hnsw: { efSearch: 40 }, old: { m: 16, efConstruction: 200, efSearch: 200 } });
    expect(made.read('reports/report.html')).toMatch(/efSearch, old version<\/dt>\s*<dd>16, 200, 200/);
  });

  it('is judged at the share of the error that n candidates leave, by enough resamples', () => {
    const policy = { ...DEFAULT_POLICY, confidence: 0.95, resamples: 1000 };
    expect(familyPolicy(policy, 1)).toEqual(policy);
    expect(familyPolicy(policy, 10)).toMatchObject({ confidence: 0.995, resamples: 10_000 });
  });
});

describe('what is cheapest, and what is dominated', () => {
  const one = (name: string, quality: number, bytes: number, efSearch: number, outcome: 'pass' | 'fail' = 'pass') => ({
    name,
    version: { id: name, fingerprint: '0'.repeat(64) as never },
    outcome,
    headline: '',
    reasons: [],
    quality,
    difference: 0,
    interval: null,
    cost: { dimension: 1, bytes, engine: 'hnsw', hnsw: { m: 16, efConstruction: 100, efSearch }, visited: efSearch },
  });

  it('goes by bytes, then documents looked at, then quality, among those that pass', () => {
    const results = marked([one('a', 0.5, 100, 64), one('b', 0.6, 100, 32), one('c', 0.9, 50, 8, 'fail'), one('d', 0.7, 100, 32)]);
    expect(cheapestPass(results)).toBe('d');
    expect(results.map(({ dominated }) => dominated)).toEqual([true, true, false, false]);
    expect(cheapestPass(marked([one('c', 0.9, 50, 8, 'fail')]))).toBeNull();
  });

  it('is a full scan only where no graph that passes looks at fewer documents', () => {
    const scan = (visited: number) => {
      const plain = one('scan', 0.5, 90, visited);
      return { ...plain, cost: { ...plain.cost, engine: 'exact', hnsw: null } };
    };
    expect(cheapestPass(marked([one('graph', 0.5, 100, 64), scan(1000)]))).toBe('graph');
    expect(cheapestPass(marked([one('graph', 0.5, 100, 64), scan(64)]))).toBe('scan');
    expect(cheapestPass(marked([one('graph', 0.5, 100, 64, 'fail'), scan(1000)]))).toBe('scan');
  });

  it('never is the cheapest, nor dominated by one that fails', () => {
    const results = marked([one('good', 0.5, 100, 64), one('broken', 0.9, 50, 8, 'fail')]);
    expect(cheapestPass(results)).toBe('good');
    expect(results.map(({ dominated }) => dominated)).toEqual([false, false]);
  });

  it('is not dominated by its equal, nor by what is better and dearer', () => {
    const results = marked([one('a', 0.5, 100, 64), one('b', 0.5, 100, 64), one('c', 0.6, 200, 64)]);
    expect(results.some(({ dominated }) => dominated)).toBe(false);
  });
});
