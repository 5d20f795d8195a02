import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arrowRowBytes } from '../../../src/formats/arrow-rows.ts';
import { commandLine, type Printed } from '../../cli/command-line.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { vectorOf } from '../tables/storm/embedder.mjs';

const DOCUMENTS = Array.from({ length: 30 }, (_, n) => ({ id: `d${n}`, text: `note ${n} of the house` }));

/** A folder of Arrow files as an application has written it, and the configuration of a team. */
export async function folderStore(): Promise<string> {
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

/** Commands in that folder, with the clock of now. */
export function commandsIn(folder: string, signal = new AbortController().signal): (...args: readonly string[]) => Promise<Printed> {
  const begun = Date.now();
  return commandLine(folder, {
    env: { HOME: folder },
    signal,
    now: () => new Date().toISOString(),
    clock: () => Date.now() - begun,
    today: () => new Date().toISOString().slice(0, 10),
  });
}
