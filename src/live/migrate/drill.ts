import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../../core/hash.ts';
import { workerUrl } from '../../system/workers/worker-url.ts';
import { type StoreAccess, withStore } from '../store-access.ts';
import type { Scratch } from '../stores/column-store.ts';
import { applyTags } from '../tag.ts';
import { Book } from './book.ts';
import { refused } from './checks.ts';
import { GENTLE } from './columns/filler.ts';
import { whatLacks } from './columns/start.ts';
import { promote as promoteColumns } from './columns/switch.ts';
import { continueBackfill, followTable, type MigrateOptions, retire, rollback, startMigration } from './migrate.ts';

export interface DrillOptions extends MigrateOptions {
  readonly to: string;
  /** The version that made the store's vectors. */
  readonly from: string;
  /** Rows of the copy. */
  readonly sample: number;
  /** Told of everything that is made, before it is. */
  readonly onMade: (what: string) => void;
  readonly onStep: (step: DrillStep) => void;
}

/** One step of a migration, as it went on the copy. */
export interface DrillStep {
  readonly name: string;
  readonly seconds: number;
  readonly what: string;
}

export interface Drill {
  readonly title: string;
  /** Rows of the store, and of the copy. */
  readonly rows: number;
  readonly sample: number;
  readonly made: readonly string[];
  readonly steps: readonly DrillStep[];
  /** Rows a second, of both `tag apply` and the backfill. */
  readonly perSecond: { readonly tag: number; readonly fill: number };
  /** The commands for the store itself, with what each will take. */
  readonly runbook: readonly { readonly command: string; readonly note: string }[];
}

/** What a switch of the copy needs in place of a certificate: nothing of it was evaluated, and no reader has it. */
const NO_CERTIFICATE = sha256('a drill');
/** Milliseconds between two batches of the run that is killed, how many it writes before, and what a line about one begins with. */
const PAUSE = 300;
const BATCHES = 3;
export const BATCH = 'batch written: ';
/** Milliseconds after which that run is killed at the latest. */
const MOST = 20_000;

/**
 * `migrate drill`: the whole way, there and back, on a copy of the store's shape with some of its rows. The copy is dropped whatever
 * happens; the store itself is read and nothing else.
 */
export async function drill(options: DrillOptions): Promise<Drill> {
  const { scratch, rows, title } = await withStore(options, (access) => copied(access, options));
  const copy = { ...options, store: scratch.spec.name, spec: scratch.spec };
  const steps: DrillStep[] = [];
  const timed = async (name: string, work: () => Promise<string>): Promise<number> => {
    const began = options.clock();
    const what = await work();
    const seconds = (options.clock() - began) / 1000;
    const step = { name, seconds, what };
    steps.push(step);
    options.onStep(step);
    return seconds;
  };
  const touch = () => withStore(options, ({ store }) => store.touchScratch(scratch.spec));
  const follow = async () => {
    const changed = await touch();
    const { written } = await followTable({ ...copy, once: true });
    return `a writer changed ${changed} rows; ${written} vectors were brought up to date`;
  };
  try {
    const tag = await timed('tag apply', () => tagged(copy, options));
    await timed('start, killed', () => killed(copy, options));
    const fill = await timed('start, again', async () => {
      const { progress } = await startMigration({ ...copy, to: options.to, from: options.from });
      return `${progress?.done ?? 0} of ${progress?.total ?? 0} rows have a vector of the new version`;
    });
    await timed('follow', follow);
    await timed('promote', () => switched(copy));
    await timed('follow, after it', follow);
    await timed('rollback', async () => `${(await rollback({ ...copy, force: false, reason: 'a drill' })).lagged} rows lagged`);
    await timed('promote, again', () => switched(copy));
    await timed('retire', async () => `${(await retire(copy)).removed} vectors of the old version dropped`);
    const perSecond = { tag: scratch.rows / Math.max(tag, 0.001), fill: scratch.rows / Math.max(fill, 0.001) };
    const runbook = runbookOf(options, rows, perSecond, steps);
    return { title, rows, sample: scratch.rows, made: scratch.made, steps, perSecond, runbook };
  } finally {
    await withStore(options, ({ store }) => store.dropScratch(scratch.spec));
  }
}

async function copied({ store }: StoreAccess, options: DrillOptions): Promise<{ scratch: Scratch; rows: number; title: string }> {
  if ((await store.sides())?.next != null)
    throw refused('The drill', 'a migration is under way', 'It is for the time before: go on with `cutover migrate status`');
  let rows = 0;
  for (const count of (await store.counts()).values()) rows += count;
  if (rows === 0) throw refused('The drill', 'no row has a vector', 'Check `columns.vector` and `where` of the store');
  return { scratch: await store.makeScratch(options.sample, options.onMade), rows, title: store.title };
}

