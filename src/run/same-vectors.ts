import { CutoverError } from '../core/errors.ts';
import { sampleWithout, seededRandom } from '../core/random.ts';
import { SAME_MODEL } from '../embed/http/canaries.ts';
import type { VectorSet } from '../model/vectors.ts';
import type { Role } from '../model/version.ts';
import { rawVectors } from '../project/kin.ts';
import { openStore, textsOf } from '../project/vectors.ts';
import type { Workspace } from '../project/workspace.ts';

/** Texts of a role whose vectors are compared, at most. */
const SAMPLE = 256;
/** Share of equal vectors that two versions do not have by themselves. */
const MANY = 0.1;
/** Components of unit vectors this near are one number, written by two programs. */
const SAME = 1e-6;
/** Unit vectors this far apart at the most may be two answers of one service: a cosine of {@link SAME_MODEL}. */
const NEAR = Math.sqrt(2 * (1 - SAME_MODEL));

/** Texts of a role whose vectors were held beside each other. */
interface Compared {
  readonly role: Role;
  readonly equal: number;
  readonly near: number;
  readonly of: number;
}

/**
 * Compares vectors of both sides, where nothing says that they are of one run of a model: files that were exported twice, and
 * services that serve one model.
 * @returns that many are equal, or all of two services nearly so, in words; null where that is not so
 * @throws CutoverError VERSIONS_IDENTICAL where all are
 */
export async function sameVectors(workspace: Workspace): Promise<string | null> {
  const { embedders, config } = workspace;
  if (config.search.old !== undefined) return null;
  const [old, fresh] = [await openStore(workspace, 'old'), await openStore(workspace, 'new')];
  if (old.dimension !== fresh.dimension) return null;
  const counts: Compared[] = [];
  for (const role of ['document', 'query'] as const) {
    const raw = rawVectors(embedders.old.version, role);
    if (raw !== null && raw === rawVectors(embedders.new.version, role)) continue;
    const texts = textsOf(workspace, role);
    const sample = sampleWithout(seededRandom(config.seed, `same ${role}`), texts.length, SAMPLE).flatMap((i) => texts[i] ?? []);
    const [before, after] = [await old.load('old', role, sample), await fresh.load('new', role, sample)];
    counts.push({ role, ...rowsAlike(before.vectors, after.vectors), of: sample.length });
  }
  if (counts.length > 0 && counts.every(({ equal, of }) => equal === of)) {
    const all = counts.reduce((sum, { of }) => sum + of, 0);
    const why = `have equal vectors for all of ${all} texts that were compared, whatever they are called`;
    throw new CutoverError('VERSIONS_IDENTICAL', { old: embedders.old.version.id, new: embedders.new.version.id, why });
  }
  const many = counts.filter(({ equal, of }) => equal >= MANY * of);
  if (many.length === 0) return oneService(workspace, counts);
  const shares = many.map(({ role, equal, of }) => `${equal} of ${of} ${role} vectors`).join(' and ');
  return `${shares} that were compared are those of ${embedders.old.version.id}: part of the texts was not embedded again`;
}

/** Two services whose answers differ no more than those of one do from call to call, in words; null where they are unlike. */
function oneService({ embedders }: Workspace, counts: readonly Compared[]): string | null {
  const areServices = [embedders.old, embedders.new].every(({ version }) => version.decides.embedder === 'http');
  if (!areServices || counts.some(({ near, of }) => near < of)) return null;
  const all = counts.reduce((sum, { of }) => sum + of, 0);
  return `all of ${all} vectors that were compared are nearly those of ${embedders.old.version.id}, as two answers of one model are: the service may ignore the model's name`;
}

/**
 * Rows that are the same numbers on both sides, and those that are nearly so, whatever length they were scaled to. No product of one
 * side with the other is taken.
 */
function rowsAlike(before: VectorSet<'old'>, after: VectorSet<'new'>): Pick<Compared, 'equal' | 'near'> {
  const { dimension, ids } = before;
  const scaled = (data: Float32Array, row: number): Float32Array => {
    const vector = data.subarray(row * dimension, (row + 1) * dimension);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
  const apart = ids.map((_, row) => {
    const other = scaled(after.data, row);
    return scaled(before.data, row).map((value, at) => value - (other[at] ?? 0));
  });
  return {
    equal: apart.filter((row) => row.every((difference) => Math.abs(difference) <= SAME)).length,
    near: apart.filter((row) => Math.hypot(...row) <= NEAR).length,
  };
}
