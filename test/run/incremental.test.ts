import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anEdit, apply, firstTexts, type Texts } from './incremental-edits.ts';
import { artifacts, backwards, configure, projectFolder, run, writeData } from './module-project.ts';

function everyText({ documents, queries }: Texts): string[] {
  const of = (role: string, items: ReadonlyMap<string, string>) =>
    [...items.values()].flatMap((text) => [3, 5].map((salt) => `${salt} ${role} ${text}`));
  return [...new Set([...of('document', documents), ...of('query', queries)])].sort();
}

test('after any edits, a run embeds just the new texts and leaves the bytes of a full run', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(anEdit, { minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 2 }), async (rounds) => {
      const [kept, fresh] = [await projectFolder(), await projectFolder()];
      const texts = firstTexts();
      const known = new Set<string>();
      for (const edits of [[], ...rounds]) {
        for (const edit of edits) apply(edit, texts);
        await configure(kept);
        await writeData(kept, texts);
        const { asked } = await run(kept);
        expect(asked.sort()).toEqual(everyText(texts).filter((text) => !known.has(text)));
        for (const text of asked) known.add(text);
      }
      await configure(fresh);
      // Lines in another order: what counts is the order of ids.
      await writeData(fresh, backwards(texts));
      expect((await run(fresh)).asked.sort()).toEqual(everyText(texts));
      expect(await artifacts(kept)).toEqual(await artifacts(fresh));
    }),
    { numRuns: Number(process.env.CUTOVER_TEST_RUNS ?? 3), endOnFailure: true },
  );
});

test('served by usearch: the whole run says that it cannot be repeated', async () => {
  const folder = await projectFolder();
  await configure(folder, ', engine: usearch');
  await writeData(folder, firstTexts());
  const { verdict } = await run(folder);
  expect(verdict.reasons.at(-1)).toContain('no two builds are alike');
  const evaluation = JSON.parse(await readFile(join(folder, 'report', 'evaluation.json'), 'utf8')) as { search: object };
  expect(evaluation.search).toMatchObject({ engine: 'usearch', reproducible: false });
  expect(await readFile(join(folder, 'report', 'report.html'), 'utf8')).toContain('built again, it may serve other neighbours');
  // The index is kept, so what it serves stays the same; the noise floor builds others.
  const found = async () => Object.entries(await artifacts(folder)).filter(([file]) => file.startsWith('neighbours/'));
  const before = await found();
  expect(before.length).toBeGreaterThan(3);
  await cp(join(folder, 'report'), join(folder, 'first'), { recursive: true });
  await rm(join(folder, 'report'), { recursive: true });
  await run(folder);
  expect(await found()).toEqual(before);
});
