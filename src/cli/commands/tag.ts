import type { CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import { applyTags, planTags } from '../../live/tag.ts';
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
    commands: [planCommand(context), applyCommand(context.host)],
    demand: 'Say what: `cutover tag plan` changes nothing, `cutover tag apply` does it.',
  });
}

function planCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'plan <store>',
    describe: 'Show what would be changed, and what stands against it; change nothing',
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

function applyCommand(host: Host): CommandModule {
  return command({
    name: 'apply <store>',
    describe: 'Add what is missing, embed rows again, and tag those that match',
    positionals: STORE,
    options: {
      ...COMMON,
      as: {
        ...TEXT,
        demandOption: true,
        describe: 'The version that they are said to be of: old, new, an id or a file',
      },
      attest: {
        choices: ['all', 'sample'] as const,
        default: 'all' as const,
        describe: 'Embed every row again, or 59 of each segment, partition or time range',
      },
    },
    handler: async (args) => {
      const paint = paintFor(host);
      const console = new Terminal(host, args.quiet);
      const onPlan = ({ statements }: { readonly statements: readonly string[] }) => {
        for (const statement of statements) console.info(statementText(statement));
      };
      const result = await applyTags({ ...storeOptions(host, args), version: args.as, method: args.attest, onPlan });
      if (args.json) return writeJson(host, result);
      const { record, untagged } = result;
      host.stdout.write(`${paint.good(`${record.rows} rows tagged`)} as ${record.tag.slice(0, 12)}: ${record.attested} embedded again`);
      host.stdout.write(
        record.rows > 0
          ? `; with ${100 * record.confidence} % confidence at most ${(100 * record.bound).toFixed(1)} % of them are false\n`
          : '\n',
      );
      if (untagged.rows === 0) return;
      host.stdout.write(`${paint.warn(`${untagged.rows} rows stay untagged`)}, such as ${untagged.examples.map(plain).join(', ')}\n`);
      for (const stratum of record.left) host.stdout.write(`  left as it is: ${plain(stratum)}\n`);
      host.stdout.write('  Their vectors are not of that version, or have no text: try another version with --as, or write them again.\n');
    },
  });
}
