import { join } from 'node:path';
import type { Sha256 } from '../contract/brand.ts';
import type { Evaluation, Timings } from '../contract/evaluation.ts';
import type { Verdict } from '../contract/verdict.ts';
import { CutoverError } from '../errors.ts';
import { readVerdict } from './gate.ts';
import { readEvaluation } from './measure.ts';
import { readTimings } from './timings.ts';

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
  if (verdict.evaluation !== hash) {
    const shown = { found: verdict.evaluation.slice(0, 12), expected: hash.slice(0, 12) };
    throw new CutoverError('ARTIFACT_STALE', { file: join(folder, 'verdict.json'), key: 'evaluation', stage: 'gate', ...shown });
  }
  return { evaluation, hash, verdict, timings: await readTimings(folder) };
}
