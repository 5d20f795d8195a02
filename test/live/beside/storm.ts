import { setTimeout as wait } from 'node:timers/promises';
import { sha256 } from '../../../src/core/hash.ts';
import { vectorOf } from '../tables/storm/embedder.mjs';
import { randomFrom, textFrom } from '../tables/storm/table.mjs';
import { type Ended, run } from './project.ts';

/** A row as an application keeps it, and what the tool wrote beside it. */
export interface StoredRow {
  readonly id: string;
  readonly body: string;
  readonly extra: string;
  readonly vector: Float32Array | null;
  readonly tag: string | null;
  readonly hash: string | null;
}

export type Written = Omit<StoredRow, 'hash'>;

/** An application's own access to the store, by the rule that the guide gives. */
export interface Application {
  liveTag(): string | null;
  insert(rows: readonly Written[]): Promise<void>;
  /** Where the body is another one, vector and tag may stay as they are. */
  update(row: Pick<StoredRow, 'id' | 'body'> & Partial<Pick<Written, 'vector' | 'tag'>>): Promise<void>;
  remove(id: string): Promise<void>;
  rows(): Promise<readonly StoredRow[]>;
}

export interface Storm {
  readonly killed: number;
  readonly writes: number;
  readonly looks: number;
  readonly switches: number;
  readonly wrong: readonly string[];
  readonly faults: readonly string[];
}

const WIDTH = { A: 8, B: 12 } as const;

function isOf(vector: Float32Array | null, text: string, version: 'A' | 'B'): boolean {
  const fresh = vectorOf(text, version, WIDTH[version]);
  return vector !== null && vector.length === fresh.length && vector.every((value, i) => Math.abs(value - (fresh[i] ?? 0)) < 1e-5);
}

export interface Weather {
  readonly kills: number;
  readonly seed: number;
  /** Runs a command, and kills it after so many milliseconds; in a process of its own unless given. */
  readonly operator?: (folder: string, args: readonly string[], after?: number | null) => Promise<Ended>;
  /** By how much kills come earlier. */
  readonly haste?: number;
  /** Whether it ends with the first promotion. */
  readonly isShort?: boolean;
}

/** Refusals that an operator who was killed, or is not alone, may get. */
const EXPECTED = /LEDGER_LOCKED|LEDGER_MOVED|MIGRATION_REFUSED|STORE_LOCKED|STORE_CHANGED/;

/**
 * A whole migration while a writer changes rows and a reader looks, the tool being killed at random moments. In the end the rows
 * are the writer's own model, and each live vector is that of its text and tag.
 */
