import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { arrowRowBytes } from '../../../src/formats/arrow-rows.ts';
import { commandLine } from '../../cli/command-line.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { vectorOf } from '../tables/storm/embedder.mjs';

const DOCUMENTS = Array.from({ length: 30 }, (_, n) => ({ id: `d${n}`, text: `note ${n} of the house` }));

/** A folder of Arrow files as an application has written it, and the configuration of a team. */
async function folderStore(): Promise<string> {
  const folder = temporaryFolder();
  const lines = (items: readonly { id: string; text: string }[]) =>
    items.map(({ id, text }) => `${JSON.stringify({ _id: id, text })}\n`).join('');
  await mkdir(join(folder, 'data', 'qrels'), { recursive: true });
  await mkdir(join(folder, 'store'));
  await cp(join(import.meta.dirname, '..', 'tables', 'storm', 'embedder.mjs'), join(folder, 'embedder.mjs'));
  await writeFile(join(folder, 'data', 'corpus.jsonl'), lines(DOCUMENTS));
  await writeFile(join(folder, 'data', 'queries.jsonl'), lines(DOCUMENTS.map(({ id, text }) => ({ id: `q-${id}`, text }))));
  const judged = DOCUMENTS.map(({ id }) => `q-${id}\t${id}\t1\n`).join('');
  await writeFile(join(folder, 'data', 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${judged}`);
  const version = (name: string) =>
    `{ id: v${name}, embedder: module, module: embedder.mjs, normalize: true, options: { version: ${name}, d: 8 } }`;
  await writeFile(
    join(folder, 'cutover.yaml'),
    `dataset: data\nold: ${version('A')}\nnew: ${version('B')}\nsearch: { k: 5 }\npolicy: { rules: [{ metric: annRecall@5, atLeast: 0.5 }] }\nproduction: { rebuilds: 0 }\noutput: report\nstores: { live: { kind: arrow, path: store } }\n`,
  );
  const vectors = DOCUMENTS.map(({ text }) => vectorOf(text, 'A', 8));
  await writeFile(join(folder, 'store', 'a.arrow'), arrowRowBytes({ id: DOCUMENTS.map(({ id }) => id) }, 'vector', vectors));
  return folder;
}

it('ends a deletion that was interrupted, and leaves a store that is what its ledger says', async () => {
  const folder = await folderStore();
  const begun = Date.now();
  const cutover = commandLine(folder, {
    env: { HOME: folder },
    now: () => new Date().toISOString(),
    clock: () => Date.now() - begun,
    today: () => new Date().toISOString().slice(0, 10),
  });
  const exits = async (code: number, ...args: string[]) => {
    const printed = await cutover(...args);
    expect([args.join(' '), printed.code, printed.code === code ? '' : printed.err + printed.out]).toEqual([args.join(' '), code, '']);
    return printed.out;
  };
  await exits(0, 'tag', 'apply', 'live', '--as', 'old');
  await exits(0, 'migrate', 'start', 'live', '-q');
  await exits(0, 'run', '-q');
  await exits(0, 'migrate', 'promote', 'live', '--certificate', 'report/certificate.json', '--allow-unsigned');
  await cp(join(folder, 'store'), join(folder, 'before'), { recursive: true });
  await exits(0, 'migrate', 'retire', 'live', '--yes');
  await exits(0, 'migrate', 'verify', 'live');
  expect(await exits(1, 'migrate', 'retire', 'live', '--yes')).toBe('');
  // As a kill between the entry and the deletion leaves it.
  for (const file of await readdir(join(folder, 'store'))) if (file.endsWith('.arrow')) await rm(join(folder, 'store', file));
  for (const file of await readdir(join(folder, 'before')))
    if (file.endsWith('.arrow')) await cp(join(folder, 'before', file), join(folder, 'store', file));
  expect(await exits(1, 'migrate', 'verify', 'live')).toContain('0 when the last entry was written, 30 now');
  expect(await exits(0, 'migrate', 'retire', 'live', '--yes')).toContain('30 vectors that were not live deleted');
  await exits(0, 'migrate', 'verify', 'live');
});
