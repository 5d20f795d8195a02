import type { CommandModule } from 'yargs';
import { shownPath } from '../../config/source.ts';
import { plain } from '../../core/printable.ts';
import { diffVersions, fieldsOf, type ShownVersion, showVersions, type VersionDiff } from '../../features/setup/versions.ts';
import { SIDES } from '../../model/version.ts';
import { command, commandGroup } from '../command.ts';
import type { CommandContext, Host } from '../host.ts';
import { COMMON, stageOptions, writeJson } from '../options.ts';
import { paintFor } from '../terminal.ts';
import { aligned } from '../text.ts';

const MEANING: Readonly<Record<VersionDiff['embedAgain'], string>> = {
  nothing: 'One version under two names: nothing has to be embedded again.',
  vectors: 'One tag over two sets of vector files: the tag says that they are one version, the files differ. Check what made them.',
  everything:
    'Two versions: every text has to be embedded again, and no score of one may be compared with a score of the other. `cutover run` gates it.',
};

/** Prints fingerprints and what they were taken of. */
function printVersions(host: Host, shown: readonly ShownVersion[]): void {
  const paint = paintFor(host);
  const blocks = shown.map((one) => {
    const { version, file } = one;
    const proof = version.verifiable ? '' : `  ${paint.warn('unverifiable: nothing but its own word ties vectors to it')}`;
    const fields = [...fieldsOf(one), ...Object.entries(version.names).map(([name, value]) => [`(${name})`, value])];
    return [
      `${paint.bold(plain(version.id))}  ${version.fingerprint}${proof}`,
      paint.dim(`  ${plain(shownPath(file, host.cwd))}`),
      ...aligned(fields).map((line) => `  ${plain(line)}`),
      ...version.warnings.map((warning) => `  ${paint.warn('warning')} ${plain(warning)}`),
    ].join('\n');
  });
  host.stdout.write(`${blocks.join('\n\n')}\n`);
}

/** Prints which fields differ and what follows from it. */
function printDiff(host: Host, diff: VersionDiff): void {
  const paint = paintFor(host);
  const head = SIDES.map((side) => {
    const { version, file } = diff[side];
    return [plain(version.id), version.fingerprint.slice(0, 12), plain(shownPath(file, host.cwd))];
  });
  const lines = [...aligned(head), ''];
  if (diff.differing.length === 0) lines.push(`All ${diff.agreeing.length} fields that decide vectors agree.`);
  else lines.push(`${diff.differing.length} of ${diff.differing.length + diff.agreeing.length} fields that decide vectors differ:`);
  lines.push(...table(diff.differing));
  if (diff.names.length > 0) lines.push('', paint.dim('Names, which decide nothing:'), ...table(diff.names));
  lines.push('', diff.embedAgain === 'nothing' ? paint.good(MEANING.nothing) : paint.warn(MEANING[diff.embedAgain]));
  host.stdout.write(`${lines.join('\n')}\n`);
}

function table(fields: VersionDiff['differing']): string[] {
  const shown = (value: string | null) => (value === null ? '–' : plain(value));
  return aligned(fields.map((row) => [plain(row.field), shown(row.old), shown(row.new)])).map((line) => `  ${line}`);
}

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
