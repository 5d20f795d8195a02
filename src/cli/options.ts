import { resolve } from 'node:path';
import { CutoverError } from '../core/errors.ts';
import { safeJson } from '../core/printable.ts';
import type { StoreOptions } from '../live/store-access.ts';
import { cacheTrustOf } from '../project/cache-trust.ts';
import type { StageOptions } from '../project/workspace.ts';
import type { ScoreKind } from '../search/ranked-run.ts';
import type { ArgsOf } from './command.ts';
import { DEFAULT_CONFIG, type Host, UsageError } from './host.ts';
import { Terminal } from './terminal.ts';

/** An option that takes a text: naming it without one is a mistake. */
export const TEXT = { type: 'string', requiresArg: true } as const;

/** The same of a number. */
export const NUMBER = { type: 'number', requiresArg: true } as const;

/** The result for scripts. */
export const JSON_OPTION = { json: { type: 'boolean', default: false, describe: 'Machine-readable result on stdout' } } as const;

/** Options that every command on a configuration takes. */
export const COMMON = {
  config: { alias: 'c', ...TEXT, default: DEFAULT_CONFIG, describe: 'Configuration file' },
  output: { alias: 'o', ...TEXT, describe: "Report folder, instead of the configuration's" },
  ...JSON_OPTION,
  quiet: { alias: 'q', type: 'boolean', default: false, describe: 'Warnings and errors only' },
} as const;

export type CommonArgs = ArgsOf<typeof COMMON>;

export const AS_OF = {
  'as-of': {
    ...TEXT,
    describe: 'Date the verdict holds for, YYYY-MM-DD (today unless given)',
    coerce: (value: string | undefined) => {
      if (value !== undefined && (!/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(Date.parse(value))))
        throw new UsageError(`--as-of takes a date as YYYY-MM-DD, not ${value}`);
      return value;
    },
  },
} as const;

export const COUNTERFACTUAL = {
  counterfactual: {
    type: 'boolean',
    default: false,
    describe: 'Where the new version contradicts what its model publishes, embed it as published too',
  },
} as const;

export const TIME_AGAIN = {
  'time-again': {
    type: 'boolean',
    default: false,
    describe: 'For rules on costs: time both versions again, although nothing changed since they were timed',
  },
} as const;

/** The data set that a command is about. */
export const FOLDER = {
  folder: { type: 'string', describe: "A data set folder (the configuration's data set unless given)" },
} as const;

/** The store that a command is about. */
export const STORE = { store: { type: 'string', demandOption: true, describe: 'A name under `stores:`' } } as const;

export function stageOptions(
  host: Host,
  args: CommonArgs & {
    readonly 'as-of'?: string | undefined;
    readonly counterfactual?: boolean | undefined;
    readonly 'time-again'?: boolean | undefined;
    readonly base?: string | undefined;
  },
): StageOptions {
  const configFile = resolve(host.cwd, args.config);
  return {
    configFile,
    output: args.output === undefined ? null : resolve(host.cwd, args.output),
    asOf: args['as-of'] ?? host.today(),
    cwd: host.cwd,
    env: host.env,
    keyPairs: keyPairs(host, configFile, args.base ?? null),
    cacheTrust: cacheTrustOf({ env: host.env }),
    console: new Terminal(host, args.quiet),
    clock: host.clock,
    signal: host.signal,
    counterfactual: args.counterfactual === true,
    timeAgain: args['time-again'] === true,
  };
}

/** Looked up where a version takes a key, once: it lays out the base branch. */
function keyPairs(host: Host, configFile: string, base: string | null): () => Promise<readonly string[] | null> {
  let pairs: Promise<readonly string[] | null> | undefined;
  return () => {
    pairs ??= lookUp(host, configFile, base);
    return pairs;
  };
}

async function lookUp(host: Host, configFile: string, base: string | null): Promise<readonly string[] | null> {
  const { keyPairsOf } = await import('../project/key-pairs.ts');
  const { loadProject } = await import('../project/workspace.ts');
  const { gitRepository } = await import('./git.ts');
  const { cwd, env, clock, signal } = host;
  const console = { progress: () => undefined, info: () => undefined, warn: () => undefined };
  const options = { configFile, output: null, asOf: '', cwd, env, clock, signal, console };
  return keyPairsOf(gitRepository(host), base, options, (file) => loadProject({ ...options, configFile: file }));
}

export function storeOptions(
  host: Host,
  args: CommonArgs & { readonly store: string; readonly 'as-of'?: string | undefined },
): StoreOptions {
  return { ...stageOptions(host, args), store: args.store, now: host.now };
}

export function writeJson(host: Host, value: unknown): void {
  host.stdout.write(`${safeJson(JSON.stringify(value, null, 2))}\n`);
}

/** For commands that read two TREC runs. */
export const SCORES_OPTION = {
  scores: {
    ...TEXT,
    array: true,
    default: ['similarity'],
    describe: 'What the score columns hold: similarity, distance, or old=distance new=similarity',
  },
} as const;

/** `distance` is for both runs, `old=distance` for one. */
export function scoreKinds(words: readonly string[]): { old: ScoreKind; new: ScoreKind } {
  const kinds: { old: ScoreKind; new: ScoreKind } = { old: 'similarity', new: 'similarity' };
  for (const word of words) {
    const [, side, kind] = /^(?:(old|new)=)?(similarity|distance)$/.exec(word) ?? [];
    if (kind === undefined)
      throw new CutoverError('OPTION_INVALID', {
        option: 'scores',
        reason: `takes similarity or distance, not ${word}`,
        example: 'old=distance',
      });
    for (const of of ['old', 'new'] as const) if (side === undefined || side === of) kinds[of] = kind as ScoreKind;
  }
  return kinds;
}
