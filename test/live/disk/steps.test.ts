import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { commandLine } from '../../cli/command-line.ts';
import { teamFolder } from '../beside/project.ts';
import { NO_SERVER } from '../stores/real-server.ts';
import { vectorOf } from '../tables/storm/embedder.mjs';
import { SmallDisk } from './small-disk.ts';
import { DOCUMENTS, type Kept, STORES } from './stores.ts';

const PROMOTE = ['migrate', 'promote', 'live', '--certificate', 'report/certificate.json', '--allow-unsigned', '--readers', 'guarded'];
/** Free bytes of a step's second try, and how many times as many each further one has. With `CUTOVER_TEST_STORM` there are many. */
const [SECOND, GROWTH] = [16 * 1024, process.env.CUTOVER_TEST_STORM === undefined ? 256 : 1.4];
/** Whatever is full is named, with what to do. */
const NAMED = /STORE_DISK_FULL|FILE_UNWRITABLE/;

const WIDTH = { A: 8, B: 12 } as const;

function isOf(vector: readonly number[], text: string, version: 'A' | 'B'): boolean {
  const fresh = vectorOf(text, version, WIDTH[version]);
  return vector.length === fresh.length && vector.every((value, i) => Math.abs(value - (fresh[i] ?? 0)) < 1e-5);
}

/** A team with a store on that disk. */
class Team {
  readonly kept: Kept;
  readonly said: Record<string, string[]> = {};
  readonly #folder: string;
  readonly #versions = new Map<string, 'A' | 'B'>();
  #texts = new Map(DOCUMENTS.map(({ id, text }) => [id, text]));
  #disk: SmallDisk;

  constructor(kept: Kept, own: SmallDisk) {
    this.kept = kept;
    this.#disk = own;
    this.#folder = teamFolder(kept.store, DOCUMENTS);
  }

  run(...args: readonly string[]) {
    const begun = Date.now();
    return commandLine(this.#folder, {
      env: { HOME: this.#folder, ...this.kept.env },
      now: () => new Date().toISOString(),
      clock: () => Date.now() - begun,
      today: () => new Date().toISOString().slice(0, 10),
    })(...args);
  }

  /** Tries a step on a disk with hardly any room, then with more and more until it passes. */
  async step(name: string, ...args: readonly string[]): Promise<void> {
    this.said[name] = [];
    for (let room = this.kept.least; ; room = Math.max(SECOND, Math.ceil(room * GROWTH))) {
      this.#disk.leave(room);
      const { code, out, err } = await this.run(...args);
      this.#disk.clear();
      if (code === 0) return;
      await this.check(`${name} with ${room} bytes`);
      this.said[name].push(err);
      expect([name, room, code, err + out]).toEqual([name, room, 2, expect.stringMatching(NAMED)]);
      expect(room).toBeLessThan(2 ** 28);
    }
  }

  async change(word: string): Promise<void> {
    await this.kept.change(word);
    this.#texts = new Map([...this.#texts].map(([id, text]) => [id, `${text} ${word}`]));
  }

  /** Every row is there, and whoever asks by a tag gets vectors of that version and of the row's own text. */
  async check(when: string): Promise<void> {
    const rows = await this.kept.rows();
    expect([when, new Map(rows.map(({ id, body }) => [id, body]))]).toEqual([when, this.#texts]);
    for (const tag of rows.map((row) => row.tag))
      if (tag !== null && !this.#versions.has(tag)) this.#versions.set(tag, this.#versions.size === 0 ? 'A' : 'B');
    const wrong = rows.filter(
      ({ vector, body, tag, hash }) =>
        vector === null || (tag !== null && hash === sha256(body) && !isOf(vector, body, this.#versions.get(tag) ?? 'A')),
    );
    const tags = new Set(rows.map(({ tag }) => tag).filter((tag) => tag !== null));
    expect([when, wrong.map(({ id }) => id), tags.size <= 1]).toEqual([when, [], true]);
  }
}

async function followed(team: Team): Promise<void> {
  await team.step('tag', 'tag', 'apply', 'live', '--as', 'old');
  expect((await team.run('run', '-q')).code).toBe(0);
  await team.step('start', 'migrate', 'start', 'live');
  await team.kept.dropIndex();
  await team.step('index', 'migrate', 'start', 'live');
  await team.change('changed');
  await team.step('follow', 'migrate', 'follow', 'live', '--once');
  await team.step('promote', ...PROMOTE);
  await team.check('switched');
  await team.change('again');
  await team.step('rollback', 'migrate', 'rollback', 'live');
  await team.step('retire', 'migrate', 'retire', 'live', '--yes');
  const { code, out, err } = await team.run('audit', 'live', '--expect', 'old', '--attest', 'all');
  expect([code, code === 0 ? '' : err + out]).toEqual([0, '']);
  // It was full where it matters. PostgreSQL exchanges and drops columns within the blocks that it has.
  for (const step of ['tag', 'start', 'index', 'follow', 'rollback']) expect([step, team.said[step]?.length]).not.toEqual([step, 0]);
  expect(team.said.index?.join('\n')).toContain('index      building');
}

const NO_DISK = SmallDisk.isAllowed ? null : 'no file system may be mounted here';

describe.each(Object.keys(STORES))('a disk that is full, under a store of kind %s', (kind) => {
  const reason = NO_DISK ?? (kind === 'postgres' ? NO_SERVER : null);
  it.skipIf(reason !== null)(
    `is named at every step, loses nothing and mixes nothing, and the same command goes on${reason === null ? '' : ` (${reason})`}`,
    () =>
      SmallDisk.used(async (disk) => {
        const team = new Team(await (STORES[kind] as (typeof STORES)[string])(disk.folder), disk);
        try {
          await followed(team);
        } finally {
          disk.clear();
          await team.kept.close();
        }
      }),
    300_000,
  );
});
