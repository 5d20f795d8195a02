import type { CommandModule } from 'yargs';
import { diffVersions, showVersions } from '../../features/setup/versions.ts';
import type { CommandContext, Host } from '../host.ts';
import { type CommonArgs, commonOptions, stageOptions, writeJson } from '../options.ts';
import { printDiff, printVersions } from '../versions.ts';

interface ShowArgs extends CommonArgs {
  readonly names: readonly string[] | undefined;
}

interface DiffArgs extends CommonArgs {
  readonly a: string;
  readonly b: string;
}

const NAME = 'old, new, an id or a version file';

/** `cutover versions show | diff`. */
export function versionsCommand({ host }: CommandContext): CommandModule {
  return {
    command: 'versions',
    describe: 'Print fingerprints of versions, and which fields of two versions differ',
    builder: (yargs) =>
      yargs
        .command(showCommand(host) as CommandModule)
        .command(diffCommand(host) as CommandModule)
        .demandCommand(1, 'Say `versions show` or `versions diff`.'),
    handler: () => undefined,
  };
}

function showCommand(host: Host): CommandModule<object, ShowArgs> {
  return {
    command: 'show [names..]',
    describe: 'Print what decides the vectors of a version, and the fingerprint of it',
    builder: (yargs) =>
      commonOptions(yargs)
        .positional('names', { type: 'string', array: true, describe: `${NAME}; old and new unless given` })
        .example('$0 versions show versions/bge-small-en.yaml', 'A version file needs no configuration') as never,
    handler: async (args) => {
      const shown = await showVersions(stageOptions(host, args), args.names ?? []);
      if (args.json) writeJson(host, shown);
      else printVersions(host, shown);
    },
  };
}

function diffCommand(host: Host): CommandModule<object, DiffArgs> {
  return {
    command: 'diff <a> <b>',
    describe: 'Print which fields differ, and whether everything has to be embedded again',
    builder: (yargs) =>
      commonOptions(yargs)
        .positional('a', { type: 'string', demandOption: true, describe: NAME })
        .positional('b', { type: 'string', demandOption: true, describe: NAME })
        .example('$0 versions diff old new', 'What the bump changes') as never,
    handler: async (args) => {
      const diff = await diffVersions(stageOptions(host, args), args.a, args.b);
      if (args.json) writeJson(host, diff);
      else printDiff(host, diff);
    },
  };
}
