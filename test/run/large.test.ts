import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withWorkspace } from '../../src/project/workspace.ts';
import { embed } from '../../src/run/embed.ts';
import { search } from '../../src/run/search.ts';
import { firstTexts } from './incremental-edits.ts';
import { artifacts, configure, optionsFor, projectFolder, writeData } from './module-project.ts';

/** Every third document can be found by every second query. */
function filterSome(folder: string): void {
  const rewrite = (file: string, metadata: (i: number) => object) => {
    const lines = readFileSync(join(folder, 'data', file), 'utf8')
      .trim()
      .split('\n');
    const changed = lines.map((line, i) => JSON.stringify({ ...JSON.parse(line), metadata: metadata(i) }));
    writeFileSync(join(folder, 'data', file), changed.join('\n'));
  };
  rewrite('corpus.jsonl', (i) => ({ kind: `k${i % 3}` }));
  rewrite('queries.jsonl', (i) => (i % 2 === 0 ? { filter: { kind: 'k1' } } : {}));
}

test.each([
  ['a graph', '', false],
  ['a scan', ', engine: exact', false],
  ['a graph, under filters', '', true],
  ['a scan, under filters', ', engine: exact', true],
])('one version after the other gives the files of both in memory, served by %s', async (_, engine, filtered) => {
  const folder = await projectFolder();
  await configure(folder, engine);
  await writeData(folder, firstTexts());
  if (filtered) filterSome(folder);
  const found: Record<string, string>[] = [];
  for (const atOnce of [true, false]) {
    const output = join(folder, String(atOnce));
    await withWorkspace({ ...optionsFor(folder), output }, async (workspace) => {
      await embed(workspace);
      expect((await search(workspace, atOnce)).cached).toBe(false);
    });
    found.push(await artifacts(folder, output));
  }
  expect(Object.keys(found[0] ?? {}).filter((file) => /^(neighbours|pairs)/.test(file)).length).toBeGreaterThan(12);
  expect(found[1]).toEqual(found[0]);
});
