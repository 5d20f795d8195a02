import { join } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import { CutoverError } from '../core/errors.ts';
import { sha256Json, shortHash } from '../core/hash.ts';
import type { Config } from '../model/config.ts';
import type { Evaluation, Timings } from '../model/evaluation.ts';
import type { Verdict } from '../model/verdict.ts';
import { readTimings } from '../project/timings.ts';
import type { StageOptions } from '../project/workspace.ts';
import { differingInput } from '../system/manifest.ts';
import { requireMeasured } from './current.ts';
import { inputsOfVerdict } from './freshness.ts';
import { readVerdict, requireVerdict, VERDICT_FILE } from './gate.ts';
import { readEvaluation } from './measure.ts';

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
