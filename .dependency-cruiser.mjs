// The rooms and what each may import. CONTRIBUTING.md prints the same table; this file enforces it.

const LOW = ['core', 'model', 'system', 'formats'];
const PROJECT = [...LOW, 'databases', 'proof', 'config', 'dataset', 'embed', 'search', 'measure'];
const RUN = [...PROJECT, 'project', 'studies', 'gate', 'report'];

/** Room → rooms it may import beside itself. */
const ROOMS = {
  core: { may: [], why: 'The bottom: errors, hashes, words and numbers that every room uses, so it uses none.' },
  model: { may: ['core'], why: 'What the files hold, as types: every room speaks of the same things.' },
  system: { may: ['core'], why: 'Files, workers and sessions know nothing of what they carry.' },
  formats: { may: ['core', 'model', 'system'], why: 'Readers and writers of formats know nothing of what the tables mean.' },
  databases: { may: LOW, why: 'Connections that search and live share know neither of them.' },
  proof: { may: ['core', 'model', 'system'], why: 'A certificate can be checked where nothing else of the project is.' },
  config: { may: LOW, why: 'Siblings that read input must not know of each other.' },
  embed: { may: LOW, why: 'An embedder must be replaceable without touching a sibling.' },
  dataset: { may: [...LOW, 'databases'], why: 'Siblings that read input must not know of each other.' },
  search: { may: [...LOW, 'databases'], why: 'A search engine must be replaceable without touching a sibling.' },
  measure: { may: ['core', 'model'], why: 'Pure functions: no clock, no files, no randomness but a seeded one.' },
  gate: { may: ['core', 'model', 'measure'], why: 'A verdict is a pure function of evaluation and policy.' },
  report: { may: ['core', 'model'], why: 'A report shows what evaluation and verdict say and computes no metric.' },
  project: { may: PROJECT, why: 'An opened configuration: its versions, data, vectors and folders.' },
  studies: { may: [...PROJECT, 'project'], why: 'Studies run parts of the pipeline again; the run calls them, never the reverse.' },
  run: { may: RUN, why: 'The pipeline wires rooms together, and needs nothing of a live index.' },
  live: { may: [...PROJECT, 'project', 'report'], why: 'The wing of a live index needs no evaluation; report shows its audits.' },
  features: { may: [...RUN, 'run', 'live'], why: 'Features stand on both wings.' },
  cli: { may: [...RUN, 'run', 'live', 'features'], why: 'The command line parses, calls and prints; nothing else.' },
};

/** Rooms whose results depend on their arguments alone. */
const PURE = ['core', 'model', 'measure', 'gate', 'report'];

/** Third-party package → its one home. */
const HOMES = {
  '@xenova/transformers': ['embed'],
  '@huggingface/transformers': ['embed'],
  'onnxruntime-node': ['system'],
  piscina: ['system'],
  'hnswlib-node': ['search'],
  usearch: ['search'],
  'apache-arrow': ['formats'],
  'ml-matrix': ['measure'],
  zod: ['config'],
  yaml: ['config', 'dataset'],
  yargs: ['cli'],
  open: ['cli'],
  '@clack/prompts': ['cli'],
  canonicalize: ['core'],
  'csv-parse': ['formats'],
  tinyglobby: ['dataset'],
  fflate: ['formats'],
  'p-queue': ['embed'],
  hyparquet: ['formats'],
  'hyparquet-writer': ['formats'],
  '@observablehq/plot': ['report'],
  linkedom: ['report'],
  pg: ['databases'],
  'pg-boss': ['databases'],
  '@electric-sql/pglite': ['databases'],
  '@electric-sql/pglite-pgvector': ['databases'],
  '@lancedb/lancedb': ['databases'],
};

/** Also development dependencies, for the tests. */
const OPTIONAL_PEERS = 'node_modules/(@(electric-sql|lancedb)|@huggingface/transformers|usearch)/';

/** Written into dist/ by the build (scripts/bundle.mjs). */
const BUNDLED = 'node_modules/@xenova/transformers/';

const at = (room) => `^src/${room}/`;

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
    {
      name: 'features-apart',
      severity: 'error',
      comment: 'What two features share moves down, into run or project.',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/', pathNot: '^src/features/$1/' },
    },
    {
      name: 'evaluation-without-live',
      severity: 'error',
      comment: 'Whether a bump may be merged is answered without anything of a live index, however many files lie between.',
      from: { path: '^src/run/' },
      to: { path: '^src/live/', reachable: true },
    },
    {
      name: 'pure-rooms',
      severity: 'error',
      comment: 'Same input, same bytes: no clock, file, network or process. Hashing is a pure function.',
      from: { path: `^src/(${PURE.join('|')})/` },
      to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'], pathNot: '^(node:)?crypto$' },
    },
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
