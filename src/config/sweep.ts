import { resolve } from 'node:path';
import type { Config } from '../contract/config.ts';
import type { HnswParams } from '../contract/search.ts';
import type { SweepCandidate } from '../contract/sweep.ts';
import type { VersionSpec } from '../contract/version.ts';
import { CutoverError } from '../errors.ts';
import type { SweepInput, VersionChange } from './schemas/sweep.ts';
import { withGraphs } from './search.ts';
import type { Registry } from './semantics.ts';
import { loadVersion } from './version.ts';

type Base = Pick<Config, 'new' | 'search' | 'file'>;
type Axis = keyof NonNullable<SweepInput['matrix']>;

/** Axes that are parameters of the index; the others are keys of the version. */
const GRAPH_AXES: readonly Axis[] = ['m', 'efConstruction', 'efSearch'];
const MOST = 64;

/**
 * The candidates that `sweep` describes, each whole: the listed ones, then every combination of the matrix.
 * @throws CutoverError SWEEP_INVALID on a name that stands twice, none at all, or too many; CONFIG_INVALID of version files
 */
export async function sweepCandidates(
  { candidates, matrix }: SweepInput,
  base: Base,
  folder: string,
  options: { readonly cwd: string; readonly registry: Registry },
): Promise<SweepCandidate[]> {
  const listed: SweepCandidate[] = [];
  for (const { name, new: fresh = {}, hnsw = {} } of candidates) {
    const version = typeof fresh === 'string' ? await loadVersion(resolve(folder, fresh), options) : changed(base.new, fresh, name);
    listed.push({ name, new: version, search: searchWith(base, hnsw) });
  }
  const all = [...listed, ...combinations(matrix ?? {}).map((values) => fromMatrix(base, values))];
  const invalid = (reason: string) => new CutoverError('SWEEP_INVALID', { file: base.file, reason });
  const twice = all.find(({ name }, i) => all.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined) throw invalid(`the candidate ${twice.name} stands in it twice`);
  if (all.length === 0) throw invalid('it names no candidate');
  if (all.length > MOST) throw invalid(`it has ${all.length} candidates, ${MOST} at most`);
  return all;
}

function changed(version: VersionSpec, { prefixes, ...change }: VersionChange, id: string): VersionSpec {
  // Hashes that the version file expects are those of its own files.
  const { sha256, ...rest } = version;
  const sameFiles = change.model === undefined && change.revision === undefined && change.dtype === undefined;
  return {
    ...rest,
    ...(sha256 !== undefined && sameFiles ? { sha256 } : {}),
    ...change,
    prefixes: { ...version.prefixes, ...prefixes },
    id,
  };
}

function searchWith({ search }: Base, hnsw: Partial<HnswParams>): Base['search'] {
  return withGraphs(search, { ...search.hnsw, ...hnsw }, search.old ?? search.hnsw);
}

type Values = readonly (readonly [Axis, string | number])[];

function combinations(matrix: NonNullable<SweepInput['matrix']>): Values[] {
  const axes = (Object.entries(matrix) as [Axis, readonly (string | number)[] | undefined][]).filter(([, values]) => values !== undefined);
  if (axes.length === 0) return [];
  return axes.reduce<Values[]>(
    (rows, [axis, values = []]) => rows.flatMap((row) => [...new Set(values)].map((value) => [...row, [axis, value] as const])),
    [[]],
  );
}

function fromMatrix(base: Base, values: Values): SweepCandidate {
  const name = values.map(([axis, value]) => `${axis}-${value}`).join('_');
  const of = (wanted: boolean) => Object.fromEntries(values.filter(([axis]) => GRAPH_AXES.includes(axis) === wanted));
  const change = of(false) as VersionChange;
  const version = Object.keys(change).length === 0 ? base.new : changed(base.new, change, name);
  return { name, new: version, search: searchWith(base, of(true)) };
}
