import { basename, dirname, extname, resolve } from 'node:path';
import { CutoverError } from '../core/errors.ts';
import type { Config, SweepCandidate } from '../model/config.ts';
import type { HnswParams, SearchParams } from '../model/search.ts';
import type { VersionSpec } from '../model/version.ts';
import type { SweepInput, VersionChange } from './schemas/sweep.ts';
import { FULL_SCAN, servedOld, withGraphs } from './search.ts';
import type { Registry } from './semantics.ts';
import { type Path, type Source, shownPath } from './source.ts';
import { loadVersion } from './version.ts';

type Base = Pick<Config, 'new' | 'search'>;

/** Axes that are parameters of the index; the others but `engine` are keys of the version. */
const GRAPH_AXES: ReadonlySet<keyof Matrix> = new Set(['m', 'efConstruction', 'efSearch']);
const MOST = 64;

interface LoadOptions {
  readonly cwd: string;
  readonly registry: Registry;
}

/** A candidate as what it starts from and what differs. */
interface Draft {
  readonly name: string;
  /** Where the configuration asks for it. */
  readonly at: Path;
  readonly start: VersionSpec;
  readonly change: VersionChange;
  readonly hnsw: Partial<HnswParams>;
  readonly engine: string | undefined;
}

/**
 * The candidates that `sweep` describes, each whole: the listed ones, then every combination of the matrix.
 * @throws CutoverError SWEEP_INVALID on a name that is there twice, none at all, too many, or a change that would change nothing;
 * CONFIG_INVALID of version files
 */
export async function sweepCandidates(
  { candidates, matrix = {} }: SweepInput,
  base: Base,
  source: Source,
  options: LoadOptions,
): Promise<SweepCandidate[]> {
  const invalid = (reason: string, at: Path = ['sweep']) =>
    new CutoverError('SWEEP_INVALID', { file: shownPath(source.file, options.cwd), line: source.locate(at, 'key').line, reason });
  const count = candidates.length + gridSize(matrix);
  if (count === 0) throw invalid('it names no candidate');
  if (count > MOST) throw invalid(`it has ${count} candidates, ${MOST} at most`);
  const load = (file: string) => loadVersion(resolve(dirname(source.file), file), options);
  const drafts: Draft[] = [];
  for (const [i, { name, new: fresh = {}, hnsw = {}, engine }] of candidates.entries()) {
    const [start, change] = typeof fresh === 'string' ? [await load(fresh), {}] : [base.new, fresh];
    drafts.push({ name, at: ['sweep', 'candidates', i], start, change, hnsw, engine });
  }
  for (const choices of combinations(matrix)) drafts.push(await fromMatrix(base, choices, load));
  const twice = drafts.find(({ name }, i) => drafts.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined) throw invalid(`the candidate ${twice.name} is in it twice`, twice.at);
  return drafts.map((draft) => {
    const reason = impossible(draft, options.registry);
    if (reason !== null) throw invalid(`the candidate ${draft.name} ${reason}`, draft.at);
    return { name: draft.name, new: changed(draft), search: searchWith(base.search, draft) };
  });
}

/** A version file on the model axis is what the other axes change; a model's name changes `new`. */
async function fromMatrix(base: Base, choices: readonly Choice[], load: (file: string) => Promise<VersionSpec>): Promise<Draft> {
  const of = (wanted: (axis: keyof Matrix) => boolean) =>
    Object.fromEntries(choices.filter(({ axis }) => wanted(axis)).map(({ axis, value }) => [axis, value]));
  const { model, ...change } = of((axis) => axis !== 'engine' && !GRAPH_AXES.has(axis)) as VersionChange;
  const file = model !== undefined && isVersionFile(model) ? model : null;
  return {
    name: gridName(choices),
    at: ['sweep', 'matrix'],
    start: file === null ? base.new : await load(file),
    change: file === null && model !== undefined ? { model, ...change } : change,
    hnsw: of((axis) => GRAPH_AXES.has(axis)),
    engine: of((axis) => axis === 'engine').engine as string | undefined,
  };
}

