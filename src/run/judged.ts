import { join } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import { CutoverError } from '../core/errors.ts';
import { sha256Json } from '../core/hash.ts';
import type { Config } from '../model/config.ts';
import type { Evaluation, Timings } from '../model/evaluation.ts';
import type { Verdict } from '../model/verdict.ts';
import { readTimings } from '../project/timings.ts';
import type { StageOptions } from '../project/workspace.ts';
import { requireMeasured } from './current.ts';
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
  requireSame(folder, 'evaluation', verdict.evaluation, hash);
  return { evaluation, hash, verdict, timings: await readTimings(folder) };
}

/**
 * That evaluation and verdict of the report folder are still those of the configuration, its data set, versions and policy.
 * @returns the configuration
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_FOREIGN, ARTIFACT_STALE naming what differs
 */
export async function requireJudged(options: StageOptions): Promise<Config> {
  const config = await requireMeasured(options);
  const { policyHash } = await requireVerdict(config.output);
  requireSame(config.output, 'policy', policyHash, sha256Json(config.policy));
  return config;
}

function requireSame(folder: string, key: string, found: Sha256, expected: Sha256): void {
  if (found === expected) return;
  const shown = { found: found.slice(0, 12), expected: expected.slice(0, 12) };
  throw new CutoverError('ARTIFACT_STALE', { file: join(folder, VERDICT_FILE), key, stage: 'gate', ...shown });
}
