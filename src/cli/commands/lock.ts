import type { CommandModule } from 'yargs';
import { checkLock } from '../../features/lock/change.ts';
import { writeLockFile } from '../../features/lock/write.ts';
import { printChange, printLock } from '../change.ts';
import { command } from '../command.ts';
import { gitRepository } from '../git.ts';
import { type CommandContext, UsageError } from '../host.ts';
import { AS_OF, COMMON, stageOptions, TEXT, writeJson } from '../options.ts';

/** `cutover lock`: records which version is live on this branch. */
export function lockCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'lock',
    describe: 'After a pass, write cutover.lock: which version is live on this branch, and the certificate that allows it',
    options: {
      ...COMMON,
      ...AS_OF,
      init: { type: 'boolean', default: false, describe: 'Pin the version that is live now, without an evaluation' },
      reason: {
        ...TEXT,
        describe: 'With --init: why the live version may change without an evaluation',
      },
      check: {
        type: 'boolean',
        default: false,
        describe: 'Write and evaluate nothing: exit 1 if the lock does not match the working tree',
      },
      stores: {
        type: 'boolean',
        default: false,
        describe: "With --check: also that the ledgers of the configuration's stores still hold what the lock pins",
      },
      base: {
        ...TEXT,
        describe: "With --check: the branch to compare with, instead of CI's or the default one",
      },
    },
    examples: [
      ['$0 lock --init', 'The first lock: the old version is live'],
      ['$0 lock', 'After `cutover run` passed: the new version may go live'],
    ],
    handler: async (args) => {
      if (args.reason !== undefined && !args.init)
        throw new UsageError('--reason is for --init: after a pass the certificate is the reason');
      if ((args.base !== undefined || args.stores) && !args.check) throw new UsageError('--base and --stores are for --check');
      if (args.check) {
        const { change, exitCode } = await checkLock(
          {
            ...stageOptions(host, args),
            repository: gitRepository(host),
            base: args.base ?? null,
          },
          args.stores,
        );
        if (args.json) writeJson(host, change);
        if (!args.quiet || exitCode !== 0) printChange(host, change, exitCode);
        return exit(exitCode);
      }
      const { file, lock } = await writeLockFile({
        ...stageOptions(host, args),
        repository: gitRepository(host),
        init: args.init,
        reason: args.reason ?? null,
      });
      if (args.json) writeJson(host, lock);
      if (!args.quiet) printLock(host, file, lock);
    },
  });
}
