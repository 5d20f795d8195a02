import { resolve } from 'node:path';
import yargs, { type Argv, type CommandModule } from 'yargs';
import { CutoverError, reasonOf } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { plain } from '../core/printable.ts';
import { keepSecretsOf } from '../core/secrets.ts';
import { CUTOVER_VERSION, errorPage } from '../project/version.ts';
import { type CommandContext, DEFAULT_CONFIG, EXIT, type Host, UsageError } from './host.ts';
import { guarded, paintFor } from './terminal.ts';

/** What the scripts of yargs call with the line so far. */
const COMPLETE = '--get-yargs-completions';

type Load = (context: CommandContext) => Promise<unknown>;

/** First words → commands, in the order of `cutover --help`. Loaded when asked for: start-up is mostly the loading of modules. */
const COMMANDS: readonly (readonly [words: string, load: Load])[] = [
  ['init', async (context) => (await import('./commands/init.ts')).initCommand(context)],
  ['run', async (context) => (await import('./commands/run.ts')).runCommand(context)],
  ['sweep', async (context) => (await import('./commands/sweep.ts')).sweepCommand(context)],
  ['embed search study measure', async (context) => (await import('./commands/stage.ts')).stageCommands(context)],
  ['merge', async (context) => (await import('./commands/merge.ts')).mergeCommand(context)],
  ['queue worker', async (context) => (await import('./commands/queue.ts')).queueCommands(context)],
  ['gate', async (context) => (await import('./commands/gate.ts')).gateCommand(context)],
  ['report', async (context) => (await import('./commands/report.ts')).reportCommand(context)],
  ['compare', async (context) => (await import('./commands/compare.ts')).compareCommand(context)],
  ['diff', async (context) => (await import('./commands/diff.ts')).diffCommand(context)],
  ['bridge', async (context) => (await import('./commands/bridge.ts')).bridgeCommand(context)],
  ['dataset', async (context) => (await import('./commands/dataset.ts')).datasetCommand(context)],
  ['cache', async (context) => (await import('./commands/cache.ts')).cacheCommand(context)],
  ['judge', async (context) => (await import('./commands/judge.ts')).judgeCommand(context)],
  ['review', async (context) => (await import('./commands/review.ts')).reviewCommand(context)],
  ['lock', async (context) => (await import('./commands/lock.ts')).lockCommand(context)],
  ['audit', async (context) => (await import('./commands/audit.ts')).auditCommand(context)],
  ['tag', async (context) => (await import('./commands/tag.ts')).tagCommand(context)],
  ['migrate', async (context) => (await import('./commands/migrate.ts')).migrateCommand(context)],
  ['verify', async (context) => (await import('./commands/verify.ts')).verifyCommand(context)],
  ['versions', async (context) => (await import('./commands/versions.ts')).versionsCommand(context)],
  ['doctor', async (context) => (await import('./commands/doctor.ts')).doctorCommand(context)],
];

/** The entry of the command that a first word names; none for help and mistakes. */
function entriesOf(word: string | undefined): typeof COMMANDS {
  return COMMANDS.filter(([words]) => words.split(' ').includes(word ?? ''));
}

/** The command that a first word names; all of them for help and mistakes, none to say the version. */
async function commandsFor(argv: readonly string[], context: CommandContext): Promise<readonly CommandModule[]> {
  const [word] = argv;
  if (argv.length === 1 && (word === '--version' || word === '-v')) return [];
  const named = entriesOf(word);
  const loaded = await Promise.all((named.length > 0 ? named : COMMANDS).map(([, load]) => load(context)));
  return loaded.flat() as readonly CommandModule[];
}

/**
 * The command line, without a process: everything it touches comes in through `host`.
 * @returns the exit code: 0 pass, 1 the gate failed, 2 it could not be evaluated, 3 inconclusive, 130 interrupted
 */
export async function main(argv: readonly string[], given: Host): Promise<number> {
  keepSecretsOf(given.env);
  const host = guarded(given);
  let code: number = EXIT.pass;
  const context: CommandContext = {
    host,
    exit: (value) => {
      code = value;
    },
  };
  try {
    if (argv.length === 0) {
      host.stderr.write(`${await parse(['--help'], context)}\n`);
      return EXIT.error;
    }
    const output = await parse(argv, context);
    if (output !== '') host.stdout.write(`${output}\n`);
    return code;
  } catch (error) {
    return report(await explained(error, argv, context), host, argv[0]);
  }
}