async function tagged(copy: MigrateOptions, { from }: DrillOptions): Promise<string> {
  const { record, untagged } = await applyTags({ ...copy, version: from, method: 'all', runtime: null, onPlan: () => undefined });
  if (untagged.rows > 0)
    throw refused(
      'The drill',
      `${untagged.rows} rows of the copy, such as ${untagged.examples.join(', ')}, are not of the version ${from}`,
      'Run `cutover tag apply` on the store: it names the likeliest cause',
    );
  return `${record.rows} rows tagged, ${record.attested} embedded again`;
}

/** The backfill in a separate process, which is killed in the middle. */
async function killed(copy: MigrateOptions, { to, from, sample }: DrillOptions): Promise<string> {
  const args = [
    'migrate',
    'start',
    copy.store,
    '--to',
    to,
    '--from',
    from,
    '--config',
    copy.configFile,
    '--copy',
    JSON.stringify(copy.spec),
  ];
  const pace = ['--batch', String(Math.max(1, Math.ceil(sample / 10))), '--pause', String(PAUSE)];
  const child = spawn(process.execPath, [fileURLToPath(workerUrl(import.meta.url, '../../cli/bin.ts')), ...args, ...pace], {
    cwd: copy.cwd,
    env: { ...process.env, ...copy.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const isFilling = new Promise<void>((resolve) =>
    child.stderr.on('data', (chunk) => {
      said += chunk;
      if (batchesIn(said) >= BATCHES) resolve();
    }),
  );
  await Promise.race([ended, isFilling, wait(MOST, undefined, { ref: false })]);
  child.kill('SIGKILL');
  await ended;
  if (child.signalCode === null && child.exitCode !== 0)
    throw refused(
      'The drill',
      `its backfill ended with ${child.exitCode}: ${/^error.*/m.exec(said)?.[0] ?? said.trim()}`,
      'Run `cutover migrate plan`',
    );
  return child.signalCode === 'SIGKILL' ? 'killed (SIGKILL) in the middle' : 'ended before it could be killed: take a larger sample';
}

/** Of a process that is given `--copy`: it says each batch that it has written. */
function batchesIn(said: string): number {
  return said.split('\n').filter((line) => line.startsWith(BATCH)).length;
}

async function switched(copy: MigrateOptions): Promise<string> {
  // A kill may have left a few rows: whatever stops the real step stops this one.
  await continueBackfill(copy);
  return withStore(copy, (access) =>
    access.store.ledger.exclusively(async () => {
      const book = new Book(access, copy.now);
      const work = { access, store: access.store, book, options: copy, pace: copy.pace ?? GENTLE };
      const { lagged } = await promoteColumns(work, NO_CERTIFICATE, 'window');
      const sides = await access.store.sides();
      const { reasons } = sides === null ? { reasons: ['it has no tags'] } : await whatLacks({ store: access.store }, sides.current);
      if (reasons.length > 0) throw refused('The drill', reasons.join('; '), 'Something other than the drill writes to the copy');
      return `${lagged} rows lagged`;
    }),
  );
}

/** The commands for the store itself, in order, each with what it will take at the drill's own rates. */
function runbookOf(
  { store, to, from }: DrillOptions,
  rows: number,
  perSecond: Drill['perSecond'],
  steps: readonly DrillStep[],
): Drill['runbook'] {
  const of = (name: string) => steps.find((step) => step.name === name)?.seconds ?? 0;
  const all = (rate: number) => `${rows} rows at ${rate.toFixed(0)} a second: about ${spell(rows / rate)}`;
  const short = (name: string) => `took ${of(name).toFixed(1)} s on the copy`;
  return [
    { command: `cutover tag apply ${store} --as ${from} --attest all`, note: all(perSecond.tag) },
    { command: `cutover migrate plan ${store} --to ${to} --dry-run`, note: 'changes nothing' },
    { command: `cutover migrate start ${store} --to ${to}`, note: `${all(perSecond.fill)}; resumes where it stops` },
    { command: `cutover migrate follow ${store} --once`, note: `${short('follow')}; without --once it runs as a service until retire` },
    { command: 'cutover run', note: 'the evaluation; writes the certificate' },
    {
      command: `cutover migrate promote ${store} --certificate CERTIFICATE --allow-unsigned --readers guarded`,
      note: `${short('promote')}; --readers window where the application stops meanwhile`,
    },
    { command: `cutover migrate rollback ${store}`, note: `the way back, ${short('rollback')}; --now is one switch and nothing else` },
    { command: `cutover migrate retire ${store} --yes`, note: 'once it has proved itself; afterwards there is no way back' },
  ];
}

function spell(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} minutes` : `${(seconds / 3_600).toFixed(1)} hours`;
}