export async function storm(
  folder: string,
  application: Application,
  { kills, seed, operator = run, haste = 1, isShort = false }: Weather,
): Promise<Storm> {
  const random = randomFrom(seed);
  const found = { killed: 0, writes: 0, looks: 0, switches: 0, wrong: [] as string[], faults: [] as string[] };
  const model = new Map((await application.rows()).map(({ id, body, extra }) => [id, { body, extra }]));
  const finish = async (args: readonly string[], isDone: () => boolean = () => false): Promise<string> => {
    for (let tries = 0; tries < 25; tries++) {
      const { code, text } = await operator(folder, args);
      if (code === 0 || isDone()) return text;
      if (!EXPECTED.test(text)) found.faults.push(`${args.join(' ')}: ${code}: ${text.trim().slice(-400)}`);
      await wait(100);
    }
    found.faults.push(`${args.join(' ')} does not pass`);
    return '';
  };
  const strike = async (args: readonly string[], most: number) => {
    const { code, signal, text } = await operator(folder, args, (random() * most) / haste);
    if (signal === 'SIGKILL') found.killed++;
    else if (code !== 0 && !EXPECTED.test(text)) found.faults.push(`${args.join(' ')}: ${code}: ${text.trim().slice(-400)}`);
  };
  await finish(['tag', 'apply', 'live', '--as', 'old']);
  const from = application.liveTag();
  await finish(['run', '-q']);
  const versions = new Map<string | null, 'A' | 'B'>([[from, 'A']]);
  const versionOf = (tag: string | null): 'A' | 'B' => versions.get(tag) ?? 'B';

  let running = true;
  const writer = (async () => {
    for (let n = 0; running; n++) {
      const ids = [...model.keys()];
      const id = ids[Math.floor(random() * ids.length)] ?? '';
      const tag = application.liveTag();
      const body = textFrom(random);
      const version = versionOf(tag);
      const vector = vectorOf(body, version, WIDTH[version]);
      const kind = random();
      if (kind < 0.35) {
        const fresh = { id: `w${n}`, body, extra: `own of w${n}`, vector, tag: random() < 0.5 ? tag : null };
        await application.insert([fresh]);
        model.set(fresh.id, { body, extra: fresh.extra });
      } else if (kind < 0.55) await application.update({ id, body });
      else if (kind < 0.75) await application.update({ id, body, vector, tag });
      else if (kind < 0.85) await application.update({ id, body, vector, tag: null });
      else if (ids.length > 10) await application.remove(id);
      if (kind >= 0.35 && kind < 0.85) model.set(id, { body, extra: model.get(id)?.extra ?? '' });
      else if (kind >= 0.85 && ids.length > 10) model.delete(id);
      found.writes++;
      await wait(random() * 150);
    }
  })();
  const reader = (async () => {
    while (running) {
      const tag = application.liveTag();
      const seen = (await application.rows()).filter((row) => row.tag !== null && row.tag === tag && row.hash === sha256(row.body));
      for (const { id, vector, body } of seen) if (!isOf(vector, body, versionOf(tag))) found.wrong.push(`${id} was read of another space`);
      found.looks++;
      await wait(40);
    }
  })();
  const switchTo = async (args: readonly string[], most: number, isDone: () => boolean) => {
    for (let i = 0; i < Math.ceil(kills / 4) && !isDone(); i++) await strike(args, most);
    if (!isDone()) await finish(args, isDone);
    found.switches++;
  };
  try {
    for (let i = 0; i < Math.ceil(kills / 2); i++) await strike(['migrate', 'start', 'live', '-q', '--batch', '5', '--pause', '30'], 2_500);
    await finish(['migrate', 'start', 'live', '-q']);
    const promote = ['migrate', 'promote', 'live', '--certificate', 'report/certificate.json', '--allow-unsigned', '--readers', 'guarded'];
    await switchTo(promote, 3_000, () => application.liveTag() !== from);
    versions.set(application.liveTag(), 'B');
    if (!isShort) {
      await switchTo(['migrate', 'rollback', 'live', '--now'], 2_000, () => application.liveTag() === from);
      await finish(['migrate', 'follow', 'live', '--once']);
      await switchTo(promote, 3_000, () => application.liveTag() !== from);
    }
  } finally {
    running = false;
    // A command that was killed with the writers' lock leaves them waiting until the next one takes it over.
    await Promise.all([writer, reader, finish(['migrate', 'follow', 'live', '--once'])]);
  }
  await finish(['migrate', 'follow', 'live', '--once']);
  await finish(['migrate', 'retire', 'live', '--yes']);
  const live = application.liveTag();
  for (const row of await application.rows()) {
    const own = model.get(row.id);
    if (own === undefined) found.wrong.push(`${row.id} was deleted, and is there`);
    else if (own.body !== row.body || own.extra !== row.extra) found.wrong.push(`${row.id} is not what was written`);
    else if (row.tag !== live || row.hash !== sha256(row.body) || !isOf(row.vector, row.body, 'B'))
      found.wrong.push(`${row.id} is not proved to be of its text under the live version`);
    model.delete(row.id);
  }
  for (const id of model.keys()) found.wrong.push(`${id} is gone`);
  const { code, text } = await operator(folder, ['audit', 'live', '--expect', 'new', '--attest', 'all']);
  if (code !== 0) found.faults.push(`audit: ${text.slice(-400)}`);
  return found;
}
