import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { expect, test } from 'vitest';
import type { Evaluation } from '../../src/model/evaluation.ts';
import { BumpProject } from './bump-project.ts';

test('a run is served by LanceDB beside an old version served by hnswlib; the tables go on request, those that serve stay', async () => {
  const project = new BumpProject();
  const connection = await connect(join(project.folder, 'lance'));
  await connection.createTable('chunks', [{ id: 'd00', vector: [1, 2] }]);
  const store = 'stores: { live: { kind: lancedb, path: lance, table: chunks } }\n';
  const lancedb = '{ index: ivf_hnsw_sq, partitions: 1, m: 8, efSearch: 60 }';
  project.configure('one', 'two', `${store}search: { k: 12, engine: lancedb, store: live, lancedb: ${lancedb}, old: { engine: hnsw } }\n`);
  const { code, err } = await project.run('run');
  expect([code, err]).toEqual([0, expect.stringContaining('exact and lancedb')]);
  const { search, index, studies } = JSON.parse(project.read('reports/evaluation.json')) as Evaluation;
  expect(search).toMatchObject({
    engine: 'lancedb',
    reproducible: false,
    old: { engine: 'hnsw', m: 16, efConstruction: 200, efSearch: 128 },
    servedBy: {
      new: { library: expect.stringContaining('LanceDB'), parameters: { index: 'ivf_hnsw_sq', m: 8, ef_construction: 300, ef: 60 } },
    },
  });
  expect(Object.keys(search?.servedBy ?? {})).toEqual(['new']);
  expect(index['annRecall@10']?.new.mean).toBeGreaterThan(0.9);
  expect(studies?.efSearchSweep).toHaveProperty('points');
  const html = project.read('reports/report.html');
  for (const words of [search?.servedBy?.new?.library, 'nprobes, new version', 'efConstruction, efSearch, old version'])
    expect(html).toContain(words);
  const listed = await project.run('cache', 'tables');
  expect(listed.out.trim().split('\n')).toHaveLength(1);
  expect(JSON.parse((await project.run('cache', 'tables', '--drop', '--json')).out)).toEqual([listed.out.trim()]);
  expect(await connection.tableNames()).toEqual(['chunks']);
  project.configure('one', 'two');
  expect((await project.run('cache', 'tables', '--drop')).out).toBe('');
});
