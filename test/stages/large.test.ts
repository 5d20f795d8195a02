import { join } from 'node:path';
import { expect, test } from 'vitest';
import { embed } from '../../src/stages/embed.ts';
import { search } from '../../src/stages/search.ts';
import { withWorkspace } from '../../src/stages/workspace.ts';
import { firstTexts } from './incremental-edits.ts';
import { artifacts, configure, optionsFor, projectFolder, writeData } from './module-project.ts';

test.each(['', ', engine: exact'])(
  'one version after the other, documents on disk, gives the files of both in memory (search%s)',
  async (engine) => {
    const folder = await projectFolder();
    await configure(folder, engine);
    await writeData(folder, firstTexts());
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
  },
);
