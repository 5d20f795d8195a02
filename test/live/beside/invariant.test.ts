import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandsIn } from '../migrate/folder-store.ts';
import { vectorOf } from '../tables/storm/embedder.mjs';
import { folderApplication } from './folder-application.ts';
import { lanceApplication } from './lance-application.ts';
import { DOCUMENTS, type Ended, teamFolder } from './project.ts';
import { type Application, storm } from './storm.ts';

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
const KINDS: Readonly<Record<string, { store: string; open(folder: string): Promise<Application> }>> = {
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

describe('a migration of files and LanceDB under fire', () => {
  it.each(Object.keys(KINDS))(
    'of %s loses nothing and mixes nothing, however often the tool is killed while an application writes',
    async (kind) => {
      const { store, open } = KINDS[kind] as (typeof KINDS)[string];
      const folder = teamFolder(store);
      const application = await open(folder);
      await application.insert(
        DOCUMENTS.map(({ id, text }) => ({ id, body: text, extra: `own of ${id}`, vector: vectorOf(text, 'A', 8), tag: null })),
      );
      const found = await storm(folder, application, {
        kills: KILLS,
        seed: SEED,
        ...(ASKED === undefined ? { operator: inProcess, haste: 8 } : {}),
      });
      expect({ wrong: found.wrong, faults: found.faults }).toEqual({ wrong: [], faults: [] });
      // It was a storm.
      expect(found.switches).toBe(3);
      expect(found.killed).toBeGreaterThanOrEqual(ASKED === undefined ? 0 : Math.ceil(KILLS / 2));
      expect(found.writes).toBeGreaterThan(5);
      expect(found.looks).toBeGreaterThan(5);
      if (ASKED !== undefined) console.info(`${kind}: ${found.killed} kills, ${found.writes} writes, ${found.looks} looks`);
    },
    900_000,
  );
});
