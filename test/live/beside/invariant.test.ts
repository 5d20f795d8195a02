import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandsIn } from '../migrate/folder-store.ts';
import { vectorOf } from '../tables/storm/embedder.mjs';
import { folderApplication } from './folder-application.ts';
import { lanceApplication } from './lance-application.ts';
import { liteApplication } from './lite-application.ts';
import { DOCUMENTS, type Ended, run, teamFolder } from './project.ts';
import { type Application, storm, type Weather } from './storm.ts';

/** With processes that are killed it takes minutes: so it runs where `CUTOVER_TEST_STORM` is set, with as many kills as that says. */
const ASKED = process.env.CUTOVER_TEST_STORM;
const KILLS = ASKED === undefined ? 4 : Math.max(2, Number(ASKED) || 12);

/** A command in this process, which is interrupted rather than killed. */
async function inProcess(folder: string, args: readonly string[], after: number | null = null): Promise<Ended> {
  const controller = new AbortController();
  const timer = after === null ? null : setTimeout(() => controller.abort(), after);
  const { code, out, err } = await commandsIn(folder, controller.signal)(...args);
  if (timer !== null) clearTimeout(timer);
  return { code, signal: code === 130 ? 'SIGKILL' : null, text: out + err };
}

const SEED = Number(process.env.CUTOVER_TEST_STORM_SEED) || 7;
const COLUMNS = 'columns: { text: body }';

interface Kind {
  readonly store: string;
  open(folder: string): Promise<Application>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  arrow: { store: `{ kind: arrow, path: store, ${COLUMNS} }`, open: async (folder) => folderApplication('arrow', join(folder, 'store')) },
  parquet: {
    store: `{ kind: parquet, path: store, ${COLUMNS} }`,
    open: async (folder) => folderApplication('parquet', join(folder, 'store')),
  },
  lancedb: {
    store: `{ kind: lancedb, path: lance, table: chunks, ${COLUMNS} }`,
    open: (folder) => lanceApplication(join(folder, 'lance'), 8),
  },
};

/** A whole migration of a store of an application, with rows that the tool did not make. */
async function survives(kind: string, folder: string, application: Application, weather: Omit<Weather, 'seed'>, least: number) {
  await application.insert(
    DOCUMENTS.map(({ id, text }) => ({ id, body: text, extra: `own of ${id}`, vector: vectorOf(text, 'A', 8), tag: null })),
  );
  const found = await storm(folder, application, { seed: SEED, ...weather });
  expect({ wrong: found.wrong, faults: found.faults }).toEqual({ wrong: [], faults: [] });
  // It was a storm.
  expect(found.switches).toBe(weather.isShort === true ? 1 : 3);
  expect(found.killed).toBeGreaterThanOrEqual(least);
  // A short one has about five of each: how many is a matter of when the tool is away.
  const some = weather.isShort === true ? 1 : 5;
  expect(found.writes).toBeGreaterThan(some);
  expect(found.looks).toBeGreaterThan(some);
  if (ASKED !== undefined) console.info(`${kind}: ${found.killed} kills, ${found.writes} writes, ${found.looks} looks`);
}

describe('a migration of files, LanceDB and PGlite under fire', () => {
  it.each(Object.keys(KINDS))(
    'of %s loses nothing and mixes nothing, however often the tool is killed while an application writes',
    async (kind) => {
      const { store, open } = KINDS[kind] as Kind;
      const folder = teamFolder(store);
      const short = ASKED === undefined ? { operator: inProcess, haste: 8 } : {};
      const least = ASKED === undefined ? 0 : Math.ceil(KILLS / 2);
      await survives(kind, folder, await open(folder), { kills: KILLS, ...short }, least);
    },
    900_000,
  );

  it('of pglite neither, where the application writes whenever the tool does not have the database', async () => {
    const folder = teamFolder(`{ kind: pglite, path: lite, table: chunks, columns: { vector: embedding, text: body } }`);
    const application = await liteApplication(join(folder, 'lite'));
    // What is to be killed is a process; what is not runs in this one, unless the whole form is asked for.
    const operator: Weather['operator'] = (own, args, after = null) =>
      application.away(() => (after === null && ASKED === undefined ? inProcess(own, args) : run(own, args, after)));
    try {
      const kills = ASKED === undefined ? 2 : KILLS;
      await survives(
        'pglite',
        folder,
        application,
        { kills, operator, isShort: ASKED === undefined },
        ASKED === undefined ? 1 : Math.ceil(KILLS / 2),
      );
    } finally {
      await application.close();
    }
  }, 900_000);
});
