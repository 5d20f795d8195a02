// What a run left in its report folder, for the steps that tell people.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The report folder of this job. */
export const OUTPUT = process.env.CUTOVER_OUTPUT || 'reports/cutover';

// The program masks what it writes; what a module of the change prints goes by it, and a comment is no log that CI masks.
const secrets = await import('../../dist/core/secrets.js').catch(() => null);
secrets?.keepSecretsOf(process.env);
const printable = await import('../../dist/core/printable.js').catch(() => null);

/** Text for a log or a comment: no escape sequence, no bidirectional character, no line that CI takes for a command. */
export const visible = (text) => printable?.safeForStream(text, { isTerminal: false }) ?? text;

/** Text of a file in the report folder, no secret of the environment in it; null where the run wrote none. */
export function textOf(name) {
  try {
    const text = readFileSync(join(OUTPUT, name), 'utf8');
    return secrets?.masked(text) ?? text;
  } catch {
    return null;
  }
}

/**
 * change.json, and verdict.json where this run evaluated: what lies there from an earlier one, or came with the change, does not count.
 * Both null where the run could not be evaluated at all.
 */
export function readResult() {
  if (Number(process.env.CUTOVER_EXIT_CODE ?? 0) === 2) return { change: null, verdict: null };
  const change = JSON.parse(textOf('change.json') ?? 'null');
  const verdict = change?.evaluated === true ? JSON.parse(textOf('verdict.json') ?? 'null') : null;
  return { change, verdict };
}

/** The lines from the first error on of what a run printed that could not be evaluated. */
export function errorLines() {
  const lines = visible(textOf('cutover.log') ?? '')
    .trimEnd()
    .split('\n');
  const first = lines.findIndex((line) => /^(internal )?error /.test(line));
  return lines.slice(first < 0 ? -10 : first).slice(0, 40);
}
