import { readFileSync } from 'node:fs';
import { CutoverError, reasonOf } from '../../../core/errors.ts';
import { loadDataset } from '../../../dataset/load.ts';
import type { Config } from '../../../model/config.ts';
import type { Dataset } from '../../../model/dataset.ts';
import type { ResolvedVersion } from '../../../model/version.ts';
import { graphBytes, storedBytes } from '../../../project/index-size.ts';
import type { Repository } from '../../../project/repository.ts';
import { loadProject, type StageOptions } from '../../../project/workspace.ts';
import { loadHnswlib } from '../../../search/native.ts';
import { loadOnnxruntime, ONNXRUNTIME_VERSION } from '../../../system/onnxruntime/native.ts';
import { type DoctorCheck, finding, findingOf, type Machine, ok } from './check.ts';
import { lockCheck, storeChecks, versionFindings } from './project.ts';

/** A module that is compiled for a machine. */
export interface NativeModule {
  readonly name: string;
  readonly load: () => Promise<void>;
  readonly next: string;
}

const NATIVE_MODULES: readonly NativeModule[] = [
  {
    name: 'onnxruntime-node',
    load: loadOnnxruntime,
    next: `Run \`npm install\` again on this machine: it brings binaries of ${ONNXRUNTIME_VERSION} for Linux, macOS and Windows, not for musl (Alpine).`,
  },
  {
    name: 'hnswlib-node',
    load: loadHnswlib,
    next: 'Install python3, make and a C++ compiler, allow install scripts, then run `npm rebuild hnswlib-node`.',
  },
];

/** `>=20.19` of this package's package.json. */
const NEEDED: string = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')).engines.node.replace(
  /[^\d.]/g,
  '',
);

/** Node's version against the one that is needed. */
function nodeCheck(version: string): DoctorCheck {
  const parts = (text: string): number[] => text.split('.').map(Number);
  const [major = 0, minor = 0] = parts(version);
  const [neededMajor = 0, neededMinor = 0] = parts(NEEDED);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return ok('node', 'Node', version);
  return finding('bad', 'node', 'Node', `${version}, ${NEEDED} or later is needed`, `Install Node ${NEEDED} or later.`);
}

/** Whether the native modules can be loaded here. */
async function nativeChecks(modules: readonly NativeModule[]): Promise<DoctorCheck[]> {
  return Promise.all(
    modules.map(async ({ name, load, next }) => {
      try {
        await load();
        return ok(name, name, 'loads');
      } catch (error) {
        return finding('bad', name, name, `does not load: ${reasonOf(error).split('\n')[0]}`, next);
      }
    }),
  );
}

/** Taken where a version doesn't say how long its vectors are. */
const USUAL_DIMENSION = 768;

/** Bytes that a run needs, about. */
interface Need {
  /** Texts, the vectors of one version and its index: versions are searched one after the other. */
  readonly memory: number;
  /** Vectors and indexes of both versions, with none of them in the cache. */
  readonly disk: number;
}

/** What a run over a corpus needs. @param versions null for one that was not found */
function needOf({ documents, queries }: Dataset, versions: readonly (ResolvedVersion | null)[], config: Pick<Config, 'search'>): Need {
  const texts = documents.length + queries.length;
  const sides = versions.map((version) => {
    const dimension = dimensionOf(version);
    const graph = graphBytes(documents.length, dimension, config.search.hnsw.m);
    return { memory: texts * dimension * 4 + graph, disk: storedBytes(texts, dimension) + graph };
  });
  // UTF-16 in memory.
  const characters = [...documents, ...queries].reduce((sum, { text }) => sum + text.length, 0);
  return { memory: 2 * characters + Math.max(...sides.map(({ memory }) => memory)), disk: sides.reduce((sum, { disk }) => sum + disk, 0) };
}

function dimensionOf(version: ResolvedVersion | null): number {
  const known = version?.decides.dimensions ?? version?.decides.dimension;
  return typeof known === 'number' ? known : USUAL_DIMENSION;
}

