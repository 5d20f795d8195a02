// The rooms and what each may import. The table stands in CONTRIBUTING.md; this file enforces it.

const BASE = ['contract', 'errors'];
const ARTIFACT = [...BASE, 'artifact'];
const ADAPTERS = [...ARTIFACT, 'tables', 'runtime'];
const PIPELINE = ['config', 'dataset', 'embedding', 'store', 'search', 'ledger', 'stats', 'metrics', 'gate', 'report'];

/** Room → rooms it may import beside itself. */
const ROOMS = {
  contract: { may: [], why: 'Types and ports: the bottom, so that every room can speak of the same things.' },
  errors: { may: ['contract'], why: 'The catalogue is used everywhere, so it uses nothing.' },
  artifact: { may: BASE, why: 'Hashes, manifests and files know nothing of embeddings.' },
  tables: { may: ARTIFACT, why: 'Readers and writers of formats know nothing of what the tables mean.' },
  runtime: { may: ARTIFACT, why: 'Sessions and pools know nothing of what they run.' },
  stats: { may: ARTIFACT, why: 'Pure statistics; artifact for the seeded generator only.' },
  metrics: { may: ['stats', ...BASE], why: 'Pure functions: no clock, no files, no randomness.' },
  gate: { may: ['stats', 'metrics', ...ARTIFACT], why: 'A verdict is a pure function of evaluation and policy.' },
  report: { may: BASE, why: 'A report shows what the evaluation says and computes no metric.' },
  config: { may: ADAPTERS, why: 'Siblings that read input must not know of each other.' },
  dataset: { may: ADAPTERS, why: 'Siblings that read input must not know of each other.' },
  embedding: { may: ADAPTERS, why: 'An embedder must be replaceable without touching a sibling.' },
  store: { may: ADAPTERS, why: 'A store must be replaceable without touching a sibling.' },
  search: { may: ADAPTERS, why: 'A search engine must be replaceable without touching a sibling.' },
  ledger: { may: ADAPTERS, why: 'The ledger speaks to stores through a port.' },
  studies: { may: [...ADAPTERS, ...PIPELINE], why: 'Studies run parts of the pipeline; stages call them, never the reverse.' },
  stages: { may: [...ADAPTERS, ...PIPELINE, 'studies'], why: 'Stages wire rooms together.' },
  operations: { may: [...ADAPTERS, ...PIPELINE, 'studies', 'stages'], why: 'Operations sit beside stages, under the command line.' },
  cli: { may: ['stages', 'operations', 'config', ...BASE], why: 'The command line parses, calls and prints; nothing else.' },
};

/** Third-party package → its one home. */
const HOMES = {
  '@xenova/transformers': ['embedding'],
  '@huggingface/transformers': ['embedding'],
  'onnxruntime-node': ['runtime'],
  piscina: ['runtime'],
  'hnswlib-node': ['search'],
  usearch: ['search'],
  'apache-arrow': ['tables'],
  zod: ['config'],
  yaml: ['config', 'dataset'],
  yargs: ['cli'],
  open: ['cli'],
  '@clack/prompts': ['cli'],
  canonicalize: ['artifact'],
  'csv-parse': ['tables'],
  tinyglobby: ['dataset'],
  fflate: ['tables'],
  'p-queue': ['embedding'],
  hyparquet: ['tables'],
  'hyparquet-writer': ['tables'],
  '@observablehq/plot': ['report'],
  linkedom: ['report'],
  pg: ['store'],
  'pg-boss': ['store'],
  '@electric-sql/pglite': ['store'],
  '@electric-sql/pglite-pgvector': ['store'],
  '@lancedb/lancedb': ['store'],
};

/** Also development dependencies, for the tests. */
const OPTIONAL_PEERS = 'node_modules/(@(electric-sql|lancedb)|@huggingface/transformers|usearch)/';

/** Written into dist/ by the build (scripts/bundle.mjs). */
const BUNDLED = 'node_modules/@xenova/transformers/';

const at = (room) => (room === 'errors' ? '^src/errors\\.ts$' : `^src/${room}/`);

export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A cycle hides which of two files is the lower one.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'An import that cannot be resolved breaks at run time.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      comment: 'What is published must not need a development dependency; optional peers are imported only where a user asks for them.',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: [OPTIONAL_PEERS, BUNDLED] },
    },
    ...Object.entries(ROOMS).map(([room, { may, why }]) => ({
      name: `room-${room}`,
      severity: 'error',
      comment: why,
      from: { path: at(room) },
      to: { path: '^src/', pathNot: [at(room), ...may.map(at)] },
    })),
    ...Object.entries(HOMES).map(([name, rooms]) => ({
      name: `home-of-${name.replace('@', '').replace('/', '-')}`,
      severity: 'error',
      comment: `${name} is used in ${rooms.join(', ')} only, so that replacing it changes one room.`,
      from: { path: '^src/', pathNot: rooms.map(at) },
      to: { path: `node_modules/${name}/` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
