import { join } from 'node:path';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import type { Config, SweepCandidate } from '../../model/config.ts';
import type { VersionRecord } from '../../model/evaluation.ts';
import { columnsOf } from '../../model/lookup.ts';
import type { Policy } from '../../model/policy.ts';
import type { Sweep, SweepFailure, SweepTimings } from '../../model/sweep.ts';
import type { ResolvedVersion } from '../../model/version.ts';
import { rawVectors } from '../../project/kin.ts';
import { refuseInputs } from '../../project/report-folder.ts';
import { CUTOVER_VERSION, loadProject, openDataset, openVersion, type StageOptions } from '../../project/workspace.ts';
import { sweepHtml, sweepMarkdown, sweepWords } from '../../report/pages/sweep.ts';
import { readJudged } from '../../run/judged.ts';
import { runAll } from '../../run/run.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { ownFolder } from '../../system/owned-folder.ts';
import { cheapestPass, costOf, type Judgement, marked, resultOf } from './result.ts';

/** What a sweep wrote and came to. */
export interface SweepOutcome {
  readonly sweep: Sweep;
  /** What it comes to, in one or two sentences. */
  readonly words: string;
  /** 0: at least one passes; 3: none, but some are inconclusive; 1: none; 2: a candidate could not be evaluated. */
  readonly exitCode: 0 | 1 | 2 | 3;
  /** Absolute; the page first. */
  readonly files: readonly string[];
}

/**
 * Evaluates every candidate of `sweep` against the old version, each in its own folder below `<output>/sweep/`, through the
 * same stages as a run. Vectors and graphs come from the cache, and what is embedded for one candidate is cut for the others, so
 * that each model embeds a text once. A candidate that is refused does not keep the others from being evaluated.
 *
 * @throws CutoverError SWEEP_EMPTY, INTERRUPTED, and whatever is wrong with configuration, data set or the old version
 */
export async function runSweep(options: StageOptions): Promise<SweepOutcome> {
  const config = await loadProject(options);
  if (config.sweep.length === 0) throw new CutoverError('SWEEP_EMPTY', { file: config.file });
  await refuseInputs(config);
  await ownFolder(config.output, ['sweep', ...SWEEP_FILES]);
  const policy = familyPolicy(config.policy, config.sweep.length);
  // What every candidate needs is looked at first: else each of them would fail on it.
  await openDataset(config, options);
  const { versions, candidates, failures } = await openVersions(config, options);
  const judgements: Judgement[] = [];
  const failed = [...failures];
  const timings: Record<string, SweepTimings[string]> = {};
  for (const [i, candidate] of candidates.entries()) {
    options.console.info(`candidate ${i + 1} of ${candidates.length}: ${candidate.name}`);
    try {
      const { judgement, measured } = await evaluate({ ...options, alongside: versions }, config, candidate, policy);
      judgements.push(judgement);
      timings[candidate.name] = measured;
    } catch (error) {
      failed.push(failureOf(candidate.name, error, options));
    }
  }
  shareRates(judgements, timings);
  const sweep = sweepOf({ config, judgements, failures: inOrder(config, failed), policy, asOf: options.asOf });
  return { sweep, words: sweepWords(sweep), exitCode: exitCodeOf(sweep), files: await write(config.output, sweep, timings) };
}

/** Resamples beyond a bound, at least: a bound made of fewer jumps about. */
const BEYOND = 50;

/**
 * The policy that each of n candidates is judged by. The best of n passes by luck more often than one, so each bound is taken at
 * confidence 1 − (1 − c)/n (Bonferroni): the probability that any candidate passes which should not stays below 1 − c.
 */
export function familyPolicy(policy: Policy, n: number): Policy {
  const miss = (1 - policy.confidence) / n;
  return { ...policy, confidence: 1 - miss, resamples: Math.max(policy.resamples, Math.ceil(BEYOND / miss)) };
}

async function evaluate(
  options: StageOptions,
  base: Config,
  candidate: SweepCandidate,
  policy: Policy,
): Promise<{ judgement: Judgement; measured: SweepTimings[string] }> {
  const output = join(base.output, 'sweep', candidate.name);
  const derive = (config: Config): Config => ({
    ...config,
    new: candidate.new,
    search: candidate.search,
    policy,
    output,
  });
  await runAll({ ...options, output: null, derive }, null);
  const { evaluation, verdict, timings } = await readJudged(output);
  const [same, entries] = [isSameRun(evaluation), timings?.entries ?? {}];
  const embedded = entries['embed.new.document'] ?? (same ? entries['embed.old.document'] : undefined);
  return {
    judgement: { candidate, evaluation, verdict },
    measured: {
      queryMilliseconds: timings?.index?.new?.p50 ?? null,
      indexBytes: timings?.index?.new?.bytes ?? null,
      textsPerSecond: embedded === undefined || embedded.seconds <= 0 ? null : embedded.items / embedded.seconds,
    },
  };
}

function isSameRun({ versions }: Judgement['evaluation']): boolean {
  return versions !== null && rawOf(versions.new) === rawOf(versions.old);
}

function rawOf(version: VersionRecord): string {
  return rawVectors(version, 'document') ?? version.fingerprint;
}

