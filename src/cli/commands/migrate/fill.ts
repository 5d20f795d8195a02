import type { CommandModule } from 'yargs';
import type { Console } from '../../../core/console.ts';
import { plain } from '../../../core/printable.ts';
import { plural } from '../../../core/words.ts';
import { GENTLE, type Pace } from '../../../live/migrate/columns/filler.ts';
import { BATCH } from '../../../live/migrate/drill.ts';
import { continueBackfill, followTable, planMigration, startMigration } from '../../../live/migrate/migrate.ts';
import type { StoreSpec } from '../../../model/store.ts';
import { type ArgsOf, command } from '../../command.ts';
import { type CommandContext, EXIT, type Host, UsageError } from '../../host.ts';
import { printPlan, printStatus } from '../../migration.ts';
import { COMMON, NUMBER, STORE, storeOptions, TEXT, writeJson } from '../../options.ts';

const PLAN = {
  to: { ...TEXT, default: 'new', describe: 'The version to move to' },
  'dry-run': { type: 'boolean', default: false, describe: 'Run the statements in a transaction that is rolled back' },
} as const;

/** How gently a table is written. */
const PACE = {
  batch: { ...NUMBER, default: GENTLE.batch, describe: 'Rows of a table written in one transaction' },
  rate: { ...NUMBER, describe: 'Rows of a table written in a second, at most' },
  pause: { ...NUMBER, default: GENTLE.pause, describe: 'Milliseconds between two transactions' },
  'max-lag': { ...NUMBER, default: GENTLE.maxLag, describe: 'Seconds that a replica may be behind; nothing is written above it' },
} as const;

function paceOf({ batch, rate, pause, 'max-lag': maxLag }: ArgsOf<typeof PACE>): Pace {
  if (!Number.isInteger(batch) || batch < 1 || batch > 10_000)
    throw new UsageError(`--batch takes a whole number from 1 to 10000, not ${batch}`);
  if (rate !== undefined && !(rate > 0)) throw new UsageError(`--rate takes a number above 0, not ${rate}`);
  if (!(pause >= 0) || !(maxLag >= 0)) throw new UsageError('--pause and --max-lag take a number from 0');
  return { batch, rate: rate ?? null, pause, maxLag };
}

export function planCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'plan <store>',
    describe: 'Show what a migration will run in a table, and what would stop it; exits 1 if something would',
    positionals: STORE,
    options: { ...COMMON, ...PLAN },
    handler: async (args) => {
      const plan = await planMigration({ ...storeOptions(host, args), to: args.to, isTrial: args['dry-run'] });
      if (args.json) writeJson(host, plan);
      else printPlan(host, plan, args['dry-run']);
      exit(plan.refusals.length > 0 ? EXIT.fail : EXIT.pass);
    },
  });
}

export function startCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'start <store>',
    describe: 'Register a migration and make the new vectors beside the old; resumes where it stopped',
    positionals: STORE,
    options: {
      ...COMMON,
      ...PLAN,
      ...PACE,
      from: {
        ...TEXT,
        describe: 'The version that is live, where the ledger does not say (default: old)',
      },
      copy: { ...TEXT, hidden: true, describe: 'The copy of a drill, in JSON; only the drill says this' },
      'by-workers': {
        type: 'boolean',
        default: false,
        describe: 'Only register it: `cutover queue start --store` and workers write the vectors',
      },
    },
    handler: async (args) => {
      const copy = args.copy === undefined ? {} : { spec: JSON.parse(args.copy) as StoreSpec, console: toldBatches(host) };
      const options = { ...storeOptions(host, args), ...copy, to: args.to, pace: paceOf(args) };
      if (args['dry-run']) {
        const plan = await planMigration({ ...options, isTrial: true });
        printPlan(host, plan, true);
        exit(plan.refusals.length > 0 ? EXIT.fail : EXIT.pass);
        return;
      }
      const status = await startMigration({ ...options, from: args.from ?? null, byWorkers: args['by-workers'] });
      if (args.json) writeJson(host, status);
      else printStatus(host, status);
    },
  });
}

export function backfillCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'backfill <store>',
    describe: 'Embed what the store still lacks under the new version, new and changed documents too',
    positionals: STORE,
    options: { ...COMMON, ...PACE },
    handler: async (args) => {
      const status = await continueBackfill({ ...storeOptions(host, args), pace: paceOf(args) });
      if (args.json) writeJson(host, status);
      else printStatus(host, status);
    },
  });
}

export function followCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'follow <store>',
    describe: 'Keep rows that writers change up to date under both versions, until it is stopped; from start to retire',
    positionals: STORE,
    options: {
      ...COMMON,
      ...PACE,
      once: {
        type: 'boolean',
        default: false,
        describe: 'End when nothing is missing',
      },
    },
    handler: async (args) => {
      const followed = await followTable({ ...storeOptions(host, args), pace: paceOf(args), once: args.once });
      if (args.json) return writeJson(host, followed);
      host.stdout.write(
        `${plural(followed.written, 'row')} brought up to date; ${followed.proved} of them had the right vector and only got its tag\n`,
      );
      if (followed.strange.length > 0)
        host.stdout.write(
          `${followed.strange.length} rows, such as ${followed.strange.slice(0, 5).map(plain).join(', ')}, hold a vector that is not of the live version; they stay as the application wrote them, without a tag\n`,
        );
    },
  });
}

/** The drill that started this process waits for batches, and kills it. */
function toldBatches({ stderr }: Host): Console {
  return {
    progress: ({ done, total }) => stderr.write(`${BATCH}${done} of ${total}\n`),
    info: () => undefined,
    warn: () => undefined,
  };
}
