import { join } from 'node:path';
import { writeFileAtomic } from '../../artifact/files.ts';
import type { Config } from '../../contract/config.ts';
import type { Policy } from '../../contract/policy.ts';
import type { Sweep, SweepCandidate, SweepFailure, SweepTimings } from '../../contract/sweep.ts';
import { loadDataset } from '../../dataset/load.ts';
import { CutoverError, reasonOf } from '../../errors.ts';
import { sweepHtml } from '../../report/sweep/html.ts';
import { sweepMarkdown } from '../../report/sweep/markdown.ts';
import { sweepWords } from '../../report/sweep/words.ts';
import { readJudged } from '../../stages/judged.ts';
import { comparedMeasure } from '../../stages/measuring/slice-comparison.ts';
import { runAll } from '../../stages/run.ts';
import { CUTOVER_VERSION, loadProject, openVersion, type StageOptions } from '../../stages/workspace.ts';
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
 * Evaluates every candidate of `sweep` against the old version, each in a folder of its own below `<output>/sweep/`, through the
 * same stages as a run. Vectors and graphs come from the cache, so each version is embedded once. A candidate that is refused
 * does not keep the others from being evaluated.
 *
 * @throws CutoverError SWEEP_EMPTY, INTERRUPTED, and whatever is wrong with configuration, data set or the old version
 */
export async function runSweep(options: StageOptions): Promise<SweepOutcome> {
  const config = await loadProject(options);
  if (config.sweep.length === 0) throw new CutoverError('SWEEP_EMPTY', { file: config.file });
  const policy = familyPolicy(config.policy, config.sweep.length);
  await refuseUnreadable(config, options);
  const judgements: Judgement[] = [];
  const failures: SweepFailure[] = [];
  const timings: Record<string, SweepTimings[string]> = {};
  for (const [i, candidate] of config.sweep.entries()) {
    options.console.info(`candidate ${i + 1} of ${config.sweep.length}: ${candidate.name}`);
    try {
      const { judgement, measured } = await evaluate(options, config, candidate, policy);
      judgements.push(judgement);
      timings[candidate.name] = measured;
    } catch (error) {
      if (options.signal.aborted || (error instanceof CutoverError && error.code === 'INTERRUPTED')) throw error;
      const failure = failureOf(candidate.name, error);
      options.console.warn(`${candidate.name}: ${failure.message}`);
      failures.push(failure);
    }
  }
  shareRates(judgements, timings);
  const sweep = sweepOf({ config, judgements, failures, policy, asOf: options.asOf });
  return { sweep, words: sweepWords(sweep), exitCode: exitCodeOf(sweep), files: await write(config.output, sweep, timings) };
}

/** Resamples that lie beyond a bound, at least: a bound made of fewer jumps about. */
const BEYOND = 50;

/**
 * The policy that each of n candidates is judged by. The best of n passes by luck more often than one, so each bound is taken at
 * confidence 1 − (1 − c)/n (Bonferroni): the probability that any candidate passes which should not stays below 1 − c.
 */
export function familyPolicy(policy: Policy, n: number): Policy {
  const miss = (1 - policy.confidence) / n;
  return { ...policy, confidence: 1 - miss, resamples: Math.max(policy.resamples, Math.ceil(BEYOND / miss)) };
}

/** What every candidate needs is looked at first: else each of them would fail on it. */
async function refuseUnreadable(config: Config, options: StageOptions): Promise<void> {
  await loadDataset(config.dataset);
  await (await openVersion(config, config.old, options)).close();
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
  const embedded = timings?.entries['embed.new.document'];
  return {
    judgement: { candidate, evaluation, verdict },
    measured: {
      queryMilliseconds: timings?.index?.new?.p50 ?? null,
      indexBytes: timings?.index?.new?.bytes ?? null,
      textsPerSecond: embedded === undefined || embedded.seconds <= 0 ? null : embedded.items / embedded.seconds,
    },
  };
}

function failureOf(name: string, error: unknown): SweepFailure {
  if (error instanceof CutoverError) return { name, code: error.code, message: error.message, next: error.next };
  return { name, code: null, message: reasonOf(error), next: 'Write it as `new` and run `cutover run`, which shows where it broke.' };
}

/** Candidates of one version share its vectors, and so the rate at which they were made. */
function shareRates(judgements: readonly Judgement[], timings: Record<string, SweepTimings[string]>): void {
  const versionOf = ({ evaluation }: Judgement) => evaluation.versions?.new.fingerprint;
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
  const measure = first === undefined ? null : comparedMeasure(first.evaluation.quality);
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
        : { id: old.id, quality: measure?.columns.old.mean ?? null, cost: costOf(first.candidate.search, 'old', first.evaluation) },
    measure: measure === null ? null : { name: measure.name, on: measure.on },
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

async function write(output: string, sweep: Sweep, timings: SweepTimings): Promise<string[]> {
  const contents = {
    'sweep.html': sweepHtml(sweep, timings),
    'sweep.md': sweepMarkdown(sweep),
    'sweep.json': `${JSON.stringify(sweep, null, 2)}\n`,
    'sweep.timings.json': `${JSON.stringify(timings, null, 2)}\n`,
  };
  for (const [name, text] of Object.entries(contents)) await writeFileAtomic(join(output, name), text);
  return Object.keys(contents).map((name) => join(output, name));
}
