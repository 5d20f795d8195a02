import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { describe, expect, test } from 'vitest';
import { arrowRowBytes } from '../../src/formats/arrow-rows.ts';
import { parquetRowBytes } from '../../src/formats/parquet.ts';
import { BumpProject } from '../cli/bump-project.ts';
import { openLite } from '../shared/lite.ts';
import { pageText } from './shell-blocks.ts';

/** Kind of store → the configuration that the page gives for it. */
const CONFIGURATIONS = new Map(
  [...pageText('docs/guides/stores.md').matchAll(/^```yaml\n(stores:\n {2}live: \{ kind: (\w+)[\s\S]*?)^```$/gm)].map(
    ([, yaml = '', kind = '']) => [kind, yaml],
  ),
);

const IDS = ['d00', 'd01', 'd02'];
const VECTORS = IDS.map((_, i) => Float32Array.from({ length: 24 }, (_, j) => i + j + 1));

/** Three rows where the page's configuration says that they stand. */
const FILL: Readonly<Record<string, (folder: string) => unknown>> = {
  arrow: (folder) => {
    mkdirSync(join(folder, 'store'));
    writeFileSync(join(folder, 'store', 'a.arrow'), arrowRowBytes({ id: IDS }, 'vector', VECTORS));
  },
  parquet: (folder) => {
    mkdirSync(join(folder, 'store'));
    writeFileSync(join(folder, 'store', 'a.parquet'), parquetRowBytes({ id: IDS }, 'embedding', VECTORS));
  },
  pglite: async (folder) => {
    const database = await openLite(join(folder, 'lite'));
    const rows = IDS.map((id, i) => `('${id}', 'text of ${id}', '[${VECTORS[i]?.join(',')}]')`).join(', ');
    await database.exec(
      `CREATE EXTENSION vector; CREATE TABLE chunks (id text PRIMARY KEY, body text, embedding vector(24)); INSERT INTO chunks VALUES ${rows}`,
    );
    await database.close();
  },
  lancedb: async (folder) => {
    const connection = await connect(join(folder, 'lance'));
    const table = await connection.createTable(
      'chunks',
      IDS.map((id, i) => ({ id, vector: [...(VECTORS[i] ?? [])] })),
    );
    table.close();
    connection.close();
  },
};

describe('the configurations of the page on stores', () => {
  test('there is one for each kind', () => {
    expect([...CONFIGURATIONS.keys()].sort()).toEqual([...Object.keys(FILL), 'postgres'].sort());
  });

  test.each(Object.keys(FILL))('%s is read as it is there', async (kind) => {
    const project = new BumpProject();
    project.configure('one', 'two', CONFIGURATIONS.get(kind));
    await FILL[kind]?.(project.folder);
    const { code, out, err } = await project.run('audit', 'live', '--expect', 'old');
    expect([code, err + out]).toEqual([1, expect.stringContaining('3 rows without a tag')]);
  });

  test('postgres is understood, and wants its variable; test/e2e/migration.test.ts has it on a server', async () => {
    const project = new BumpProject();
    project.configure('one', 'two', CONFIGURATIONS.get('postgres'));
    const { code, err } = await project.run('audit', 'live', '--expect', 'old');
    expect([code, err]).toEqual([2, expect.stringContaining('DATABASE_URL')]);
  });
});
