import { join } from 'node:path';
import { sha256, sha256Json } from '../../core/hash.ts';
import { judge } from '../../gate/judge.ts';
import type { Evaluation } from '../../model/evaluation.ts';
import type { Policy } from '../../model/policy.ts';
import type { Verdict } from '../../model/verdict.ts';
import { CUTOVER_VERSION } from '../../project/workspace.ts';
import { FORMATS } from '../../report/formats/registry.ts';
import { VERDICT_FILE } from '../../run/gate.ts';
import { EVALUATION_FILE } from '../../run/measure.ts';
import { sha256File, writeFileAtomic } from '../../system/files.ts';
import { writeManifest } from '../../system/manifest.ts';
import { deleteOwned, ownFolder } from '../../system/owned-folder.ts';
import type { ComparedFiles } from './input.ts';

/** An evaluation of runs and what a policy says of it. */
export interface JudgedRuns {
  readonly evaluation: Evaluation;
  /** evaluation.json's content, which the verdict's hash is of. */
  readonly text: string;
  readonly verdict: Verdict;
  /** null where the verdict says only that nothing was judged. */
  readonly policy: Policy | null;
}

/** Stands in a report of runs that no policy judged. */
const NO_POLICY: Policy = { confidence: 0.95, rules: [], inconclusive: 'warn', minimumNeeds: 30, resamples: 10_000, waivers: [] };

/** @param policy null gives a verdict that says that nothing was judged; every report needs one */
export function judgeRuns(evaluation: Evaluation, policy: Policy | null, asOf: string): JudgedRuns {
  const text = `${JSON.stringify(evaluation)}\n`;
  const rules = policy ?? NO_POLICY;
  const context = { asOf, evaluationHash: sha256(text), policyHash: sha256Json(rules), cutoverVersion: CUTOVER_VERSION };
  const verdict = judge(evaluation, rules, context);
  return { evaluation, text, policy, verdict: policy === null ? { ...verdict, headline: 'Not judged: no policy was given.' } : verdict };
}

/**
 * Writes evaluation.json, verdict.json where a policy judged, every report format and a manifest of what they were made from.
 * @returns the files, absolute
 * @throws CutoverError FILE_UNWRITABLE
 */
export async function writeComparison(
  folder: string,
  { evaluation, text, verdict, policy }: JudgedRuns,
  made: ComparedFiles & { readonly measures: string },
): Promise<string[]> {
  const contents: [name: string, content: string][] = [[EVALUATION_FILE, text]];
  if (policy !== null) contents.push([VERDICT_FILE, `${JSON.stringify(verdict, null, 2)}\n`]);
  for (const format of FORMATS) contents.push([format.fileName, format.render(evaluation, verdict, null)]);
  await ownFolder(folder, [EVALUATION_FILE, VERDICT_FILE, ...FORMATS.map(({ fileName }) => fileName), 'manifests/compare.json']);
  // An earlier comparison's verdict must not stand beside this evaluation.
  if (policy === null) await deleteOwned(folder, [VERDICT_FILE]);
  for (const [name, content] of contents) await writeFileAtomic(join(folder, name), content);
  const names = contents.map(([name]) => name);
  await writeManifest(folder, 'compare', await inputsOf(evaluation, verdict, made), names);
  return names.map((name) => join(folder, name));
}

async function inputsOf(evaluation: Evaluation, verdict: Verdict, made: ComparedFiles & { readonly measures: string }) {
  return {
    cutover: CUTOVER_VERSION,
    old: await sha256File(made.old),
    new: await sha256File(made.new),
    qrels: await sha256File(made.qrels),
    measures: made.measures,
    policy: verdict.policyHash,
    seed: evaluation.seed,
    asOf: verdict.asOf,
  };
}
