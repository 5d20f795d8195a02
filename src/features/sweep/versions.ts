import { CutoverError, reasonOf } from '../../core/errors.ts';
import type { Config } from '../../model/config.ts';
import type { SweepCandidate, SweepFailure } from '../../model/sweep.ts';
import type { ResolvedVersion } from '../../model/version.ts';
import { openVersion, type StageOptions } from '../../project/workspace.ts';

/** The versions of a sweep, found and hashed before anything is embedded. */
export interface SweepVersions {
  /** The old version, then those of the candidates that can be evaluated. */
  readonly versions: readonly ResolvedVersion[];
  /** Candidates whose version is there. */
  readonly candidates: readonly SweepCandidate[];
  /** The others: a model or a file of weights that is missing, more dimensions than there are, and the like. */
  readonly failures: readonly SweepFailure[];
}

/** @throws CutoverError whatever is wrong with the old version */
export async function openVersions(config: Config, options: StageOptions): Promise<SweepVersions> {
  const versions = [await resolved(config, config.old, options)];
  const candidates: SweepCandidate[] = [];
  const failures: SweepFailure[] = [];
  for (const candidate of config.sweep) {
    if (options.signal.aborted) throw new CutoverError('INTERRUPTED', {});
    try {
      versions.push(await resolved(config, candidate.new, options));
      candidates.push(candidate);
    } catch (error) {
      failures.push(failureOf(candidate.name, error, options));
    }
  }
  return { versions, candidates, failures };
}

async function resolved(config: Config, spec: Config['old'], options: StageOptions): Promise<ResolvedVersion> {
  const embedder = await openVersion(config, spec, options);
  await embedder.close();
  return embedder.version;
}

/** Why a candidate could not be evaluated; said at once. @throws CutoverError INTERRUPTED, which stops the sweep */
export function failureOf(name: string, error: unknown, { signal, console }: Pick<StageOptions, 'signal' | 'console'>): SweepFailure {
  if (signal.aborted || (error instanceof CutoverError && error.code === 'INTERRUPTED')) throw error;
  const failure: SweepFailure =
    error instanceof CutoverError
      ? { name, code: error.code, message: error.message, next: error.next }
      : { name, code: null, message: reasonOf(error), next: 'Write it as `new` and run `cutover run`, which shows where it broke.' };
  console.warn(`${name}: ${failure.message}`);
  return failure;
}
