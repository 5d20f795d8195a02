import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { temporaryFolder } from '../temporary-folder.ts';
import { bash, ROOT, StepFiles } from './script.ts';

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

type Values = Record<string, string>;

/** What a job knows of the pull request it runs for. */
export interface Job {
  readonly checkout: string;
  readonly event: object;
  readonly env: Readonly<Record<string, string>>;
  readonly token: string;
  readonly inputs?: Values;
  /** Ends the step that evaluates, as a cancelled job does. @param cache folder of its vectors */
  readonly killWhen?: (cache: string) => boolean;
}

/** What a job left. */
export interface Played {
  readonly code: number;
  readonly outputs: Values;
  readonly summary: string;
  /** Everything that was printed, annotations among it. */
  readonly log: string;
  /** The folder that was uploaded. */
  readonly artifact: string;
}

/** Caches between jobs, as GitHub keeps them: never overwritten, found by name or by its beginning, newest first. */
export class CacheStore {
  readonly names: string[] = [];
  readonly #folder = temporaryFolder();

  restore(path: string, names: readonly string[]): boolean {
    const found = names.flatMap((name) => [...this.names].reverse().find((kept) => kept.startsWith(name)) ?? [])[0];
    if (found !== undefined) cpSync(join(this.#folder, found), path, { recursive: true });
    return found === names[0];
  }

  save(path: string, name: string): void {
    if (!existsSync(path) || this.names.includes(name)) return;
    cpSync(path, join(this.#folder, name), { recursive: true });
    this.names.push(name);
  }
}

interface Context {
  readonly inputs: Values;
  readonly github: Values;
  readonly runner: Values;
  readonly steps: Record<string, { readonly outputs: Values }>;
}

/**
 * Plays the steps of action.yml in order, with its conditions and expressions, as GitHub's runner does for a composite
 * action. Its own steps run under bash; of the marketplace's, caches are kept in a folder and the rest is noted.
 */
export async function play(job: Job, caches: CacheStore): Promise<Played> {
  const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default: string }>;
    outputs: Record<string, { value: string }>;
    runs: { steps: Step[] };
  };
  const temp = temporaryFolder();
  const context: Context = {
    inputs: {},
    github: { token: job.token, run_id: '77', run_attempt: '1', event_name: 'pull_request' },
    runner: { temp },
    steps: {},
  };
  for (const [name, input] of Object.entries(action.inputs)) context.inputs[name] = job.inputs?.[name] ?? filled(input.default, context);
  let code = 0;
  let log = '';
  let summary = '';
  for (const step of action.runs.steps) {
    if (!holds(step.if, context, code === 0)) continue;
    if (step.uses !== undefined) {
      const outputs = useAction(step, context, caches);
      if (step.id !== undefined) context.steps[step.id] = { outputs };
      continue;
    }
    const files = new StepFiles();
    files.event = job.event;
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, value]) => [key, filled(value, context)]));
    const { killWhen } = job;
    const kill = step.id === 'run' && killWhen !== undefined ? { killWhen: () => killWhen(env.CUTOVER_CACHE ?? '') } : {};
    const options = { cwd: job.checkout, env: { ...job.env, ...files.env, ...env, GITHUB_ACTION_PATH: ROOT, RUNNER_TEMP: temp }, ...kill };
    const done = await bash(step.run ?? '', options);
    log += done.log;
    summary += files.summary;
    if (step.id !== undefined) context.steps[step.id] = { outputs: files.outputs };
    if (code === 0) code = done.code ?? 137;
  }
  const outputs = Object.fromEntries(Object.entries(action.outputs).map(([name, { value }]) => [name, filled(value, context)]));
  return { code, outputs, summary, log, artifact: join(temp, 'cutover', 'report') };
}

function useAction(step: Step, context: Context, caches: CacheStore): Values {
  const input = (name: string) => filled(step.with?.[name] ?? '', context);
  const [name] = (step.uses ?? '').split('@');
  if (name === 'actions/cache/restore')
    return { 'cache-hit': String(caches.restore(input('path'), [input('key'), ...input('restore-keys').split('\n')])) };
  if (name === 'actions/cache/save') caches.save(input('path'), input('key'));
  else if (name === 'actions/upload-artifact') input('path');
  else if (name !== 'actions/setup-node') throw new Error(`The player knows no ${name}.`);
  return {};
}

/** A condition; without `always()` a step runs only while nothing failed. */
function holds(condition: string | undefined, context: Context, succeeded: boolean): boolean {
  if (condition === undefined) return succeeded;
  return (succeeded || condition.includes('always()')) && Boolean(evaluate(condition, context));
}

/** Text with its `${{ … }}` filled in. */
function filled(text: string, context: Context): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => String(evaluate(expression, context)));
}

/** An expression of the action: context values, strings, `==`, `!=`, `!`, `&&`, `||` and three functions mean what they mean in JavaScript. */
function evaluate(expression: string, context: Context): unknown {
  const source = expression.replace(/\b(inputs|steps|github|runner)((?:\.[\w-]+)+)/g, (_, root: string, path: string) => {
    const keys = path.split('.').slice(1);
    return `(context.${root}${keys.map((key) => `?.['${key}']`).join('')} ?? '')`;
  });
  const format = (text: string, ...values: string[]) => text.replace(/\{(\d)\}/g, (_, i: string) => values[Number(i)] ?? '');
  const startsWith = (text: string, start: string) => text.startsWith(start);
  return new Function('context', 'always', 'format', 'startsWith', `return ${source};`)(context, () => true, format, startsWith);
}
