import type { CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import { applyTags, planTags } from '../../live/tag.ts';
import { type CommandContext, EXIT, type Host } from '../host.ts';
import { statementText } from '../migration.ts';
import { type CommonArgs, commonOptions, storeOptions, TEXT, writeJson } from '../options.ts';
import { paintFor, Terminal } from '../terminal.ts';

interface PlanArgs extends CommonArgs {
  readonly store: string;
}

interface ApplyArgs extends PlanArgs {
  readonly as: string;
  readonly attest: 'all' | 'sample';
}

/** `cutover tag`: tags for a store that has none. */
export function tagCommand(context: CommandContext): CommandModule {
  return {
    command: 'tag',
    describe: 'Give the vectors of an existing store their version tag, once they are proved to be of that version',
    builder: (yargs) =>
      yargs
        .command(planCommand(context) as CommandModule)
        .command(applyCommand(context.host) as CommandModule)
        .demandCommand(1, 'Say what: `cutover tag plan` changes nothing, `cutover tag apply` does it.'),
    handler: () => undefined,
  };
}

function planCommand({ host, exit }: CommandContext): CommandModule<object, PlanArgs> {
  return {
    command: 'plan <store>',
    describe: 'Show what would be changed, and what stands against it; change nothing',
    builder: (yargs) =>
      commonOptions(yargs).positional('store', { type: 'string', demandOption: true, describe: 'A name under `stores:`' }) as never,
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
  };
}

function applyCommand(host: Host): CommandModule<object, ApplyArgs> {
  return {
    command: 'apply <store>',
    describe: 'Add what is missing, embed rows again, and tag those that match',
    builder: (yargs) =>
      commonOptions(yargs)
        .positional('store', { type: 'string', demandOption: true, describe: 'A name under `stores:`' })
        .option('as', {
          ...TEXT,
          demandOption: true,
          describe: 'The version that they are said to be of: old, new, an id or a file',
        })
        .option('attest', {
          choices: ['all', 'sample'] as const,
          default: 'all' as const,
          describe: 'Embed every row again, or 59 of each segment, partition or time range',
        }) as never,
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
  };
}
