import { resolve } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import { GENTLE, type Pace } from '../../live/migrate/columns/filler.ts';
import { history, verifyLedger } from '../../live/migrate/history.ts';
import { continueBackfill, followTable, planMigration, promote, retire, rollback, startMigration } from '../../live/migrate/migrate.ts';
import { migrationStatus } from '../../live/migrate/status.ts';
import { type CommandContext, EXIT, UsageError } from '../host.ts';
import { printHistory, printPlan, printStatus } from '../migration.ts';
import { type CommonArgs, commonOptions, NUMBER, storeOptions, TEXT, writeJson } from '../options.ts';
import { type CertificateArgs, certificateOptions } from './verify.ts';

interface StoreArgs extends CommonArgs {
  readonly store: string;
}

function withStoreOption<T>(yargs: Argv<T>) {
  return commonOptions(yargs).positional('store', { type: 'string', demandOption: true, describe: 'A name under `stores:`' });
}

interface PaceArgs {
  readonly batch: number;
  readonly rate: number | undefined;
  readonly pause: number;
  readonly 'max-lag': number;
}

/** How gently a table is written. */
function paceOptions<T>(yargs: Argv<T>): Argv<T & PaceArgs> {
  return yargs
    .option('batch', { ...NUMBER, default: GENTLE.batch, describe: 'Rows of a table written in one transaction' })
    .option('rate', { ...NUMBER, describe: 'Rows of a table written in a second, at most' })
    .option('pause', { ...NUMBER, default: GENTLE.pause, describe: 'Milliseconds between two transactions' })
    .option('max-lag', {
      ...NUMBER,
      default: GENTLE.maxLag,
      describe: 'Seconds that a replica may be behind; nothing is written above it',
    }) as never;
}

function paceOf({ batch, rate, pause, 'max-lag': maxLag }: PaceArgs): Pace {
  if (!Number.isInteger(batch) || batch < 1 || batch > 10_000)
    throw new UsageError(`--batch takes a whole number from 1 to 10000, not ${batch}`);
  if (rate !== undefined && !(rate > 0)) throw new UsageError(`--rate takes a number above 0, not ${rate}`);
  if (!(pause >= 0) || !(maxLag >= 0)) throw new UsageError('--pause and --max-lag take a number from 0');
  return { batch, rate: rate ?? null, pause, maxLag };
}

/** `cutover migrate`: from the old version to the new one, and back. */
export function migrateCommand(context: CommandContext): CommandModule {
  const commands = [
    planCommand(context),
    statusCommand(context),
    startCommand(context),
    backfillCommand(context),
    followCommand(context),
    promoteCommand(context),
    rollbackCommand(context),
    retireCommand(context),
    historyCommand(context),
    verifyCommand(context),
  ] as unknown as readonly CommandModule[];
  return {
    command: 'migrate',
    describe: 'Move a store to another version, step by step, with a ledger beside the vectors',
    builder: (yargs) =>
      commands
        .reduce((all, command) => all.command(command), yargs)
        .demandCommand(1, 'Say which step: `cutover migrate status` shows where a store stands.'),
    handler: () => undefined,
  };
}

function statusCommand({ host }: CommandContext): CommandModule<object, StoreArgs> {
  return {
    command: 'status <store>',
    describe: 'Where the store stands, counted from its rows',
    builder: (yargs) => withStoreOption(yargs) as never,
    handler: async (args) => {
      const status = await migrationStatus(storeOptions(host, args));
      if (args.json) writeJson(host, status);
      else printStatus(host, status);
    },
  };
}

interface PlanArgs extends StoreArgs {
  readonly to: string;
  readonly 'dry-run': boolean;
}

function planOptions<T>(yargs: Argv<T>) {
  return withStoreOption(yargs)
    .option('to', { ...TEXT, default: 'new', describe: 'The version to move to' })
    .option('dry-run', { type: 'boolean', default: false, describe: 'Run the statements in a transaction that is rolled back' });
}

