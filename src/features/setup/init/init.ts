import { stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { datasetOf } from '../../../config/load.ts';
import { DEFAULT_POLICY } from '../../../config/policy.ts';
import { datasetSchema } from '../../../config/schemas/dataset.ts';
import { CutoverError } from '../../../core/errors.ts';
import { documentText } from '../../../dataset/corpus.ts';
import { type DatasetOptions, loadDataset } from '../../../dataset/load.ts';
import { parentsOf } from '../../../dataset/parents.ts';
import { type SuggestedUse, suggestedUse } from '../../../embed/models/known-models.ts';
import { foresee, foresightWords, judgedNeeds } from '../../../gate/foresight.ts';
import type { Dataset, DatasetSource } from '../../../model/dataset.ts';
import { type StageOptions, standaloneModels } from '../../../project/workspace.ts';
import { readText, readTextIfAny } from '../../../system/files.ts';
import type { Prompts } from '../prompts.ts';
import type { Answers, Asking, Ci, DataFacts, DatasetAnswer, DatasetPart, FileUse, InitFlags, VersionAnswer } from './answers.ts';
import { configText, policyText, scalar, versionPath } from './config-text.ts';
import { datasetAnswer } from './dataset-answer.ts';
import { lookAt } from './look.ts';
import { ciAnswer, limitAnswer, storeAnswers, versionAnswers } from './other-answers.ts';
import { serviceText, vectorsText, type WantedFile, type WrittenFile, writeFiles } from './write.ts';

/** Bytes of a corpus that is read to count its documents; a larger one has many. */
const COUNTED_BYTES = 64 * 2 ** 20;

/** Facts of the data by which a policy is scaled; nothing is known of a corpus that is large, or can't be read yet. */
async function dataFacts(folder: string, answer: DatasetAnswer): Promise<DataFacts> {
  const source = sourceOf(folder, answer);
  const corpus = typeof source === 'string' ? join(source, 'corpus.jsonl') : source.corpus.path;
  const { size } = await stat(corpus).catch(() => ({ size: Number.POSITIVE_INFINITY }));
  const dataset = size > COUNTED_BYTES ? null : ((await readIt(source)) ?? (await readIt(source, { allowEmpty: true })));
  if (dataset === null) return { documents: null, queries: 0, empty: 0, silence: null, needs: 0 };
  const { documents, queries, silence } = dataset;
  return {
    documents: parentsOf(dataset)?.ids.length ?? documents.length,
    queries: queries.length,
    empty: dataset.allowEmpty ? documents.filter((document) => documentText(document).trim() === '').length : 0,
    silence: silence === undefined || silence.stated ? null : silence,
    needs: judgedNeeds(dataset),
  };
}

/** null where something is wrong with it, which `doctor` and `run` say with every line. */
async function readIt(source: DatasetSource, options: DatasetOptions = {}): Promise<(Dataset & { allowEmpty: boolean }) | null> {
  try {
    return { ...(await loadDataset(source, options)), allowEmpty: options.allowEmpty === true };
  } catch (error) {
    if (error instanceof CutoverError) return null;
    throw error;
  }
}

function sourceOf(folder: string, answer: DatasetAnswer): DatasetSource {
  if (answer.layout === 'beir') return datasetOf(answer.path, folder);
  const part = ({ path, columns }: DatasetPart) => ({ path, ...columns });
  const { corpus, queries, qrels } = answer;
  return datasetOf(
    datasetSchema.parse({ corpus: part(corpus), queries: part(queries), ...(qrels === null ? {} : { qrels: part(qrels) }) }),
    folder,
  );
}

/** Where a check is in the user's repository, and its template in this package. */
const TEMPLATES = {
  github: { path: '.github/workflows/cutover.yml', template: 'ci/github/workflow.yml' },
  gitlab: { path: 'cutover.gitlab-ci.yml', template: 'ci/gitlab/cutover.gitlab-ci.yml' },
} as const;

/** The check of pull or merge requests; null for none. */
async function workflowOf(ci: Ci): Promise<{ readonly path: string; readonly text: string } | null> {
  if (ci === 'none') return null;
  const { path, template } = TEMPLATES[ci];
  return { path, text: await readText(fileURLToPath(new URL(`../../../../${template}`, import.meta.url))) };
}

const SOURCES: Readonly<Record<SuggestedUse['source'], string>> = {
  folder: "As the model's folder publishes it.",
  card: "As the model's authors publish it; check it against the card of the model.",
  unknown: 'Nobody here knows how this model is meant to be used: take the settings from its card.',
};

/** A version file of a user's module. The path is relative to `versions/`. */
function moduleText({ id, value }: VersionAnswer): string {
  return `# Everything that decides the vectors of this version.
id: ${scalar(id)} # a name for people
embedder: ${scalar(`../${value}`)} # exports embed(texts, request)
`;
}

/** A version file of a model, with what its authors publish. */
function modelText({ id, value, revision }: VersionAnswer, use: SuggestedUse): string {
  const { dtype, pooling, output, normalize, prefixes, maxTokens, readFrom } = use;
  const unsaid = (key: string, example: string) => `# ${key}: ${example} # taken from the model's folder unless it is set here`;
  const source = readFrom === null ? SOURCES[use.source] : `${SOURCES[use.source]} Read from ${readFrom}.`;
  const pooled = pooling === null ? unsaid('pooling', 'mean') : `pooling: ${pooling}`;
  return `# Everything that decides the vectors of this version. ${source}
id: ${scalar(id)} # a name for people
model: ${scalar(value)}
revision: ${scalar(revision)} # branch, tag or commit on the hub
dtype: ${dtype} # the weights: q8, fp32 or fp16
${output === null ? pooled : `output: ${output} # pooled in the graph`}
normalize: ${normalize}
prefixes: { query: ${JSON.stringify(prefixes.query)}, document: ${JSON.stringify(prefixes.document)} }
${maxTokens === null ? unsaid('maxTokens', '512') : `maxTokens: ${maxTokens} # longer texts are cut`}
`;
}

const SCHEMAS = join('node_modules', 'cutover', 'schemas');

/**
 * Folder of the schemas for files in a folder: of the package as it is installed there or further up, as in a workspace; where it
 * isn't yet, where npm will put it.
 */
async function schemaFolder(folder: string): Promise<string> {
  for (let up = folder; ; up = dirname(up)) {
    const found = await stat(join(up, SCHEMAS)).catch(() => null);
    if (found !== null) return join(up, SCHEMAS);
    if (up === dirname(up)) return join(folder, SCHEMAS);
  }
}

/** First line of a YAML file, by which editors complete and check it. Only `..` and known names are in it. */
function schemaLine(schemas: string, file: string, kind: 'config' | 'policy' | 'version'): string {
  const path = relative(dirname(file), join(schemas, `${kind}.json`))
    .split(sep)
    .join('/');
  return `# yaml-language-server: $schema=${path}\n`;
}

/** Folders that every run makes again. */
const IGNORED = ['.cutover/', 'reports/'] as const;

/** A .gitignore with the lines that it lacks, at its end. */
function ignoreText(before: string | null): string {
  const lines = (before ?? '').split('\n').map((line) => line.trim().replace(/^\//, '').replace(/\/?$/, '/'));
  const lacking = IGNORED.filter((line) => !lines.includes(line));
  if (lacking.length === 0) return before ?? '';
  const gap = before === null || before === '' || before.endsWith('\n') ? '' : '\n';
  return `${before ?? ''}${gap}${lacking.join('\n')}\n`;
}

interface InitOptions extends Pick<StageOptions, 'env'> {
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
  const versions = await versionAnswers(asking, seen);
  const stores = await storeAnswers(asking, seen);
  const ci = await ciAnswer(asking);
  const limit = await limitAnswer(asking);
  const answers: Answers = { dataset, ...versions, stores, ci, limit, facts: await dataFacts(folder, dataset) };
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
  const ignoreBefore = await readTextIfAny(join(folder, '.gitignore'));
  return [
    checked('cutover.yaml', 'config', configText(answers)),
    checked('policy.yaml', 'policy', policyText(answers)),
    ...versions,
    ...(await descriptionFile(folder, answers, assumed)),
    ...(workflow === null ? [] : [{ ...workflow, adds: false }]),
    { path: '.gitignore', text: ignoreText(ignoreBefore), adds: true },
  ];
}

/**
 * What was found of a folder's documents and judgements: said in a dataset.json where it has none, in the configuration elsewhere.
 */
async function descriptionFile(folder: string, { dataset, facts }: Answers, assumed: string[]): Promise<WantedFile[]> {
  const described = dataset.layout === 'beir' ? join(dataset.path, 'dataset.json') : null;
  const isThere = described !== null && (await readTextIfAny(join(folder, described))) !== null;
  const { empty, silence } = facts;
  if (empty > 0) assumed.push(emptyWords(empty, isThere, described));
  if (silence !== null) assumed.push(`judgements: ${silence.means}, because ${silence.reason}`);
  if (described === null || isThere || (empty === 0 && silence === null)) return [];
  const known = {
    ...(empty > 0 ? { skipEmpty: true } : {}),
    ...(silence === null ? {} : { judgements: silence.means, judgementsReason: silence.reason }),
  };
  return [{ path: described, text: `${JSON.stringify(known, null, 2)}\n`, adds: false }];
}

function emptyWords(empty: number, isThere: boolean, described: string | null): string {
  const where = isThere ? `write "skipEmpty": true into ${described}` : `skipEmpty: true in ${described ?? 'cutover.yaml'}`;
  return `${empty === 1 ? '1 document has' : `${empty} documents have`} neither title nor text: ${where} leaves them out with their judgements`;
}

async function versionText(folder: string, env: StageOptions['env'], version: VersionAnswer, assumed: string[]): Promise<string> {
  if (version.kind === 'module') return moduleText(version);
  if (version.kind === 'service') return serviceText(version);
  if (version.kind === 'vectors') return vectorsText(folder, version);
  const { models } = await standaloneModels({ cwd: folder, env });
  const context = { modelFolders: models.folders, hubCache: models.hubCache, allowNetwork: false, workers: 1 };
  const use = await suggestedUse(version.value, version.revision, context);
  if (use.source === 'unknown')
    assumed.push(
      `${versionPath(version)}: no prefixes, normalize: ${use.normalize}, dtype: ${use.dtype}, because ${version.value} is not on this machine and nobody here knows it; take them from its card before the first run`,
    );
  return modelText(version, use);
}

async function nextSteps(folder: string, { ci, dataset, facts }: Answers): Promise<string[]> {
  const judged = dataset.layout === 'beir' ? dataset.judged : dataset.qrels !== null;
  const foresight = foresee(DEFAULT_POLICY, facts.needs);
  const installed = ci === 'none' || (await readTextIfAny(join(folder, 'package.json')))?.includes('"cutover"') === true;
  return [
    ...(judged ? [] : ['There are no judgements: the policy gates on what can be known without them; `cutover judge` collects some.']),
    ...(foresight === null ? [] : [foresightWords(foresight)]),
    ...(installed ? [] : ['npm install --save-dev cutover   # the check installs what package.json names']),
    'npx cutover doctor               # does this machine have what it takes?',
    'npx cutover run                  # the first report',
    'npx cutover lock                 # after a pass: pin the live version, and commit cutover.lock',
    ...(ci === 'gitlab' ? ['Add to .gitlab-ci.yml: include: { local: cutover.gitlab-ci.yml }'] : []),
  ];
}
