// Prints what failed as GitHub workflow commands. https://docs.github.com/actions/reference/workflow-commands-for-github-actions
import { execFileSync } from 'node:child_process';
import { relative, resolve } from 'node:path';
import { errorLines, readResult, visible } from './result.mjs';

/** GitHub shows ten of a kind for each step. */
const MOST = 10;

/** A message: line ends would end the command, and a percent sign starts an escape. */
const data = (text) => visible(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
/** A property ends at a comma or colon, too. */
const property = (text) => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

function command(level, file, title, message) {
  const properties = [...(file === null ? [] : [`file=${property(file)}`, 'line=1']), `title=${property(title)}`];
  return `::${level} ${properties.join(',')}::${data(message)}`;
}

/** Path of the configuration as the repository has it. */
function configPath() {
  const file = resolve(process.env.CUTOVER_CONFIG || 'cutover.yaml');
  try {
    return relative(execFileSync('git', ['rev-parse', '--show-toplevel'], { encoding: 'utf8' }).trim(), file);
  } catch {
    return process.env.CUTOVER_CONFIG || 'cutover.yaml';
  }
}

function lines() {
  const { change, verdict } = readResult();
  if (change === null) return [command('error', configPath(), 'cutover could not evaluate', errorLines().join('\n'))];
  const failed = (verdict?.rules ?? []).filter(({ decides, outcome }) => decides && (outcome === 'fail' || outcome === 'inconclusive'));
  const found = failed.map(({ id, outcome, expected, found, reason, next }) =>
    command(
      outcome === 'fail' ? 'error' : 'warning',
      configPath(),
      id,
      `expected ${expected}\nfound ${found}\n${reason}\n${next}`.trimEnd(),
    ),
  );
  const { state, headline, facts, next, lock, exitCode } = change;
  if (exitCode !== 0 && state !== 'not-passed')
    found.unshift(command('error', lock, 'cutover.lock', [headline, ...facts, next].filter((line) => line !== '').join('\n')));
  const rest = found.length - MOST;
  return rest <= 0
    ? found
    : [...found.slice(0, MOST - 1), command('error', configPath(), 'cutover', `and ${rest + 1} more, in the report`)];
}

for (const line of lines()) console.log(line);
