import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CONFIDENCE } from '../../core/confidence.ts';
import { CutoverError, unreadable } from '../../core/errors.ts';
import { bootstrap } from '../../measure/stats/bootstrap.ts';
import { twoSidedInterval } from '../../measure/stats/interval.ts';
import { columnByNeed, columnMean, indexNeeds, type NeedColumn, pairedDifferences } from '../../measure/stats/needs.ts';
import type {
  Against,
  AgainstConsumer,
  AgainstCost,
  AgainstMeasure,
  AgainstQuery,
  AgainstRule,
  AgainstRun,
  AgainstSlice,
} from '../../model/against.ts';
import type { Column, Evaluation } from '../../model/evaluation.ts';
import { columnsOf, type MeasuredOn, qualityOf } from '../../model/lookup.ts';
import { ONS, type On } from '../../model/policy.ts';
import type { Estimate } from '../../model/scores.ts';
import type { Verdict } from '../../model/verdict.ts';
import { CUTOVER_VERSION, type StageOptions } from '../../project/workspace.ts';
import { costRows } from '../../report/cost.ts';
import { againstHtml, againstMarkdown } from '../../report/pages/against.ts';
import { type Judged, readJudged, requireJudged } from '../../run/judged.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { ownFolder } from '../../system/owned-folder.ts';

const RESAMPLES = 5000;
/** Queries listed each way. */
const LISTED = 20;

/**
 * Sets the new versions of two evaluations of the same data against each other. Pure.
 * @throws RangeError when their queries are not the same
 */
export function against(here: Judged, other: Judged, cutoverVersion: string): Against {
  const { dataset, queries } = here.evaluation;
  if (queries.ids.join('\n') !== other.evaluation.queries.ids.join('\n')) throw new RangeError('The evaluations have other queries.');
  const { lead } = here.verdict;
  const sameOld = oldOf(here.evaluation) === oldOf(other.evaluation);
  return {
    kind: 'cutover.against',
    schemaVersion: 1,
    cutoverVersion,
    dataset: { name: dataset.name, queries: dataset.queries, documents: dataset.documents, judgedQueries: dataset.judgedQueries },
    runs: { other: runOf(other), this: runOf(here) },
    sameOld,
    caveats: caveatsOf(here, other),
    measures: measuresOf(here.evaluation, other.evaluation, sameOld),
    rules: rulesOf(here.verdict, other.verdict),
    ranked: lead === null ? null : { measure: lead.measure, on: lead.on },
    ...movedQueries(here.evaluation, other.evaluation, lead),
    slices: slicesOf(here.evaluation, other.evaluation, lead),
    consumers: consumersOf(here.evaluation, other.evaluation),
    cost: costOf(here, other),
  };
}

/** What tells one old version from another: its fingerprint, or its values where only runs are known. */
function oldOf({ versions, quality }: Evaluation): string {
  if (versions !== null) return versions.old.fingerprint;
  return JSON.stringify(Object.values(qualityOf({ quality })).map((on) => [on.served?.old.perQuery, on.exact?.old.perQuery]));
}

function runOf({ evaluation, hash, verdict }: Judged): AgainstRun {
  const version = (side: 'old' | 'new') => {
    const found = evaluation.versions?.[side];
    return found === undefined ? null : { id: found.id, fingerprint: found.fingerprint, dimension: found.dimension };
  };
  const { asOf, outcome, headline } = verdict;
  return { evaluation: hash, asOf, old: version('old'), new: version('new'), outcome, headline };
}

function caveatsOf(here: Judged, other: Judged): string[] {
  const differs = (name: string, of: (judged: Judged) => unknown): string[] =>
    JSON.stringify(of(here)) === JSON.stringify(of(other)) ? [] : [name];
  const found = [
    ...differs('the policy', ({ verdict }) => verdict.policyHash),
    ...differs('the search parameters', ({ evaluation }) => evaluation.search),
    ...differs('the seed', ({ evaluation }) => evaluation.seed),
    ...differs('the release of cutover', ({ evaluation }) => evaluation.cutoverVersion),
    ...differs('the machine', ({ timings }) => timings?.machine ?? null),
  ];
  return found.map((name) => `The two runs differ in ${name} too.`);
}

