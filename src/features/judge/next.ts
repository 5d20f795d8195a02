import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { seededRandom } from '../../core/random.ts';
import { judgedDocuments } from '../../dataset/parents.ts';
import { type Outlook, outlookOf } from '../../gate/outlook.ts';
import type { Config } from '../../model/config.ts';
import type { Dataset, LookedAt } from '../../model/dataset.ts';
import type { Evaluation } from '../../model/evaluation.ts';
import type { On } from '../../model/policy.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { Side } from '../../model/version.ts';
import { loadProject, openDataset, type StageOptions } from '../../project/workspace.ts';
import { requireMeasuredOn } from '../../run/current.ts';
import { inputsWithin, searchFiles } from '../../run/freshness.ts';
import { readJudged, readReviews } from '../../run/judged.ts';
import { readRankings, toRun } from '../../search/run-table.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { readManifest, requireFresh } from '../../system/manifest.ts';
import { ownFolder } from '../../system/owned-folder.ts';
import { type Candidate, type Chosen, chooseQueries } from './choice.ts';
import { requireGradable } from './mapped-qrels.ts';
import { judgePage } from './page.ts';
import { blindSheet, highestGrade, type Sheet, type SheetItem, sheetTsv } from './sheet.ts';
import { type Pool, poolsOf, type Runs, spreadsOf } from './spread.ts';
import { type JudgeTarget, judgeTarget, targetQueries } from './target.ts';

export interface JudgeNextOptions {
  /** Queries to pick. */
  readonly n: number;
  /** Id of a rule of verdict.json; null takes the first that is inconclusive and needs judgements. */
  readonly rule: string | null;
  /** Results of each run to judge; null takes the rule's cutoff. */
  readonly depth: number | null;
  /** Also list what is judged already, its grades hidden: to measure how far judges agree. */
  readonly includeJudged: boolean;
}

/** What was picked, and where the sheet is. */
export interface JudgeNextResult {
  readonly target: JudgeTarget;
  readonly queries: readonly Chosen[];
  /** Documents on the sheet; documents of the same pools that are left out because they are judged. */
  readonly documents: number;
  readonly leftOut: number;
  /** How far apart the best and the worst case of the mean are, over the judged queries: now, and with this sheet judged. */
  readonly open: { readonly now: number; readonly after: number };
  /** What the rule is likely to become; null where nothing is open, or the sheet is shallower than the measure looks. */
  readonly outlook: Outlook | null;
  readonly sheet: string;
  /** sheet.tsv and judge.html, absolute. */
  readonly files: readonly string[];
}

/**
 * Picks the queries whose complete judging narrows a rule most, and writes their whole pool (the first results of both runs,
 * never hand-picked pairs, which would favour one version) as a blind sheet.
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_STALE; JUDGING_NOTHING_LEFT; OPTION_INVALID
 */
export async function judgeNext(options: StageOptions, wanted: JudgeNextOptions): Promise<JudgeNextResult> {
  const { config, dataset, evaluation, verdict } = await judgeInputs(options);
  const target = judgeTarget(verdict, wanted.rule, wanted.depth);
  const runs = await measuredRuns(config.output, target.on);
  const queryIds = targetQueries(target, dataset, evaluation);
  const { pools, candidates } = candidatesOf(target, runs, dataset, queryIds);
  const covered = new Set(dataset.queries.filter(({ id }) => dataset.qrels?.has(id)).map(({ need }) => need));
  const reviews = await readReviews(config.output, verdict.evaluation);
  const asked = new Set(reviews?.notes.filter(({ mark }) => mark === 'judge').map(({ query }) => query));
  const foresee = (sheet: readonly Chosen[]) => outlook(evaluation, verdict, target, sheet);
  // Where no grade of what is measured could decide, only needs that were not judged at all can.
  const isHopeless = target.outcome === 'inconclusive' && isBeyondJudging(foresee([]));
  const useful = isHopeless ? candidates.filter(({ isMeasured, query }) => !isMeasured || asked.has(query)) : candidates;
  if (isHopeless && useful.length === 0) throw new CutoverError('JUDGING_SETTLES_NOTHING', { rule: target.rule ?? target.measure.name });
  const queries = chooseQueries(useful, covered, wanted.n, seededRandom(config.seed, 'judge next'), asked);
  if (queries.length === 0) throw new CutoverError('JUDGING_NOTHING_LEFT', { measure: target.measure.name, depth: target.depth });
  const items = itemsOf(dataset, runs, queries, target.depth, wanted.includeJudged);
  const sheet = blindSheet(items, {
    hashes: dataset.hashes,
    highest: highestGrade(dataset.qrels),
    seed: config.seed,
    of: lookedAt(evaluation, verdict),
  });
  const picked = new Set(queries.map(({ query }) => query));
  const documents = items.reduce((sum, item) => sum + item.documents.length, 0);
  const inPools = pools.filter(({ query }) => picked.has(query)).reduce((sum, pool) => sum + pool.judged + pool.unjudged.length, 0);
  return {
    target,
    queries,
    documents,
    leftOut: inPools - documents,
    open: openness(candidates, queries, queryIds.filter((id) => dataset.qrels?.has(id)).length),
    outlook: foresee(queries),
    sheet: sheet.id,
    files: await writeSheet(join(config.output, 'judging', sheet.id), sheet),
  };
}

