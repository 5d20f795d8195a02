import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parquetRowBytes } from '../../src/formats/parquet.ts';
import { commandLine } from '../cli/command-line.ts';
import { randomSet } from '../search/vectors.ts';
import { projectFolder, writeData } from './module-project.ts';

const [DOCUMENTS, QUERIES, DIMENSION] = [40, 12, 16];
const idsOf = (prefix: string, count: number) => randomSet(prefix, count, 1).ids;
const rowOf = (data: Float32Array, i: number) => data.slice(i * DIMENSION, (i + 1) * DIMENSION);

/** Vectors of one model: old in JSON Lines, new in Parquet, of which the first so many documents and queries are those of old. */
async function project(kept: { readonly documents: number; readonly queries: number }): Promise<string> {
  const folder = await projectFolder();
  const texts = (prefix: string, count: number) => new Map(idsOf(prefix, count).map((id) => [id, `text ${id}`]));
  await writeData(folder, {
    documents: texts('d', DOCUMENTS),
    queries: texts('q', QUERIES),
    qrels: new Map(idsOf('q', QUERIES).map((id, i) => [id, new Map([[idsOf('d', DOCUMENTS)[i] ?? '', 1]])])),
  });
  for (const [prefix, count, same] of [
    ['d', DOCUMENTS, kept.documents],
    ['q', QUERIES, kept.queries],
  ] as const) {
    const [before, after] = [randomSet(prefix, count, DIMENSION, 1), randomSet(prefix, count, DIMENSION, 2)];
    const lines = before.ids.map((id, i) => JSON.stringify({ id, vector: [...rowOf(before.data, i)] }));
    await writeFile(join(folder, `old-${prefix}.jsonl`), `${lines.join('\n')}\n`);
    // Written by another program, scaled to another length.
    const vectors = after.ids.map((_, i) => (i < same ? rowOf(before.data, i).map((value) => 2 * value) : rowOf(after.data, i)));
    await writeFile(join(folder, `new-${prefix}.parquet`), parquetRowBytes({ id: after.ids }, 'vector', vectors));
  }
  const version = (id: string, ending: string) =>
    `{ id: ${id}, embedder: precomputed, tag: ${id}, vectors: { query: ${id}-q.${ending}, document: ${id}-d.${ending} } }`;
  const rules = 'policy: { rules: [{ metric: annRecall@10, atLeast: 0.5 }] }';
  const lines = ['dataset: data', `old: ${version('old', 'jsonl')}`, `new: ${version('new', 'parquet')}`, rules, 'output: report'];
  await writeFile(join(folder, 'cutover.yaml'), `${lines.join('\n')}\n`);
  return folder;
}

test('the same vectors, exported again in another format and length, are one version', async () => {
  const { code, err } = await commandLine(await project({ documents: DOCUMENTS, queries: QUERIES }))('run');
  expect(code).toBe(2);
  expect(err).toMatch(/VERSIONS_IDENTICAL .*have equal vectors for all of 52 texts that were compared/);
});

test('that many are equal is said before the verdict, and in the report', async () => {
  const run = commandLine(await project({ documents: 25, queries: 0 }));
  const { err } = await run('run');
  expect(err).toMatch(/25 of 40 document vectors that were compared are those of old: part of the texts was not embedded again/);
  expect(err.indexOf('25 of 40')).toBeLessThan(err.search(/PASS|FAIL|INCONCLUSIVE/));
  expect((await run('report', '--json')).code).toBe(0);
  expect((await run('gate')).err).toContain('25 of 40 document vectors');
});

test('nothing is said of versions that have their own vectors', async () => {
  const { err } = await commandLine(await project({ documents: 0, queries: 0 }))('run');
  expect(err).not.toContain('that were compared');
  expect(err).toMatch(/PASS|FAIL|INCONCLUSIVE/);
});