type Source = readonly [name: string, on: On, column: Column];

/** The new side of everything that has one value a query. Overlap is with the old version: with another one it says something else. */
function newColumns({ quality, neighbours, index }: Evaluation, sameOld: boolean): Map<string, Source> {
  const found = new Map<string, Source>();
  const put = (name: string, on: On, column: Column | undefined) => {
    if (column !== undefined) found.set(`${name} ${on}`, [name, on, column]);
  };
  const table = qualityOf({ quality });
  for (const [name, sided] of Object.entries(table)) for (const on of ONS) put(name, on, sided[on]?.new);
  for (const [name, byOn] of sameOld ? Object.entries(neighbours) : []) for (const on of ONS) put(name, on, byOn[on]);
  for (const [name, sided] of Object.entries(index)) put(name, 'served', sided.new);
  return found;
}

function measuresOf(here: Evaluation, other: Evaluation, sameOld: boolean): AgainstMeasure[] {
  const theirs = newColumns(other, sameOld);
  const index = indexNeeds(here.queries.needs);
  const rows = [...newColumns(here, sameOld)].flatMap(([key, [measure, on, mine]]) => {
    const their = theirs.get(key)?.[2];
    return their === undefined ? [] : [{ measure, on, mine, their }];
  });
  const columns = rows.map(({ mine, their }) =>
    columnByNeed(index, pairedDifferences(their.perQuery, mine.perQuery), undefined, here.queries.weight),
  );
  const estimates = estimatesOf(columns, index.labels.length, here.seed);
  return rows.map(({ measure, on, mine, their }, i) => ({
    measure,
    on,
    direction: here.metrics[/^[^(@]*/.exec(measure)?.[0] ?? measure]?.direction ?? 'none',
    other: their.mean,
    this: mine.mean,
    difference: estimates[i] ?? null,
  }));
}

function estimatesOf(columns: readonly NeedColumn[], needs: number, seed: number): (Estimate | null)[] {
  const spread = columns.filter((column) => column.needs.length >= 2);
  const intervals = new Map<NeedColumn, Estimate['interval']>();
  if (spread.length > 0)
    bootstrap(spread, { needs, resamples: RESAMPLES, seed }, (sample, i) => {
      const [lower, upper] = twoSidedInterval(sample, CONFIDENCE, 'student');
      const column = spread[i];
      if (column !== undefined) intervals.set(column, { lower, upper, method: sample.method });
    });
  return columns.map((column) => {
    if (column.needs.length === 0) return null;
    return { mean: columnMean(column), needs: column.needs.length, confidence: CONFIDENCE, interval: intervals.get(column) ?? null };
  });
}

function rulesOf(here: Verdict, other: Verdict): AgainstRule[] {
  const brief = (verdict: Verdict, id: string): AgainstRule['this'] => {
    const found = verdict.rules.find((rule) => rule.id === id);
    return found === undefined ? null : { outcome: found.outcome, state: found.state, decides: found.decides, found: found.found };
  };
  const ids = [...new Set([...here.rules, ...other.rules].map(({ id }) => id))];
  const rows = ids.map((id) => ({ id, other: brief(other, id), this: brief(here, id) }));
  const flips = (row: AgainstRule) => row.other?.state !== row.this?.state;
  return [...rows.filter(flips), ...rows.filter((row) => !flips(row))];
}

function movedQueries(here: Evaluation, other: Evaluation, lead: MeasuredOn | null): Pick<Against, 'lost' | 'gained'> {
  const [mine, theirs] = lead === null ? [null, null] : [columnsOf(here, lead), columnsOf(other, lead)];
  if (mine === null || theirs === null) return { lost: [], gained: [] };
  const moved: AgainstQuery[] = here.queries.ids.flatMap((id, i) => {
    const [now, before] = [mine.new.perQuery[i] ?? null, theirs.new.perQuery[i] ?? null];
    if (now === null || before === null || now === before) return [];
    return [{ id, text: here.queries.texts[i] ?? '', other: before, this: now, difference: now - before }];
  });
  const sorted = moved.sort((a, b) => a.difference - b.difference || (a.id < b.id ? -1 : 1));
  return {
    lost: sorted.filter(({ difference }) => difference < 0).slice(0, LISTED),
    gained: sorted
      .filter(({ difference }) => difference > 0)
      .reverse()
      .slice(0, LISTED),
  };
}

function slicesOf(here: Evaluation, other: Evaluation, lead: MeasuredOn | null): AgainstSlice[] {
  if (lead === null) return [];
  return here.slices
    .filter(({ automatic }) => !automatic)
    .map(({ field, value, queries, quality }) => {
      const their = other.slices.find((slice) => slice.field === field && slice.value === value);
      const mean = (table: typeof quality | undefined) => table?.[lead.measure]?.[lead.on]?.new ?? null;
      return { field, value, queries, other: mean(their?.quality), this: mean(quality) };
    });
}

function consumersOf(here: Evaluation, other: Evaluation): AgainstConsumer[] {
  const brief = (evaluation: Evaluation, name: string): AgainstConsumer['this'] => {
    const found = evaluation.consumers.find(({ consumer }) => consumer.name === name);
    return found === undefined ? null : { translated: found.translated?.threshold ?? null, withinTolerance: found.withinTolerance };
  };
  const names = [...new Set([...here.consumers, ...other.consumers].map(({ consumer }) => consumer.name))];
  return names.map((name) => ({ name, other: brief(other, name), this: brief(here, name) }));
}

function costOf(here: Judged, other: Judged): AgainstCost[] {
  const theirs = new Map(costRows(other.evaluation, other.timings).map((row) => [row.name, row.new.value]));
  return costRows(here.evaluation, here.timings)
    .filter(({ how }) => how !== 'not measured')
    .map((row) => ({ title: row.name, unit: row.new.unit, other: theirs.get(row.name) ?? null, this: row.new.value }));
}

/** What was written. */
interface AgainstResult {
  readonly against: Against;
  /** Absolute; the page first. */
  readonly files: readonly string[];
}

/**
 * `report --against`: this evaluation's new version against another evaluation's, on the same data, as against.html and
 * against.md in the report folder.
 * @param other absolute path of a report folder or of its evaluation.json
 * @throws CutoverError FILE_MISSING; AGAINST_FOREIGN where corpus, queries or judgements differ; ARTIFACT_MISSING, ARTIFACT_FOREIGN, ARTIFACT_STALE
 */
export async function reportAgainst(options: StageOptions, other: string): Promise<AgainstResult> {
  const config = await requireJudged(options);
  const isFile = (
    await stat(other).catch((error: unknown) => {
      throw unreadable(`--against ${other}`, error);
    })
  ).isFile();
  const [here, there] = [await readJudged(config.output), await readJudged(isFile ? dirname(other) : other)];
  requireSameData(here, there, other);
  const found = against(here, there, CUTOVER_VERSION);
  const files = [join(config.output, 'against.html'), join(config.output, 'against.md')];
  await ownFolder(config.output, ['against.html', 'against.md']);
  for (const [i, text] of [againstHtml(found), againstMarkdown(found)].entries()) await writeFileAtomic(files[i] as string, text);
  options.console.info('report    against.html, against.md');
  return { against: found, files };
}

function requireSameData(here: Judged, there: Judged, file: string): void {
  for (const key of ['corpus', 'queries', 'qrels'] as const) {
    const [expected, found] = [here.evaluation.dataset.hashes[key], there.evaluation.dataset.hashes[key]];
    if (expected === found) continue;
    const short = (hash: string | null) => hash?.slice(0, 12) ?? 'none';
    throw new CutoverError('AGAINST_FOREIGN', { file, key, found: short(found), expected: short(expected) });
  }
}