function planCommand({ host, exit }: CommandContext): CommandModule<object, PlanArgs> {
  return {
    command: 'plan <store>',
    describe: 'Show what a migration will run in a table, and what it could fail of; exits 1 where something stands against it',
    builder: (yargs) => planOptions(yargs) as never,
    handler: async (args) => {
      const plan = await planMigration({ ...storeOptions(host, args), to: args.to, isTrial: args['dry-run'] });
      if (args.json) writeJson(host, plan);
      else printPlan(host, plan, args['dry-run']);
      exit(plan.refusals.length > 0 ? EXIT.fail : EXIT.pass);
    },
  };
}

function startCommand({
  host,
  exit,
}: CommandContext): CommandModule<object, PlanArgs & PaceArgs & { readonly from: string | undefined; readonly 'by-workers': boolean }> {
  return {
    command: 'start <store>',
    describe: 'Register a migration and make the new vectors beside the old; resumes where it stopped',
    builder: (yargs) =>
      paceOptions(planOptions(yargs))
        .option('from', {
          ...TEXT,
          describe: 'The version that is live, where the ledger does not say (default: old)',
        })
        .option('by-workers', {
          type: 'boolean',
          default: false,
          describe: 'Only register it: `cutover queue start --store` and workers write the vectors',
        }) as never,
    handler: async (args) => {
      const options = { ...storeOptions(host, args), to: args.to, pace: paceOf(args) };
      if (args['dry-run']) {
        const plan = await planMigration({ ...options, isTrial: true });
        printPlan(host, plan, true);
        exit(plan.refusals.length > 0 ? EXIT.fail : EXIT.pass);
        return;
      }
      const status = await startMigration({ ...options, from: args.from ?? null, byWorkers: args['by-workers'] });
      if (args.json) writeJson(host, status);
      else printStatus(host, status);
    },
  };
}

function backfillCommand({ host }: CommandContext): CommandModule<object, StoreArgs & PaceArgs> {
  return {
    command: 'backfill <store>',
    describe: 'Embed what the store still lacks of the new version, new and changed documents too',
    builder: (yargs) => paceOptions(withStoreOption(yargs)) as never,
    handler: async (args) => {
      const status = await continueBackfill({ ...storeOptions(host, args), pace: paceOf(args) });
      if (args.json) writeJson(host, status);
      else printStatus(host, status);
    },
  };
}

function followCommand({ host }: CommandContext): CommandModule<object, StoreArgs & PaceArgs & { readonly once: boolean }> {
  return {
    command: 'follow <store>',
    describe: 'Keep rows that writers change up to date under both versions, until it is stopped; from start to retire',
    builder: (yargs) =>
      paceOptions(withStoreOption(yargs)).option('once', {
        type: 'boolean',
        default: false,
        describe: 'End when nothing lacks',
      }) as never,
    handler: async (args) => {
      const followed = await followTable({ ...storeOptions(host, args), pace: paceOf(args), once: args.once });
      if (args.json) return writeJson(host, followed);
      host.stdout.write(
        `${followed.written} rows brought up to date; ${followed.proved} of them had the right vector and only got its tag\n`,
      );
      if (followed.strange.length > 0)
        host.stdout.write(
          `${followed.strange.length} rows, such as ${followed.strange.slice(0, 5).map(plain).join(', ')}, hold a vector that is not of the live version; they stay as the application wrote them, without a tag\n`,
        );
    },
  };
}

interface PromoteArgs extends StoreArgs, CertificateArgs {
  readonly certificate: string;
  readonly readers: 'guarded' | 'window' | undefined;
  readonly 'dry-run': boolean;
}

