import type { CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import { RUNTIMES } from '../../live/attest/runtimes.ts';
import { applyTags, planTags, type TagResult } from '../../live/tag.ts';
import { command, commandGroup } from '../command.ts';
import { type CommandContext, EXIT, type Host } from '../host.ts';
import { statementText } from '../migration.ts';
import { COMMON, STORE, storeOptions, TEXT, writeJson } from '../options.ts';
import { paintFor, Terminal } from '../terminal.ts';

/** `cutover tag`: tags for a store that has none. */
export function tagCommand(context: CommandContext): CommandModule {
  return commandGroup({
    name: 'tag',
    describe: 'Give the vectors of an existing store their version tag, once they are proved to be of that version',
    commands: [planCommand(context), applyCommand(context)],
    demand: 'Say what: `cutover tag plan` changes nothing, `cutover tag apply` does it.',
  });
}

function planCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'plan <store>',
    describe: 'Show what would be changed, and what would stop it; change nothing',
    positionals: STORE,
    options: COMMON,
    handler: async (args) => {
      const found = await planTags(storeOptions(host, args));
      if (args.json) return writeJson(host, found);
      const { plan, untagged, title } = found;
      for (const { reason, next } of plan.refusals ?? []) host.stdout.write(`REFUSED ${plain(reason)}\n     next ${plain(next)}\n`);
      for (const warning of plan.warnings ?? []) host.stdout.write(`note ${plain(warning)}\n`);
      exit((plan.refusals ?? []).length > 0 ? EXIT.fail : EXIT.pass);
      host.stdout.write(`${plain(title)}: ${untagged} rows without a tag\n`);
      if (plan.ready) host.stdout.write('Nothing has to be changed before they can get one.\n');
      for (const statement of plan.statements) host.stdout.write(`${statementText(statement)}\n`);
    },
  });
}

function applyCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'apply <store>',
    describe: 'Add what is missing, embed rows again, and tag those that match',
    positionals: STORE,
    options: {
      ...COMMON,
      as: {
        ...TEXT,
        demandOption: true,
        describe: 'The version that is claimed to have made them: old, new, an id or a file',
      },
      attest: {
        choices: ['all', 'sample'] as const,
        default: 'all' as const,
        describe: 'Embed every row again, or 59 of each segment, partition or time range',
      },
      runtime: {
        choices: RUNTIMES.map(({ id }) => id),
        describe: `What made them, where that was not this runtime: ${RUNTIMES.map(({ id, title }) => `${id} (${title})`).join(', ')}`,
      },
    },
    handler: async (args) => {
      const console = new Terminal(host, args.quiet);
      const onPlan = ({ statements }: { readonly statements: readonly string[] }) => {
        for (const statement of statements) console.info(statementText(statement));
      };
      const result = await applyTags({
        ...storeOptions(host, args),
        version: args.as,
        method: args.attest,
        runtime: args.runtime ?? null,
        onPlan,
      });
      if (result.record.rows === 0 && result.untagged.rows > 0) exit(EXIT.fail);
      if (args.json) return writeJson(host, result);
      printTagging(host, result);
    },
  });
}

function printTagging(host: Host, { record, untagged, cosines, enough, causes }: TagResult): void {
  const paint = paintFor(host);
  const colour = record.rows > 0 || untagged.rows === 0 ? paint.good : paint.bad;
  const tagged = colour(`${record.rows} rows tagged`);
  host.stdout.write(`${tagged} as ${record.tag.slice(0, 12)}: ${record.attested} embedded again`);
  host.stdout.write(
    record.rows > 0
      ? `; with ${100 * record.confidence} % confidence at most ${(100 * record.bound).toFixed(1)} % of them are false\n`
      : '\n',
  );
  if (untagged.rows === 0) return;
  const lines = [`${paint.warn(`${untagged.rows} rows stay untagged`)}, such as ${untagged.examples.map(plain).join(', ')}`];
  for (const stratum of record.left) lines.push(`  left as it is: ${plain(stratum)}`);
  if (cosines !== null) {
    const { least, p5, median, greatest, rows } = cosines;
    const figures = [least, p5, median, greatest].map((value) => value.toFixed(4));
    lines.push(
      `  cosine with the vectors made here, ${rows} rows: least ${figures[0]}, 5 % below ${figures[1]}, median ${figures[2]}, greatest ${figures[3]}; at least ${enough.toFixed(6)} is needed`,
    );
  }
  const looked = causes.reduce((sum, { rows }) => sum + rows, 0);
  for (const { note, rows, cosine } of causes)
    lines.push(`  likeliest for ${rows} of ${looked} looked at: ${plain(note)}${cosine === null ? '' : ` (cosine ${cosine.toFixed(4)})`}`);
  lines.push(`  ${paint.dim('next')} ${nextOf(causes, cosines)}`);
  host.stdout.write(`${lines.join('\n')}\n`);
}

function nextOf(causes: TagResult['causes'], cosines: TagResult['cosines']): string {
  if (cosines === null) return 'These rows have no text: name the corpus under `corpus` of the store, or the text column under `columns`.';
  if (causes[0]?.note.includes('another runtime, which rounds') === true)
    return 'If another runtime made them, name it: --runtime onnxruntime allows for its rounding.';
  if (causes[0]?.note.startsWith('another text') === true)
    return 'If more than this was embedded (title, metadata, a template), build that text in `columns.text`; if another model made them, name it with --as.';
  return 'Write the settings that made them into a version file and name it with --as, or embed these rows again.';
}