function inOrder({ sweep }: Config, failures: readonly SweepFailure[]): SweepFailure[] {
  return sweep.flatMap(({ name }) => failures.find((failure) => failure.name === name) ?? []);
}

/** Candidates whose vectors come from one run of a model share the rate at which they were made. */
function shareRates(judgements: readonly Judgement[], timings: Record<string, SweepTimings[string]>): void {
  const versionOf = ({ evaluation: { versions } }: Judgement) => (versions === null ? null : rawOf(versions.new));
  for (const one of judgements) {
    const own = timings[one.candidate.name];
    if (own === undefined || own.textsPerSecond !== null) continue;
    const rates = judgements
      .filter((other) => versionOf(other) === versionOf(one))
      .map(({ candidate }) => timings[candidate.name]?.textsPerSecond);
    timings[one.candidate.name] = { ...own, textsPerSecond: rates.find((rate) => rate != null) ?? null };
  }
}

interface Evaluated {
  readonly config: Config;
  readonly judgements: readonly Judgement[];
  readonly failures: readonly SweepFailure[];
  readonly policy: Policy;
  readonly asOf: string;
}

function sweepOf({ config, judgements, failures, policy, asOf }: Evaluated): Sweep {
  const [first] = judgements;
  const lead = first?.verdict.lead ?? null;
  const columns = first === undefined || lead === null ? null : columnsOf(first.evaluation, lead);
  const results = marked(judgements.map(resultOf));
  const dataset = first?.evaluation.dataset;
  const old = first?.evaluation.versions?.old;
  return {
    kind: 'cutover.sweep',
    schemaVersion: 1,
    cutoverVersion: CUTOVER_VERSION,
    asOf,
    dataset: { name: dataset?.name ?? '', documents: dataset?.documents ?? 0, queries: dataset?.queries ?? 0 },
    old:
      old === undefined || first === undefined
        ? null
        : { id: old.id, quality: columns?.old.mean ?? null, cost: costOf(first.candidate.search, 'old', first.evaluation) },
    measure: lead === null ? null : { name: lead.measure, on: lead.on },
    confidence: { policy: config.policy.confidence, candidate: policy.confidence },
    results,
    failures,
    cheapest: cheapestPass(results),
  };
}

function exitCodeOf({ results, failures }: Sweep): SweepOutcome['exitCode'] {
  if (failures.length > 0) return 2;
  if (results.some(({ outcome }) => outcome === 'pass')) return 0;
  return results.some(({ outcome }) => outcome === 'inconclusive') ? 3 : 1;
}

const SWEEP_FILES = ['sweep.html', 'sweep.md', 'sweep.json', 'sweep.timings.json'] as const;

async function write(output: string, sweep: Sweep, timings: SweepTimings): Promise<string[]> {
  const contents: Readonly<Record<(typeof SWEEP_FILES)[number], string>> = {
    'sweep.html': sweepHtml(sweep, timings),
    'sweep.md': sweepMarkdown(sweep),
    'sweep.json': `${JSON.stringify(sweep, null, 2)}\n`,
    'sweep.timings.json': `${JSON.stringify(timings, null, 2)}\n`,
  };
  for (const name of SWEEP_FILES) await writeFileAtomic(join(output, name), contents[name]);
  return SWEEP_FILES.map((name) => join(output, name));
}

/** The versions of a sweep, found and hashed before anything is embedded. */
interface SweepVersions {
  /** The old version, then those of the candidates that can be evaluated. */
  readonly versions: readonly ResolvedVersion[];
  /** Candidates whose version is there. */
  readonly candidates: readonly SweepCandidate[];
  /** The others: a model or a file of weights that is missing, more dimensions than there are, and the like. */
  readonly failures: readonly SweepFailure[];
}

/** @throws CutoverError whatever is wrong with the old version */
async function openVersions(config: Config, options: StageOptions): Promise<SweepVersions> {
  const versions = [await resolved(config, config.old, options)];
  const candidates: SweepCandidate[] = [];
  const failures: SweepFailure[] = [];
  for (const candidate of config.sweep) {
    if (options.signal.aborted) throw new CutoverError('INTERRUPTED', {});
    try {
      versions.push(await resolved(config, candidate.new, options));
      candidates.push(candidate);
    } catch (error) {
      failures.push(failureOf(candidate.name, error, options));
    }
  }
  return { versions, candidates, failures };
}

async function resolved(config: Config, spec: Config['old'], options: StageOptions): Promise<ResolvedVersion> {
  const embedder = await openVersion(config, spec, options);
  await embedder.close();
  return embedder.version;
}

/** Why a candidate could not be evaluated; said at once. @throws CutoverError INTERRUPTED, which stops the sweep */
function failureOf(name: string, error: unknown, { signal, console }: Pick<StageOptions, 'signal' | 'console'>): SweepFailure {
  if (signal.aborted || (error instanceof CutoverError && error.code === 'INTERRUPTED')) throw error;
  const failure: SweepFailure =
    error instanceof CutoverError
      ? { name, code: error.code, message: error.message, next: error.next }
      : { name, code: null, message: reasonOf(error), next: 'Write it as `new` and run `cutover run`, which shows where it broke.' };
  console.warn(`${name}: ${failure.message}`);
  return failure;
}
