import { policyOf } from '../../src/config/policy.ts';
import { policySchema } from '../../src/config/schemas/policy.ts';
import type { Fingerprint, Sha256 } from '../../src/core/brand.ts';
import { seededRandom } from '../../src/core/random.ts';
import type { Config } from '../../src/model/config.ts';
import type { Dataset, Qrels } from '../../src/model/dataset.ts';
import type { Rankings } from '../../src/model/search.ts';
import type { VectorSet } from '../../src/model/vectors.ts';
import type { ResolvedVersion, Side, VersionSpec } from '../../src/model/version.ts';
import { SEARCH_ENGINES } from '../../src/search/registry.ts';
import type { StudyContext, StudySide } from '../../src/studies/study.ts';

export interface Shape {
  readonly documents?: number;
  readonly queries?: number;
  readonly dimension?: number;
  readonly k?: number;
  readonly hnsw?: Config['search']['hnsw'];
  readonly production?: Partial<Config['production']>;
  readonly rules?: readonly object[];
  readonly qrels?: Qrels | null;
  /** Both sides get the vectors of one version. */
  readonly same?: boolean;
}

const SPEC: VersionSpec = { id: 'v', embedder: 'precomputed', normalize: true, prefixes: { query: '', document: '' }, file: '/v.yaml' };

function vectors<S extends Side>(side: S, name: string, prefix: string, count: number, dimension: number): VectorSet<S> {
  const random = seededRandom(5, `${name}-${prefix}`);
  const data = Float32Array.from({ length: count * dimension }, () => random.next() - 0.5);
  return { side, fingerprint: name as string as Fingerprint, dimension, ids: idsOf(prefix, count), data };
}

function idsOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(5, '0')}`);
}

async function rankings(engine: 'exact' | 'hnsw', documents: VectorSet, queries: VectorSet, config: Config): Promise<Rankings> {
  const index = await SEARCH_ENGINES[engine].open(documents, config.search, null, { seed: config.seed });
  try {
    return await index.search(queries, config.search.k);
  } finally {
    await index.close();
  }
}

async function sideOf<S extends Side>(side: S, name: string, config: Config, shape: Shape): Promise<StudySide<S>> {
  const { documents = 400, queries = 30, dimension = 16 } = shape;
  const sets = { documents: vectors(side, name, 'd', documents, dimension), queries: vectors(side, name, 'q', queries, dimension) };
  const version: ResolvedVersion = {
    id: name,
    fingerprint: name as string as Fingerprint,
    decides: { embedder: 'precomputed' },
    names: {},
    verifiable: false,
    cacheKey: name,
    warnings: [],
  };
  return {
    spec: { ...SPEC, id: name },
    version,
    open: () => Promise.reject(new Error('No embedder in this test.')),
    exact: await rankings('exact', sets.documents, sets.queries, config),
    served: await rankings('hnsw', sets.documents, sets.queries, config),
    vectors: async () => sets,
    indexFolder: null,
  };
}

function datasetOf({ documents = 400, queries = 30, qrels = null }: Shape): Dataset {
  const hash = '0'.repeat(64) as Sha256;
  return {
    name: 'random',
    folder: '/random',
    licence: null,
    documents: idsOf('d', documents).map((id) => ({ id, title: '', text: id })),
    queries: idsOf('q', queries).map((id) => ({ id, text: id, need: id, slices: {} })),
    qrels,
    hashes: { corpus: hash, queries: hash, qrels: null },
    sliceFields: [],
    notes: [],
    warnings: [],
  };
}

/** Two versions of random vectors, really searched. */
export async function contextOf(shape: Shape = {}): Promise<StudyContext> {
  const policy = policyOf(policySchema.parse({ rules: shape.rules ?? [{ metric: 'nDCG@10', nonInferior: 0.02 }] }));
  const config = {
    search: {
      limit: shape.k ?? 20,
      k: shape.k ?? 20,
      similarity: 'cosine',
      hnsw: shape.hnsw ?? { m: 16, efConstruction: 200, efSearch: 128 },
    },
    metrics: [],
    policy,
    seed: 7,
    production: { batchSize: null, rebuilds: 4, ...shape.production },
    projection: null,
    stores: [],
    counterfactual: false,
    workers: 1,
  } as unknown as Config;
  const { signal } = new AbortController();
  return {
    config,
    dataset: datasetOf(shape),
    sides: {
      old: await sideOf('old', 'one', config, shape),
      new: await sideOf('new', shape.same === true ? 'one' : 'two', config, shape),
    },
    forBoth: async (task) => ({ old: await task('old', signal), new: await task('new', signal) }),
    variant: () => Promise.reject(new Error('No variant in this test.')),
    console: { progress: () => undefined, info: () => undefined, warn: () => undefined },
    clock: () => 0,
    signal,
  };
}

/** Every query judges some documents, drawn at random. */
export function randomQrels(seed: number, queries: number, documents: number): Qrels {
  const random = seededRandom(seed, 'qrels');
  const ids = idsOf('d', documents);
  return new Map(
    idsOf('q', queries).map((id) => [id, new Map(Array.from({ length: 25 }, () => [ids[random.below(documents)] ?? '', random.below(4)]))]),
  );
}