function promoteCommand({ host }: CommandContext): CommandModule<object, PromoteArgs> {
  return {
    command: 'promote <store>',
    describe: 'Cut over: readers get the new version. Needs a certificate that `verify` passes',
    builder: (yargs) =>
      certificateOptions(withStoreOption(yargs))
        .option('certificate', { ...TEXT, demandOption: true, describe: 'certificate.json of the evaluation' })
        .option('readers', {
          choices: ['guarded', 'window'] as const,
          describe:
            'Of a table: every reader checks the tag and every writer reads the live tag (guarded), or the application is switched within a maintenance window (window)',
        })
        .option('dry-run', {
          type: 'boolean',
          default: false,
          describe: 'Of a table: check everything, and switch in a transaction that is rolled back',
        }) as never,
    handler: async (args) => {
      const { status, lagged } = await promote({
        ...storeOptions(host, args),
        certificate: resolve(host.cwd, args.certificate),
        publicKey: args['public-key'] === undefined ? null : resolve(host.cwd, args['public-key']),
        allowUnsigned: args['allow-unsigned'],
        maxDays: args['max-days'],
        readers: args.readers ?? null,
        isTrial: args['dry-run'],
      });
      if (args.json) return writeJson(host, { ...status, lagged });
      if (args['dry-run']) host.stdout.write('Tried and rolled back: the switch would pass.\n');
      if (lagged > 0) host.stdout.write(`${lagged} rows changed while it switched and were brought up to date after it\n`);
      printStatus(host, status);
    },
  };
}

interface RollbackArgs extends StoreArgs {
  readonly force: boolean;
  readonly now: boolean;
  readonly reason: string | undefined;
}

function rollbackCommand({ host }: CommandContext): CommandModule<object, RollbackArgs> {
  return {
    command: 'rollback <store>',
    describe: 'Back to the old version, if its vectors are complete, fresh and truly its own',
    builder: (yargs) =>
      withStoreOption(yargs)
        .option('now', {
          type: 'boolean',
          default: false,
          describe:
            'Of a table: go back first. Rows that the old version lacks are hidden by the guard until `migrate follow` comes to them',
        })
        .option('force', { type: 'boolean', default: false, describe: 'Take the loss; needs --reason' })
        .option('reason', { ...TEXT, describe: 'Why; the ledger keeps it' }) as never,
    handler: async (args) => {
      const { status, lagged } = await rollback({
        ...storeOptions(host, args),
        force: args.force,
        reason: args.reason ?? null,
        atOnce: args.now,
      });
      if (args.json) return writeJson(host, { ...status, lagged });
      const left = args.now
        ? 'have no vector of the old version yet: run `cutover migrate follow`'
        : 'changed while it switched and were brought up to date after it';
      host.stdout.write(`${lagged} rows ${left}\n`);
      printStatus(host, status);
    },
  };
}

function retireCommand({ host }: CommandContext): CommandModule<object, StoreArgs & { readonly yes: boolean }> {
  return {
    command: 'retire <store>',
    describe: 'End a migration: delete the vectors that are not live; afterwards there is no way back',
    builder: (yargs) => withStoreOption(yargs).option('yes', { type: 'boolean', default: false, describe: 'Really' }) as never,
    handler: async (args) => {
      if (!args.yes) throw new UsageError('retire deletes the vectors that are not live, for good: say --yes');
      const { status, removed } = await retire(storeOptions(host, args));
      if (args.json) return writeJson(host, { ...status, removed });
      host.stdout.write(`${removed} vectors that were not live deleted\n`);
      printStatus(host, status);
    },
  };
}

function historyCommand({ host }: CommandContext): CommandModule<object, StoreArgs> {
  return {
    command: 'history <store>',
    describe: 'Every entry of the ledger, oldest first',
    builder: (yargs) => withStoreOption(yargs) as never,
    handler: async (args) => {
      const entries = await history(storeOptions(host, args));
      if (args.json) writeJson(host, entries);
      else printHistory(host, entries);
    },
  };
}

function verifyCommand({ host, exit }: CommandContext): CommandModule<object, StoreArgs> {
  return {
    command: 'verify <store>',
    describe: 'Check the chain of the ledger, and the store against its last entry; exits 1 where they differ',
    builder: (yargs) => withStoreOption(yargs) as never,
    handler: async (args) => {
      const found = await verifyLedger(storeOptions(host, args));
      if (args.json) writeJson(host, found);
      else {
        host.stdout.write(`the ledger is whole: ${found.entries} entries\n`);
        for (const difference of found.differences) host.stdout.write(`changed since: ${plain(difference)}\n`);
      }
      exit(found.differences.length > 0 ? EXIT.fail : EXIT.pass);
    },
  };
}