/** What the sheet is made from: whoever grades it has seen, or may have seen, this verdict. */
function lookedAt({ versions }: Evaluation, { evaluation }: Verdict): LookedAt | null {
  if (versions === null) return null;
  const [hash, old, fresh] = [evaluation, versions.old.fingerprint, versions.new.fingerprint].map((hex) => hex.slice(0, 12));
  return { evaluation: hash ?? '', old: old ?? '', new: fresh ?? '' };
}

/** What the rule would become with a sheet judged. */
function outlook(evaluation: Evaluation, { policy }: Verdict, target: JudgeTarget, sheet: readonly Chosen[]): Outlook | null {
  const { rule, measure, on, depth } = target;
  if (rule === null || depth < (measure.cutoff ?? depth)) return null;
  return outlookOf(evaluation, policy, rule, { measure: measure.name, on }, new Set(sheet.map(({ query }) => query)));
}

/** Whether it stays inconclusive whatever the grades say. */
function isBeyondJudging(found: Outlook | null): boolean {
  return found !== null && found.worst === 'inconclusive' && found.best === 'inconclusive';
}

function candidatesOf(
  target: JudgeTarget,
  runs: Runs,
  dataset: Dataset,
  queryIds: readonly string[],
): { pools: Pool[]; candidates: Candidate[] } {
  const { qrels } = dataset;
  const pools = poolsOf(runs, qrels, queryIds, target.depth);
  const level = typeof target.measure.params.rel === 'number' ? target.measure.params.rel : 1;
  const spreads = spreadsOf(target, runs, qrels, pools, Math.max(level, highestGrade(qrels)));
  const needs = new Map(dataset.queries.map(({ id, need }) => [id, need]));
  const candidates = pools.flatMap(({ query, unjudged }, i) => {
    if (unjudged.length === 0) return [];
    return [{ query, need: needs.get(query) ?? query, spread: spreads[i] ?? 0, isMeasured: qrels?.has(query) === true }];
  });
  return { pools, candidates };
}

function openness(candidates: readonly Candidate[], chosen: readonly Chosen[], measured: number): JudgeNextResult['open'] {
  const picked = new Set(chosen.map(({ query }) => query));
  const mean = (list: readonly Candidate[]) => (measured === 0 ? 0 : list.reduce((sum, { spread }) => sum + spread, 0) / measured);
  const open = candidates.filter(({ isMeasured }) => isMeasured);
  return { now: mean(open), after: mean(open.filter(({ query }) => !picked.has(query))) };
}

function itemsOf(dataset: Dataset, runs: Runs, chosen: readonly Chosen[], depth: number, includeJudged: boolean): SheetItem[] {
  const documents = new Map(judgedDocuments(dataset).map((document) => [document.id, document]));
  const picked = new Set(chosen.map(({ query }) => query));
  const queries = dataset.queries.filter(({ id }) => picked.has(id));
  const pools = poolsOf(
    runs,
    includeJudged ? null : dataset.qrels,
    queries.map(({ id }) => id),
    depth,
  );
  return queries.map((query, i) => ({ query, documents: (pools[i]?.unjudged ?? []).flatMap((id) => documents.get(id) ?? []) }));
}

/** A table that is there already may have been filled in, and stays as it is. */
async function writeSheet(folder: string, sheet: Sheet): Promise<string[]> {
  const table = join(folder, 'sheet.tsv');
  const page = join(folder, 'judge.html');
  const isThere = await access(table).then(
    () => true,
    () => false,
  );
  await ownFolder(folder, ['judge.html']);
  if (!isThere) await writeFileAtomic(table, sheetTsv(sheet));
  await writeFileAtomic(page, judgePage(sheet));
  return [table, page];
}

/** A finished run and the data set it was made from. */
interface JudgeInputs {
  readonly config: Config;
  readonly dataset: Dataset;
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
}

/**
 * Reads what the last run left, and checks that it belongs together and to the data set as it is now.
 * @throws CutoverError DATASET_MAPPED; ARTIFACT_MISSING, ARTIFACT_STALE naming what differs, ARTIFACT_FOREIGN; anything wrong with the data set
 */
async function judgeInputs(options: StageOptions): Promise<JudgeInputs> {
  const config = await loadProject(options);
  requireGradable(config.dataset);
  const { evaluation, verdict } = await readJudged(config.output);
  const dataset = await openDataset(config, options);
  await requireMeasuredOn(config.output, dataset);
  return { config, dataset, evaluation, verdict };
}

/**
 * The runs that the evaluation was measured on.
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_STALE, ARTIFACT_FOREIGN
 */
async function measuredRuns(folder: string, on: On): Promise<Runs> {
  const measured = await readManifest(folder, 'measure');
  // A later search for other inputs would not share them.
  const madeFrom = measured?.madeFrom ?? {};
  if (on === 'pipeline') {
    const files = madeFrom.files === undefined ? {} : { files: madeFrom.files };
    await requireFresh(folder, 'pipeline', { ...inputsWithin('pipeline', madeFrom), ...files });
  } else await requireFresh(folder, 'search', inputsWithin('search', madeFrom));
  const file = (side: Side) => (on === 'pipeline' ? searchFiles.pipeline(side) : searchFiles.rankings(side, on));
  const read = async (side: Side) => toRun((await readRankings(join(folder, file(side)))).rankings);
  return { old: await read('old'), new: await read('new') };
}
