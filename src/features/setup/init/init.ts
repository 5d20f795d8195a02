import { join } from 'node:path';
import { CutoverError } from '../../../core/errors.ts';
import { suggestedUse } from '../../../embed/models/known-models.ts';
import { type StageOptions, standaloneModels } from '../../../project/workspace.ts';
import { readText } from '../../../system/files.ts';
import type { Prompts } from '../prompts.ts';
import type { Answers, Asking, FileUse, InitFlags, VersionAnswer } from './answers.ts';
import { configText, policyText, versionPath } from './config-text.ts';
import { datasetAnswer } from './dataset-answer.ts';
import { ignoreText } from './ignore-text.ts';
import { lookAt } from './look.ts';
import { ciAnswer, storeAnswers, versionAnswers } from './other-answers.ts';
import { schemaFolder, schemaLine } from './schema-line.ts';
import { modelText, moduleText } from './version-text.ts';
import { workflowOf } from './workflow.ts';
import { type WantedFile, type WrittenFile, writeFiles } from './write.ts';

export interface InitOptions extends Pick<StageOptions, 'env'> {
  /** Absolute. */
  readonly folder: string;
  readonly flags: InitFlags;
  readonly force: boolean;
  /** null where nobody can be asked. */
  readonly prompts: Prompts | null;
}

export interface InitResult {
  readonly folder: string;
  readonly files: readonly WrittenFile[];
  /** What the data set and the stores are read from. */
  readonly reads: readonly FileUse[];
  /** What was taken without being asked or told. */
  readonly assumed: readonly string[];
  /** What was seen and left out of account. */
  readonly leftOut: readonly string[];
  readonly next: readonly string[];
}

/**
 * Looks at a folder, asks what it can't see, and writes configuration, policy, versions and the check of pull requests.
 * All of it is written, or nothing.
 * @throws CutoverError INIT_*, OPTION_INVALID, FILE_*, INTERRUPTED
 */
export async function initialise({ folder, env, flags, force, prompts }: InitOptions): Promise<InitResult> {
  const assumed: string[] = [];
  const reads: FileUse[] = [];
  const asking: Asking = { folder, prompts, flags, assumed, reads };
  const seen = await lookAt(folder, env);
  const dataset = await datasetAnswer(asking, seen);
  const versions = await versionAnswers(asking);
  const stores = await storeAnswers(asking, seen);
  const ci = await ciAnswer(asking);
  const answers: Answers = { dataset, ...versions, stores, ci };
  reads.push(...stores.map((store) => ({ part: 'store' as const, path: store.path ?? 'DATABASE_URL', byLooking: true, columns: [] })));
  const files = await writeFiles(folder, await wantedFiles(folder, env, answers, assumed), force);
  return { folder, files, reads, assumed, leftOut: [...leftOutColumns(reads), ...seen.leftOut], next: await nextSteps(folder, answers) };
}

/** Columns that nothing will read, and how to have them read. */
function leftOutColumns(reads: readonly FileUse[]): string[] {
  return reads.flatMap(({ part, path, columns }) =>
    columns
      .filter(({ use }) => use === 'left out')
      .map(({ column }) => `${path}: column ${column}; --columns ${part}.<key>=${column} uses it`),
  );
}

async function wantedFiles(folder: string, env: StageOptions['env'], answers: Answers, assumed: string[]): Promise<WantedFile[]> {
  const schemas = await schemaFolder(folder);
  const checked = (path: string, kind: 'config' | 'policy' | 'version', text: string): WantedFile => ({
    path,
    text: schemaLine(schemas, join(folder, path), kind) + text,
    adds: false,
  });
  const versions: WantedFile[] = [];
  for (const version of [answers.old, answers.new])
    if (version.kind !== 'file') versions.push(checked(versionPath(version), 'version', await versionText(folder, env, version, assumed)));
  const workflow = await workflowOf(answers.ci);
  const ignoreBefore = await readIfThere(join(folder, '.gitignore'));
  return [
    checked('cutover.yaml', 'config', configText(answers)),
    checked('policy.yaml', 'policy', policyText(answers.dataset)),
    ...versions,
    ...(workflow === null ? [] : [{ ...workflow, adds: false }]),
    { path: '.gitignore', text: ignoreText(ignoreBefore), adds: true },
  ];
}

async function versionText(folder: string, env: StageOptions['env'], version: VersionAnswer, assumed: string[]): Promise<string> {
  if (version.kind === 'module') return moduleText(version);
  const { models } = await standaloneModels({ cwd: folder, env });
  const context = { modelFolders: models.folders, hubCache: models.hubCache, allowNetwork: false, workers: 1 };
  const use = await suggestedUse(version.value, version.revision, context);
  if (use.source === 'unknown')
    assumed.push(
      `${versionPath(version)}: no prefixes, normalize: ${use.normalize}, dtype: ${use.dtype}, because ${version.value} is not on this machine and nobody here knows it; take them from its card before the first run`,
    );
  return modelText(version, use);
}

async function nextSteps(folder: string, { ci, dataset }: Answers): Promise<string[]> {
  const judged = dataset.layout === 'beir' ? dataset.judged : dataset.qrels !== null;
  const installed = ci === 'none' || (await readIfThere(join(folder, 'package.json')))?.includes('"cutover"') === true;
  return [
    ...(judged ? [] : ['There are no judgements: the policy gates on what can be known without them; `cutover judge` collects some.']),
    ...(installed ? [] : ['npm install --save-dev cutover   # the check installs what package.json names']),
    'npx cutover doctor               # does this machine have what it takes?',
    'npx cutover run                  # the first report',
    'npx cutover lock                 # after a pass: pin the live version, and commit cutover.lock',
    ...(ci === 'gitlab' ? ['Add to .gitlab-ci.yml: include: { local: cutover.gitlab-ci.yml }'] : []),
  ];
}

async function readIfThere(file: string): Promise<string | null> {
  return readText(file).catch((error: unknown) => {
    if (error instanceof CutoverError && error.code === 'FILE_MISSING') return null;
    throw error;
  });
}
