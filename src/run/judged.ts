import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import { CutoverError } from '../core/errors.ts';
import { sha256Json, shortHash } from '../core/hash.ts';
import type { Config } from '../model/config.ts';
import type { Evaluation, Timings } from '../model/evaluation.ts';
import type { Reviews } from '../model/review.ts';
import type { Verdict } from '../model/verdict.ts';
import { readTimings } from '../project/timings.ts';
import type { StageOptions } from '../project/workspace.ts';
import { readArtifact } from '../system/json.ts';
import { differingInput } from '../system/manifest.ts';
import { requireMeasured } from './current.ts';
import { inputsOfVerdict } from './freshness.ts';
import { readVerdict, requireVerdict, VERDICT_FILE } from './gate.ts';
import { readEvaluation } from './measure.ts';

/** In the report folder, beside what the notes are about. */
export const REVIEWS_FILE = 'reviews.json';

/**
 * What people said of this evaluation's queries; null where nobody did, or of another evaluation only.
 * @throws CutoverError ARTIFACT_FOREIGN, ARTIFACT_NEWER, FILE_UNREADABLE
 */
export async function readReviews(folder: string, evaluation: Sha256): Promise<Reviews | null> {
  const file = join(folder, REVIEWS_FILE);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return null;
  const { value } = await readArtifact<Reviews>(file, 'cutover.reviews', 'review import');
  return value.evaluation === evaluation ? value : null;
}

/** An evaluation with what was made of it. */
export interface Judged {
  readonly evaluation: Evaluation;
  /** SHA-256 of evaluation.json. */
  readonly hash: Sha256;
  readonly verdict: Verdict;
  readonly timings: Timings | null;
}

/**
 * What a report is made from: evaluation, verdict and timings of a report folder.
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_FOREIGN, ARTIFACT_STALE when the verdict judged another evaluation
 */
export async function readJudged(folder: string): Promise<Judged> {
  const { evaluation, hash } = await readEvaluation(folder);
  const verdict = await readVerdict(folder);
  requireMadeFrom(folder, verdict, { evaluation: hash });
  return { evaluation, hash, verdict, timings: await readTimings(folder) };
}

/**
 * That evaluation and verdict of the report folder are still those of the configuration, its data set, versions and policy.
 * @returns the configuration
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_FOREIGN, ARTIFACT_STALE naming what differs
 */
export async function requireJudged(options: StageOptions): Promise<Config> {
  const config = await requireMeasured(options);
  requireMadeFrom(config.output, await requireVerdict(config.output), { policy: sha256Json(config.policy) });
  return config;
}

function requireMadeFrom(folder: string, verdict: Verdict, expected: Partial<ReturnType<typeof inputsOfVerdict>>): void {
  const found = inputsOfVerdict(verdict);
  const now = { ...found, ...expected };
  const key = differingInput(found, now) as keyof typeof found | null;
  if (key === null) return;
  const shown = { found: shortHash(found[key]), expected: shortHash(now[key]) };
  throw new CutoverError('ARTIFACT_STALE', { file: join(folder, VERDICT_FILE), key, stage: 'gate', ...shown });
}
