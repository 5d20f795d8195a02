import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { expect, test } from 'vitest';
import type { Evaluation } from '../../src/model/evaluation.ts';
import { openLite } from '../shared/lite.ts';
import { BumpProject } from './bump-project.ts';

const STORE = 'stores: { live: { kind: pglite, path: lite/data, table: chunks } }\n';

async function withDatabase<T>(project: BumpProject, work: (database: PGlite) => Promise<T>): Promise<T> {
  const database = await openLite(join(project.folder, 'lite', 'data'));
  return work(database).finally(() => database.close());
}

const search = (rest: string) => `search: { k: 12, engine: pgvector, store: live${rest} }\n`;

test('a run is served by pgvector: the report names it with its parameters, recall is measured, what serves is left alone', async () => {
  const project = new BumpProject();
  await withDatabase(project, (database) =>
    database.exec("CREATE EXTENSION vector; CREATE TABLE chunks (id text); INSERT INTO chunks VALUES ('d00')"),
  );
  project.write(
    'policy.yaml',
    'resamples: 1000\nrules:\n  - { metric: nDCG@10, nonInferior: 0.2 }\n  - { metric: annRecall@10, atLeast: 0.9 }\n',
  );
  const production = 'stores: { live: { kind: pglite, path: lite/data, table: chunks } }\n';
  project.configure('one', 'two', production + search(', pgvector: { m: 8, efSearch: 50 }, old: { m: 4, efConstruction: 32 }'));
  project.write('cutover.yaml', project.read('cutover.yaml').replace('rebuilds: 0', 'rebuilds: 1'));
  const { code, err } = await project.run('run');
  expect(err).toContain('exact and pgvector');
  expect(code).toBe(0);
  const { search: said, index, studies } = JSON.parse(project.read('reports/evaluation.json')) as Evaluation;
  expect(said).toMatchObject({
    engine: 'pgvector',
    reproducible: false,
    servedBy: {
      old: { parameters: { index: 'hnsw', type: 'vector', m: 4, ef_construction: 32, ef_search: 50 } },
      new: { library: expect.stringMatching(/^pgvector .*PostgreSQL/), parameters: { m: 8, ef_construction: 64 } },
    },
  });
  expect(index['annRecall@10']?.new.mean).toBe(1);
  expect(studies?.efSearchSweep).toMatchObject({
    configured: 50,
    points: expect.arrayContaining([{ efSearch: 10, old: expect.any(Number), new: expect.any(Number) }]),
  });
  const html = project.read('reports/report.html');
  expect(html).toContain(said?.servedBy?.new?.library);
  expect(html).toContain('ef_construction, old version');
  expect(html).toContain('the way to the database and back');
  expect(project.read('reports/verdict.json')).toContain('no two builds are alike');
  expect((await project.run('run')).err).toContain('search    unchanged');
  const left = await withDatabase(project, async (database) => [
    (await database.query('SELECT * FROM chunks')).rows,
    (await database.query("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'cutover_scratch'::regnamespace")).rows
      .length,
  ]);
  expect(left).toEqual([[{ id: 'd00' }], 2]);
});

test('what is missing is said before anything is embedded: store, kind, connection string; or when it is: server, extension', async () => {
  const project = new BumpProject();
  const failing = async (extra: string, code: string): Promise<string> => {
    project.configure('one', 'two', extra);
    const result = await project.run('run');
    expect([result.code, result.err]).toEqual([2, expect.stringContaining(code)]);
    return result.err;
  };
  await failing('search: { engine: pgvector }\n', 'SEARCH_STORE_UNFIT');
  expect(await failing(`${search('')}stores: { live: { kind: arrow, path: store } }\n`, 'SEARCH_STORE_UNFIT')).toContain(
    'postgres or pglite',
  );
  expect(await failing(`${search('').replace('store: live', 'store: lvie')}${STORE}`, 'CONFIG_INVALID')).toMatch(
    /cutover\.yaml:\d+:\d+: search\.store: expected one of live, .*; found "lvie", did you mean live\?/,
  );
  expect(await failing(`${STORE}search: { engine: pgvector, store: live, hnsw: { m: 8 } }\n`, 'CONFIG_INVALID')).toContain(
    'belong under pgvector',
  );
  expect(await failing(`${STORE}search: { pgvector: { m: 8 } }\n`, 'CONFIG_INVALID')).toContain('engine: pgvector only');
  await withDatabase(project, async () => undefined);
  await failing(search('') + STORE, 'STORE_EXTENSION_MISSING');
  const server = `${search('')}stores: { live: { kind: postgres, urlFrom: SEARCH_URL, table: chunks } }\n`;
  expect(await failing(server.replace('k: 12', 'limit: 50, k: 50'), 'STORE_URL_MISSING')).toContain(
    'no more than its efSearch, 40; search.limit asks for 50',
  );
  project.env = { ...project.env, SEARCH_URL: 'postgresql://someone:s3cret-word@127.0.0.1:1/none' };
  expect(await failing(server, 'STORE_UNREACHABLE')).not.toContain('s3cret-word');
});
