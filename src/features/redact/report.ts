import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { sha256, sha256Json } from '../../core/hash.ts';
import { judge } from '../../gate/judge.ts';
import type { Verdict } from '../../model/verdict.ts';
import { OUTPUT_NAMES, REDACTED_FOLDER } from '../../project/report-folder.ts';
import type { StageOptions } from '../../project/workspace.ts';
import { readJudged, requireJudged } from '../../run/judged.ts';
import { report } from '../../run/report.ts';
import { readTextIfAny, writeFileAtomic } from '../../system/files.ts';
import { ownFolder } from '../../system/owned-folder.ts';
import { redacted } from './redact.ts';

const KEY_FILE = 'redaction.key';
/** Fewer characters could be tried one after the other. */
const KEY_LENGTH = 16;

/**
 * `--redact`: evaluation, verdict and every format of the report without texts and ids, into `redacted/` below the report
 * folder. The verdict is judged again, from the redacted evaluation and policy, so that no sentence of it can quote the data;
 * it has to come out as it was.
 * @returns the files, absolute
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_STALE, ARTIFACT_FOREIGN, FILE_UNREADABLE, OPTION_INVALID for a key that is too short
 */
export async function redactReport(options: StageOptions): Promise<string[]> {
  const config = await requireJudged(options);
  const { evaluation, verdict, timings } = await readJudged(config.output);
  const key = await keyOf(config.cache, options.env);
  const keyed = (text: string) => createHmac('sha256', key).update(text).digest('hex');
  const hidden = redacted(evaluation, verdict.policy, keyed);
  const text = `${JSON.stringify(hidden.evaluation)}\n`;
  const { asOf, cutoverVersion } = verdict;
  // The plain policy's hash would confirm a guess of the only words that are missing from the hidden one.
  const policyHash = sha256Json(hidden.policy);
  const again = judge(hidden.evaluation, hidden.policy, { asOf, cutoverVersion, policyHash, evaluationHash: sha256(text) });
  requireSame(verdict, again, join(config.output, 'verdict.json'));
  const folder = join(config.output, REDACTED_FOLDER);
  await ownFolder(config.output, [REDACTED_FOLDER]);
  await ownFolder(folder, OUTPUT_NAMES);
  await writeFileAtomic(join(folder, 'evaluation.json'), text);
  await writeFileAtomic(join(folder, 'verdict.json'), `${JSON.stringify(again, null, 2)}\n`);
  if (timings !== null) await writeFileAtomic(join(folder, 'timings.json'), `${JSON.stringify(timings, null, 2)}\n`);
  const files = await report(folder, options);
  return [...files, join(folder, 'evaluation.json'), join(folder, 'verdict.json')];
}

/** The key from the environment, or one made once and kept beside the cache: hashes stay the same from report to report. */
async function keyOf(cache: string, env: StageOptions['env']): Promise<string> {
  const given = env.CUTOVER_REDACT_KEY ?? '';
  if (given !== '') {
    if (given.length >= KEY_LENGTH) return given;
    const reason = `needs a key of at least ${KEY_LENGTH} characters in CUTOVER_REDACT_KEY: a short one can be guessed`;
    throw new CutoverError('OPTION_INVALID', { option: 'redact', reason, example: '(with a longer key, or none)' });
  }
  const file = join(cache, KEY_FILE);
  const there = (await readTextIfAny(file)) ?? '';
  if (there.trim().length >= KEY_LENGTH) return there.trim();
  const fresh = randomBytes(32).toString('hex');
  await writeFileAtomic(file, async (handle) => {
    await handle.chmod(0o600);
    await handle.writeFile(`${fresh}\n`);
  });
  return fresh;
}

function requireSame(before: Verdict, after: Verdict, file: string): void {
  const facts = ({ outcome, exitCode, rules }: Verdict) =>
    JSON.stringify([outcome, exitCode, rules.map((rule) => [rule.outcome, rule.old, rule.new, rule.difference, rule.interval])]);
  if (facts(before) !== facts(after))
    throw new CutoverError('ARTIFACT_FOREIGN', { file, reason: 'judging its evaluation again gives other numbers' });
}
