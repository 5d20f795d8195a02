import { join } from 'node:path';
import { watched } from './watched.mjs';

const BENCHMARKS = join(import.meta.dirname, '..');
const ROOT = join(BENCHMARKS, '..');

/**
 * Lets contenders take turns, forwards in one round and backwards in the next, so that a machine which slows down slows all.
 * The first contender is ours; the others are told as their time ÷ ours, round by round. `env` of a contender is set for it alone.
 * @returns tables as results.mjs draws them, and the versions of all peers
 */
export async function compare({ contenders, rounds, args, tables, tolerance }, environment, say) {
  const versions = [];
  const entries = [];
  for (const contender of contenders) {
    const entry = { ...contender, found: [], problem: null };
    await attempt(entry, async () => {
      for (const name of contender.pip ?? []) versions.push(await environment.pip(name));
      for (const name of contender.npm ?? []) versions.push(await environment.npmInstall(name));
    });
    entries.push(entry);
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of round % 2 === 0 ? entries : entries.toReversed()) {
      if (entry.problem !== null) continue;
      await attempt(entry, async () => {
        entry.found.push(await measured([...(entry.args ?? []), ...args], entry, environment));
        say(`round ${round + 1}: ${entry.name}: ${entry.found.at(-1).wall.toFixed(1)} s in all`);
      });
      if (entry.problem !== null) say(`${entry.name}: ${entry.problem}`);
    }
  }
  const [ours] = entries;
  if (ours.problem !== null) throw new Error(ours.problem);
  for (const entry of entries) if (entry.problem === null) entry.problem = disagreement(ours, entry, tolerance);
  return { versions: [...new Set(versions)], tables: tables.map((table) => drawn(table, entries)) };
}

/** A peer that can't be installed or fails says so in its row; the others go on. */
async function attempt(entry, work) {
  try {
    await work();
  } catch (error) {
    entry.problem = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 200) : String(error);
  }
}

async function measured(args, { program, env = {} }, environment) {
  const command = program.endsWith('.py') ? environment.python : process.execPath;
  const { output, seconds, megabytes } = await watched(command, [join(BENCHMARKS, program), ...args.map(String)], {
    cwd: ROOT,
    env: { ...process.env, PYTHONPATH: BENCHMARKS, CUTOVER_BENCH_NPM: environment.npm, ...env },
  });
  return { ...JSON.parse(output.trim().split('\n').at(-1)), wall: seconds, megabytes };
}

/** Whoever finds something else has not done the same work. Relative distance of the two `check` vectors. */
function disagreement(ours, { found }, tolerance) {
  const [expected, actual] = [ours.found[0]?.check, found[0]?.check];
  if (expected === undefined || actual === undefined) return null;
  if (expected.length !== actual.length) return `finds ${actual.length} values where ours finds ${expected.length}`;
  const distance = Math.hypot(...expected.map((value, i) => value - actual[i])) / Math.hypot(...expected);
  return distance <= tolerance ? null : `finds something else: relative distance ${distance.toPrecision(2)}`;
}

/** @param part what of a program's answer the table shows; its own `seconds` and `items` unless given */
function drawn({ title, part, columns = [] }, entries) {
  const of = (answer) => (part === undefined ? answer : answer[part]);
  const ours = entries[0].found.map((answer) => of(answer).seconds);
  const rows = entries.map((entry, i) => {
    const { name, aim, problem, found } = entry;
    if (problem !== null) return { name, aim: aim === undefined ? null : { text: `≥ ${aim}`, met: null }, problem };
    const answers = found.map(of);
    const seconds = answers.map((answer) => answer.seconds);
    const ratio = i === 0 ? null : spread(seconds.map((value, round) => value / ours[round]));
    return {
      name,
      aim: aim === undefined ? null : { text: `≥ ${aim}`, met: ratio.median >= aim },
      ratio,
      seconds: spread(seconds),
      rate: answers[0].items / spread(seconds).median,
      megabytes: Math.max(...found.map(({ megabytes }) => megabytes ?? 0)) || null,
      more: columns.map((column) => answers[0][column] ?? null),
    };
  });
  return { title, columns, rounds: ours.length, rows };
}

export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return { median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2, low: sorted[0], high: sorted.at(-1) };
}
