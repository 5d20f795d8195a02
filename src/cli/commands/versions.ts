import type { CommandModule } from 'yargs';
import { diffVersions, showVersions } from '../../features/setup/versions.ts';
import { command, commandGroup } from '../command.ts';
import type { CommandContext, Host } from '../host.ts';
import { COMMON, stageOptions, writeJson } from '../options.ts';
import { printDiff, printVersions } from '../versions.ts';

const NAME = 'old, new, an id or a version file';

/** `cutover versions show | diff`. */
export function versionsCommand({ host }: CommandContext): CommandModule {
  return commandGroup({
    name: 'versions',
    describe: 'Print fingerprints of versions, and which fields of two versions differ',
    commands: [showCommand(host), diffCommand(host)],
    demand: 'Say `versions show` or `versions diff`.',
  });
}

function showCommand(host: Host): CommandModule {
  return command({
    name: 'show [names..]',
    describe: 'Print what decides the vectors of a version, and the fingerprint of it',
    positionals: { names: { type: 'string', array: true, describe: `${NAME}; old and new unless given` } },
    options: COMMON,
    examples: [['$0 versions show versions/bge-small-en.yaml', 'A version file needs no configuration']],
    handler: async (args) => {
      const shown = await showVersions(stageOptions(host, args), args.names ?? []);
      if (args.json) writeJson(host, shown);
      else printVersions(host, shown);
    },
  });
}

function diffCommand(host: Host): CommandModule {
  return command({
    name: 'diff <a> <b>',
    describe: 'Print which fields differ, and whether everything has to be embedded again',
    positionals: { a: { type: 'string', demandOption: true, describe: NAME }, b: { type: 'string', demandOption: true, describe: NAME } },
    options: COMMON,
    examples: [['$0 versions diff old new', 'What the bump changes']],
    handler: async (args) => {
      const diff = await diffVersions(stageOptions(host, args), args.a, args.b);
      if (args.json) writeJson(host, diff);
      else printDiff(host, diff);
    },
  });
}