/** The same error with the step that would work here, where looking around finds one. */
async function explained(error: unknown, argv: readonly string[], context: CommandContext): Promise<unknown> {
  // A server that was still waited for when Ctrl-C came.
  if (context.host.signal.aborted && error instanceof CutoverError && error.code === 'STORE_UNREACHABLE')
    return new CutoverError('INTERRUPTED', {});
  if (error instanceof CutoverError && error.code === 'CONFIG_MISSING') {
    const { firstStep } = await import('../features/setup/first-step.ts');
    const step = await firstStep(context.host.cwd).catch(() => null);
    const file = resolve(context.host.cwd, DEFAULT_CONFIG);
    return step === null || !error.message.startsWith(file) ? error : new CutoverError('CONFIG_MISSING', { file, next: step });
  }
  const [, flag = ''] = error instanceof UsageError ? (/^Unknown argument: ([\w-]+)$/.exec(error.message) ?? []) : [];
  if (flag === '') return error;
  const words = argv.slice(
    0,
    argv.findIndex((word) => word.startsWith('-')),
  );
  const help = await parse([...words, '--help'], context).catch(() => '');
  const near = nearest(
    flag,
    [...help.matchAll(/--([a-z][\w-]+)/g)].map(([, name = '']) => name),
  );
  return near === null ? error : new UsageError(`Unknown argument: --${flag}; did you mean --${near}?`);
}

async function parse(argv: readonly string[], context: CommandContext): Promise<string> {
  let output = '';
  const parser = yargs([...argv])
    .scriptName('cutover')
    // The texts of the commands are English; yargs would put headings of the user's language between them.
    .locale('en')
    .usage('$0 <command>\n\nCompares two embedding versions on one data set and decides whether the new one may replace the old one.');
  for (const command of await commandsFor(argv, context)) parser.command(command);
  parser.completion('completion', 'Print a script that completes commands and names in your shell (bash, zsh or fish, by $SHELL)');
  if (argv[0] === COMPLETE) {
    const { completionValues } = await import('./completion.ts');
    const values = await completionValues(argv.slice(1), context.host);
    if (values !== null) return values.join('\n');
  }
  withoutSpareHelp(parser);
  await parser
    .demandCommand(1, 'Name a command: `cutover init` writes a configuration for this folder, `cutover run` evaluates it.')
    .recommendCommands()
    .strict()
    .check(refuseNotNumbers)
    .help()
    // Ours: yargs would look for the package.json of whoever calls.
    .version(CUTOVER_VERSION)
    .alias('h', 'help')
    .alias('v', 'version')
    .wrap(Math.min(110, context.host.stderr.columns ?? 100))
    .epilogue('Exit codes: 0 pass · 1 the gate failed · 2 could not be evaluated · 3 inconclusive · 130 interrupted')
    .exitProcess(false)
    .fail((message, error) => {
      // yargs wraps what an option's own check throws.
      throw error === undefined || error.name === 'YError' ? new UsageError(error?.message ?? message) : error;
    })
    .parseAsync(argv, {}, (_error: unknown, _argv: unknown, text: string) => {
      output = text;
    });
  return output;
}

/** yargs lays out the help page of every command that it starts, in case its own message of a failure shows it: ours never does. */
function withoutSpareHelp(parser: Argv): void {
  const internals = parser as Argv & { getInternalMethods?(): { getUsageInstance(): { cacheHelpMessage(): void } } };
  const usage = internals.getInternalMethods?.().getUsageInstance();
  if (usage !== undefined) usage.cacheHelpMessage = () => undefined;
}

/** What an option that takes a number is given, where it is none. */
function refuseNotNumbers(args: Readonly<Record<string, unknown>>): true {
  // Names of two words are there as written and in camel case.
  const none = Object.keys(args).find((name) => Number.isNaN(args[name]) && !/[A-Z]/.test(name));
  if (none !== undefined) throw new UsageError(`--${none} takes a number`);
  return true;
}

/** A step that its preconditions forbid, or that another process holds up, is no crash: try again when they allow it. */
const REFUSALS: ReadonlySet<string> = new Set(['MIGRATION_REFUSED', 'LOCK_REFUSED', 'LEDGER_LOCKED', 'LEDGER_MOVED', 'STORE_LOCKED']);

/** Prints what went wrong. @param word the first of the command line @returns the exit code */
export function report(error: unknown, host: Host, word: string | undefined): number {
  const paint = paintFor(host);
  if (error instanceof CutoverError) {
    host.stderr.write(`${paint.bad('error')} ${paint.bold(error.code)}  ${plain(error.message)}\n`);
    for (const detail of error.details) host.stderr.write(`  ${plain(detail)}\n`);
    host.stderr.write(`${paint.dim('next')}  ${plain(error.next)}\n${paint.dim('more')}  ${errorPage(error.code)}\n`);
    if (REFUSALS.has(error.code)) return EXIT.fail;
    return error.code === 'INTERRUPTED' ? EXIT.interrupted : EXIT.error;
  }
  if (error instanceof UsageError) {
    const help = entriesOf(word).length > 0 ? `cutover ${word} --help` : 'cutover --help';
    host.stderr.write(`${paint.bad('error')} ${plain(error.message)}\n${paint.dim('next')}  See \`${help}\`.\n`);
    return EXIT.error;
  }
  host.stderr.write(`${paint.bad('internal error')} ${error instanceof Error ? (error.stack ?? error.message) : reasonOf(error)}\n`);
  return EXIT.error;
}
