import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { plural } from '../../../core/words.ts';
import { promote, retire, rollback } from '../../../live/migrate/migrate.ts';
import { command } from '../../command.ts';
import { type CommandContext, UsageError } from '../../host.ts';
import { printStatus } from '../../migration.ts';
import { COMMON, STORE, storeOptions, TEXT, writeJson } from '../../options.ts';
import { CERTIFICATE } from '../verify.ts';

export function promoteCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'promote <store>',
    describe: 'Cut over: readers get the new version. Needs a certificate that `verify` passes',
    positionals: STORE,
    options: {
      ...COMMON,
      ...CERTIFICATE,
      certificate: { ...TEXT, demandOption: true, describe: 'certificate.json of the evaluation' },
      readers: {
        choices: ['guarded', 'window'] as const,
        describe:
          'Of a table: every reader checks the tag and every writer reads the live tag (guarded), or the application is switched within a maintenance window (window)',
      },
      'dry-run': {
        type: 'boolean',
        default: false,
        describe: 'Of a table: check everything, and switch in a transaction that is rolled back',
      },
    },
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
      if (lagged > 0) host.stdout.write(`${broughtUp(lagged)}\n`);
      printStatus(host, status);
    },
  });
}

export function rollbackCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'rollback <store>',
    describe: 'Go back to the old version, once its vectors are complete, current and proved',
    positionals: STORE,
    options: {
      ...COMMON,
      now: {
        type: 'boolean',
        default: false,
        describe: 'Of a table: go back first. Rows that the old version lacks are hidden by the guard until `migrate follow` comes to them',
      },
      force: { type: 'boolean', default: false, describe: 'Take the loss; needs --reason' },
      reason: { ...TEXT, describe: 'Why; the ledger keeps it' },
    },
    handler: async (args) => {
      const { status, lagged } = await rollback({
        ...storeOptions(host, args),
        force: args.force,
        reason: args.reason ?? null,
        atOnce: args.now,
      });
      if (args.json) return writeJson(host, { ...status, lagged });
      host.stdout.write(`${args.now ? hidden(lagged) : broughtUp(lagged)}\n`);
      printStatus(host, status);
    },
  });
}

export function retireCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'retire <store>',
    describe: 'End a migration: delete the vectors that are not live; afterwards there is no way back',
    positionals: STORE,
    options: { ...COMMON, yes: { type: 'boolean', default: false, describe: 'Really' } },
    handler: async (args) => {
      if (!args.yes) throw new UsageError('retire deletes the vectors that are not live, for good: say --yes');
      const { status, removed } = await retire(storeOptions(host, args));
      if (args.json) return writeJson(host, { ...status, removed });
      host.stdout.write(`${removed} vectors that were not live deleted\n`);
      printStatus(host, status);
    },
  });
}

function broughtUp(rows: number): string {
  return `${plural(rows, 'row')} changed while it switched and ${rows === 1 ? 'was' : 'were'} brought up to date after it`;
}

function hidden(rows: number): string {
  return `${plural(rows, 'row')} ${rows === 1 ? 'has' : 'have'} no vector of the old version yet: run \`cutover migrate follow\``;
}
