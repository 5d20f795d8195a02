import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { plain } from '../../../core/printable.ts';
import { history, verifyLedger } from '../../../live/migrate/history.ts';
import { migrationStatus } from '../../../live/migrate/status.ts';
import { command } from '../../command.ts';
import { type CommandContext, EXIT } from '../../host.ts';
import { printHistory, printStatus } from '../../migration.ts';
import { COMMON, STORE, storeOptions, TEXT, writeJson } from '../../options.ts';

export function statusCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'status <store>',
    describe: 'How far the store is, counted from its rows',
    positionals: STORE,
    options: COMMON,
    handler: async (args) => {
      const status = await migrationStatus(storeOptions(host, args));
      if (args.json) writeJson(host, status);
      else printStatus(host, status);
    },
  });
}

export function historyCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'history <store>',
    describe: 'Every entry of the ledger, oldest first',
    positionals: STORE,
    options: COMMON,
    handler: async (args) => {
      const entries = await history(storeOptions(host, args));
      if (args.json) writeJson(host, entries);
      else printHistory(host, entries);
    },
  });
}

export function verifyCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'verify <store>',
    describe: 'Check the chain of the ledger against the lock, and the store against its last entry; exits 1 where they differ',
    positionals: STORE,
    options: { ...COMMON, certificate: { ...TEXT, describe: 'A certificate that names an entry of the ledger' } },
    handler: async (args) => {
      const found = await verifyLedger({
        ...storeOptions(host, args),
        certificate: args.certificate === undefined ? null : resolve(host.cwd, args.certificate),
      });
      if (args.json) writeJson(host, found);
      else {
        host.stdout.write(`the ledger is whole: ${found.entries} entries\n`);
        for (const { by, seq } of found.anchors) host.stdout.write(`${plain(by)} names entry ${seq}, and it is in its place\n`);
        if (found.anchors.length === 0)
          host.stdout.write('neither a lock nor a certificate names an entry: lines cut off the end would not be seen\n');
        for (const difference of found.differences) host.stdout.write(`changed since: ${plain(difference)}\n`);
      }
      exit(found.differences.length > 0 ? EXIT.fail : EXIT.pass);
    },
  });
}