/** Why a candidate would silently be another one than its name says; null where it is what it says. */
function impossible({ start, change, hnsw, engine }: Draft, { embedderOptions = {} }: Registry): string | null {
  const own = embedderOptions[start.embedder];
  const takers = (key: string) => Object.keys(embedderOptions).filter((id) => key in (embedderOptions[id] ?? {}));
  const foreign = own === undefined ? undefined : Object.keys(change).find((key) => !(key in own) && takers(key).length > 0);
  if (foreign !== undefined)
    return `changes ${foreign}, which only ${takers(foreign).join(' and ')} takes, and it is embedded by ${start.embedder}`;
  if (start.embedder === 'precomputed' && change.prefixes !== undefined)
    return 'changes prefixes, but its vectors were made elsewhere, prefixes put on';
  const graph = Object.keys(hnsw);
  if (engine === FULL_SCAN && graph.length > 0)
    return `changes ${graph.join(' and ')}, but the engine ${FULL_SCAN} scans all and has no graph`;
  return null;
}

function changed({ name, start, change: { prefixes, ...change } }: Draft): VersionSpec {
  if (prefixes === undefined && Object.keys(change).length === 0) return start;
  // Hashes that the version file expects are those of the files that it names itself.
  const { sha256, ...rest } = start;
  const sameFiles = change.model === undefined && change.revision === undefined && change.dtype === undefined;
  return {
    ...rest,
    ...(sha256 !== undefined && sameFiles ? { sha256 } : {}),
    ...change,
    prefixes: { ...start.prefixes, ...prefixes },
    id: name,
  };
}

function searchWith(search: SearchParams, { hnsw, engine }: Draft): SearchParams {
  const served = engine === undefined ? search : { ...search, engine };
  return withGraphs(served, { ...search.hnsw, ...hnsw }, servedOld(search));
}

/** The axes of a matrix as written. */
type Matrix = NonNullable<SweepInput['matrix']>;
type Axis = keyof Matrix;

/** One value of one axis, and how it is called in names. */
interface Choice {
  readonly axis: Axis;
  readonly label: string;
  readonly value: unknown;
}

/** How many candidates a matrix makes; 0 without an axis. */
function gridSize(matrix: Matrix): number {
  const sizes = axesOf(matrix).map((choices) => choices.length);
  return sizes.length === 0 ? 0 : sizes.reduce((product, size) => product * size, 1);
}

/** Every combination of the axes' values, the last axis changing fastest. */
function combinations(matrix: Matrix): Choice[][] {
  const axes = axesOf(matrix);
  if (axes.length === 0) return [];
  return axes.reduce<Choice[][]>((rows, choices) => rows.flatMap((row) => choices.map((choice) => [...row, choice])), [[]]);
}

/** @example [dimensions 256, efSearch 64] → dimensions-256_efSearch-64 */
function gridName(choices: readonly Choice[]): string {
  return choices.map(({ axis, label }) => `${axis}-${label}`).join('_');
}

/** A model axis names version files beside models. */
function isVersionFile(value: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(value);
}

function axesOf({ model, prefixes, ...rest }: Matrix): Choice[][] {
  const labels = modelLabels([...new Set(model)]);
  const plain = (Object.entries(rest) as [Axis, readonly (string | number)[] | undefined][]).map(([axis, values = []]) =>
    [...new Set(values)].map((value): Choice => ({ axis, label: String(value), value })),
  );
  return [
    [...labels].map(([value, label]): Choice => ({ axis: 'model', label, value })),
    Object.entries(prefixes ?? {}).map(([label, value]): Choice => ({ axis: 'prefixes', label, value })),
    ...plain,
  ].filter(({ length }) => length > 0);
}

/** The last part of a model's name or path, without ending; the whole of it where that is not enough to tell two apart. */
function modelLabels(values: readonly string[]): Map<string, string> {
  const short = values.map((value) => (isVersionFile(value) ? basename(value, extname(value)) : basename(value)));
  return new Map(
    values.map((value, i) => {
      const label = short[i] ?? value;
      const unique = short.filter((other) => other === label).length === 1;
      return [value, (unique ? label : value).replace(/[^\w.+-]+/g, '-')];
    }),
  );
}