function memoryCheck(need: Need, machine: Machine, bytes: (count: number) => string): DoctorCheck {
  const { total, free } = machine.memory();
  const found = `about ${bytes(need.memory)} for texts, vectors and index; ${bytes(free)} of ${bytes(total)} free`;
  const next = 'Take a machine with more memory, or a sample of the corpus.';
  if (need.memory > total) return finding('bad', 'memory', 'memory', found, next);
  return need.memory > free ? finding('warn', 'memory', 'memory', found, next) : ok('memory', 'memory', found);
}

async function diskCheck(need: Need, machine: Machine, cache: string, bytes: (count: number) => string): Promise<DoctorCheck> {
  const free = await machine.freeDisk(cache);
  const found = `at most ${bytes(need.disk)} for vectors and indexes; ${bytes(free)} free`;
  const next = 'Free some, run `cutover cache prune`, or name another folder under `cache`.';
  return need.disk > free ? finding('bad', 'disk', 'disk', found, next) : ok('disk', 'disk', found);
}

export interface DoctorOptions extends StageOptions {
  readonly machine: Machine;
  readonly repository: Repository;
  /** How bytes are written for people. */
  readonly bytes: (count: number) => string;
  /** A configuration that isn't there is worth a word, no error. */
  readonly configOptional: boolean;
  /** Those that a run needs, unless given. */
  readonly natives?: readonly NativeModule[];
}

/**
 * Looks at everything that a run needs and says what is missing. Nothing is written or downloaded.
 * @throws CutoverError FILE_MISSING for a configuration that was named and isn't there
 */
export async function diagnose(options: DoctorOptions): Promise<DoctorCheck[]> {
  const environment = [nodeCheck(options.machine.node), ...(await nativeChecks(options.natives ?? NATIVE_MODULES))];
  const loaded = await configOf(options);
  const { config } = loaded;
  if (config === null) return [...environment, loaded.check];
  const versions = await versionFindings(config, options);
  const data = await datasetOf(config);
  const need =
    data.dataset === null
      ? null
      : needOf(
          data.dataset,
          versions.map(({ version }) => version),
          config,
        );
  return [
    ...environment,
    loaded.check,
    ...versions.map(({ check }) => check),
    data.check,
    ...(need === null
      ? []
      : [memoryCheck(need, options.machine, options.bytes), await diskCheck(need, options.machine, config.cache, options.bytes)]),
    ...(await storeChecks(config, options)),
    await lockCheck(options.configFile, options.repository),
  ];
}

async function configOf(options: DoctorOptions): Promise<{ readonly check: DoctorCheck; readonly config: Config | null }> {
  const [id, title] = ['config', 'configuration'];
  try {
    const config = await loadProject(options);
    return { check: ok(id, title, config.file), config };
  } catch (error) {
    // What the configuration names and isn't there is among its problems: only the file itself is missing like this.
    if (!(error instanceof CutoverError) || error.code !== 'CONFIG_MISSING') return { check: findingOf(error, id, title), config: null };
    if (!options.configOptional) throw error;
    return { check: finding('warn', id, title, 'there is none here', 'Run `cutover init`, or name one with --config.'), config: null };
  }
}

async function datasetOf(config: Config): Promise<{ readonly check: DoctorCheck; readonly dataset: Dataset | null }> {
  const [id, title] = ['dataset', 'data set'];
  try {
    const dataset = await loadDataset(config.dataset);
    const { documents, queries, qrels } = dataset;
    const warnings = [...dataset.notes, ...dataset.warnings];
    const found = `${documents.length} documents, ${queries.length} queries, ${qrels === null ? 'no judgements' : 'judged'}`;
    if (warnings.length === 0) return { check: ok(id, title, found), dataset };
    return {
      check: { ...finding('warn', id, title, found, 'Read what is odd about it; a run takes it as it is.'), details: warnings },
      dataset,
    };
  } catch (error) {
    return { check: findingOf(error, id, title), dataset: null };
  }
}
