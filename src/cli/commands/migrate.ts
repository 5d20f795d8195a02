import { resolve } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import {
  continueBackfill,
  history,
  migrationStatus,
  promote,
  retire,
  rollback,
  startMigration,
  verifyLedger,
} from '../../live/migrate/migrate.ts';
import { type CommandContext, EXIT, UsageError } from '../host.ts';
import { printHistory, printStatus } from '../migration.ts';
import { type CommonArgs, commonOptions, storeOptions, TEXT, writeJson } from '../options.ts';
import { type CertificateArgs, certificateOptions } from './verify.ts';

interface StoreArgs extends CommonArgs {
  readonly store: string;
}

function withStoreOption<T>(yargs: Argv<T>) {
  return commonOptions(yargs).positional('store', { type: 'string', demandOption: true, describe: 'A name under `stores:`' });
}

/** `cutover migrate`: from the old version to the new one, and back. */
export function migrateCommand(context: CommandContext): CommandModule {
  const commands = [
    statusCommand(context),
    startCommand(context),
    backfillCommand(context),
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

function startCommand({
  host,
}: CommandContext): CommandModule<
  object,
  StoreArgs & { readonly to: string; readonly from: string | undefined; readonly 'by-workers': boolean }
> {
  return {
    command: 'start <store>',
    describe: 'Register a migration and write the new vectors beside the old; goes on where it stopped',
    builder: (yargs) =>
      withStoreOption(yargs)
        .option('to', { ...TEXT, default: 'new', describe: 'The version to move to' })
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
      const status = await startMigration({
        ...storeOptions(host, args),
        to: args.to,
        from: args.from ?? null,
        byWorkers: args['by-workers'],
      });
      if (args.json) writeJson(host, status);
      else printStatus(host, status);
    },
  };
}

function backfillCommand({ host }: CommandContext): CommandModule<object, StoreArgs> {
  return {
    command: 'backfill <store>',
    describe: 'Embed what the store still lacks of the new version, new and changed documents too',
    builder: (yargs) => withStoreOption(yargs) as never,
    handler: async (args) => {
      const status = await continueBackfill(storeOptions(host, args));
      if (args.json) writeJson(host, status);
      else printStatus(host, status);
    },
  };
}

function promoteCommand({ host }: CommandContext): CommandModule<object, StoreArgs & CertificateArgs & { readonly certificate: string }> {
  return {
    command: 'promote <store>',
    describe: 'Cut over: readers get the new version. Needs a certificate that `verify` passes',
    builder: (yargs) =>
      certificateOptions(withStoreOption(yargs)).option('certificate', {
        ...TEXT,
        demandOption: true,
        describe: 'certificate.json of the evaluation',
      }) as never,
    handler: async (args) => {
      const { status } = await promote({
        ...storeOptions(host, args),
        certificate: resolve(host.cwd, args.certificate),
        publicKey: args['public-key'] === undefined ? null : resolve(host.cwd, args['public-key']),
        allowUnsigned: args['allow-unsigned'],
        maxDays: args['max-days'],
      });
      if (args.json) writeJson(host, status);
      else printStatus(host, status);
    },
  };
}

function rollbackCommand({
  host,
}: CommandContext): CommandModule<object, StoreArgs & { readonly force: boolean; readonly reason: string | undefined }> {
  return {
    command: 'rollback <store>',
    describe: 'Back to the old version, if its vectors are complete, fresh and truly its own',
    builder: (yargs) =>
      withStoreOption(yargs)
        .option('force', { type: 'boolean', default: false, describe: 'Take the loss; needs --reason' })
        .option('reason', { ...TEXT, describe: 'Why; the ledger keeps it' }) as never,
    handler: async (args) => {
      const status = await rollback({ ...storeOptions(host, args), force: args.force, reason: args.reason ?? null });
      if (args.json) writeJson(host, status);
      else printStatus(host, status);
    },
  };
}

function retireCommand({ host }: CommandContext): CommandModule<object, StoreArgs & { readonly yes: boolean }> {
  return {
    command: 'retire <store>',
    describe: 'Delete the old vectors; afterwards there is no way back',
    builder: (yargs) => withStoreOption(yargs).option('yes', { type: 'boolean', default: false, describe: 'Really' }) as never,
    handler: async (args) => {
      if (!args.yes) throw new UsageError('retire deletes the old vectors for good: say --yes');
      const { status, removed } = await retire(storeOptions(host, args));
      if (args.json) return writeJson(host, { ...status, removed });
      host.stdout.write(`${removed} old rows deleted\n`);
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
