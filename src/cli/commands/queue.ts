import type { CommandModule } from 'yargs';
import type { QueueChoice, QueueStatus } from '../../features/shards/queue.ts';
import { type ArgsOf, command, commandGroup } from '../command.ts';
import { type CommandContext, type Host, UsageError } from '../host.ts';
import { COMMON, NUMBER, stageOptions, TEXT, writeJson } from '../options.ts';

/** Which queue, and for whom it is filled. */
const QUEUE = {
  ...COMMON,
  'url-from': { ...TEXT, default: 'DATABASE_URL', describe: 'Environment variable that holds the connection string' },
  schema: { ...TEXT, default: 'cutover_queue', describe: "Schema of the queue's tables" },
  store: { ...TEXT, describe: 'A name under `stores:` that the vectors go to; without it, the cache' },
  to: { ...TEXT, default: 'new', describe: 'With --store: the version to fill it with' },
  lease: { ...NUMBER, default: 30, describe: 'Seconds without a heartbeat after which a shard is taken over' },
} as const;

type QueueArgs = ArgsOf<typeof QUEUE>;

/** `cutover queue start | status | drop` and `cutover worker`: embedding by many processes on many machines. */
export function queueCommands(context: CommandContext): CommandModule[] {
  const queue = commandGroup({
    name: 'queue',
    describe: 'A queue of shards in PostgreSQL, embedded by any number of `cutover worker`',
    commands: [startCommand(context), stepCommand(context, 'status'), stepCommand(context, 'drop')],
    demand: 'Say `queue start`, `status` or `drop`.',
  });
  return [queue, workerCommand(context)];
}

function startCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'start',
    describe: 'Fill the queue: one job a shard of each version',
    options: { ...QUEUE, shards: { ...NUMBER, describe: 'Shards of each version (default: about 512 texts each)' } },
    examples: [['$0 queue start', 'Then `cutover worker` wherever there are cores']],
    handler: async (args) => {
      if (args.shards !== undefined && (!Number.isInteger(args.shards) || args.shards < 1 || args.shards > 999_999))
        throw new UsageError(`--shards takes a whole number from 1 to 999999, not ${args.shards}`);
      const { startQueue } = await import('../../features/shards/queue.ts');
      printStatus(host, args, await startQueue(choiceOf(host, args), args.shards ?? null));
    },
  });
}

function stepCommand({ host }: CommandContext, step: 'status' | 'drop'): CommandModule {
  return command({
    name: step,
    describe: step === 'status' ? 'How many shards wait, are under way, done, failed' : 'Forget the jobs; vectors stay',
    options: QUEUE,
    handler: async (args) => {
      const { dropQueue, queueStatus } = await import('../../features/shards/queue.ts');
      printStatus(host, args, await (step === 'status' ? queueStatus : dropQueue)(choiceOf(host, args)));
    },
  });
}

function workerCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'worker',
    describe: 'Take shards from the queue until none is left; start as many as there are machines',
    options: QUEUE,
    examples: [
      ['$0 worker', 'Both versions into the shared cache folder'],
      ['$0 worker --store chunks', 'The new version into the store that serves'],
    ],
    handler: async (args) => {
      const { work } = await import('../../features/shards/worker.ts');
      const summary = await work(choiceOf(host, args));
      if (args.json) writeJson(host, summary);
    },
  });
}

function choiceOf(host: Host, args: QueueArgs): QueueChoice {
  if (!/^[a-z_][a-z0-9_]{0,49}$/.test(args.schema))
    throw new UsageError(`--schema takes a name of lower-case letters, digits and _, not ${args.schema}`);
  if (!(args.lease >= 3 && args.lease <= 86_400)) throw new UsageError(`--lease takes 3 to 86400 seconds, not ${args.lease}`);
  return {
    ...stageOptions(host, args),
    urlFrom: args['url-from'],
    schema: args.schema,
    store: args.store ?? null,
    to: args.to,
    leaseSeconds: args.lease,
    now: host.now,
  };
}

function printStatus(host: Host, args: QueueArgs, status: QueueStatus): void {
  if (args.json) {
    writeJson(host, status);
    return;
  }
  const { counts } = status;
  const line =
    counts === null
      ? 'no queue for this data and these versions'
      : `${counts.waiting} wait, ${counts.active} under way, ${counts.done} done, ${counts.failed} failed`;
  host.stdout.write(`${line}\n`);
  for (const failure of status.failures) host.stdout.write(`  failed: ${failure}\n`);
}
