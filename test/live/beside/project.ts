import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BIN } from '../../e2e/project.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

export interface Document {
  readonly id: string;
  readonly text: string;
}

export const DOCUMENTS: readonly Document[] = Array.from({ length: 40 }, (_, n) => ({ id: `d${n}`, text: `note ${n} of the house` }));

/** A folder of a team: versions made by a module, a data set, a policy, and the store as `store` says. */
export function teamFolder(store: string, documents = DOCUMENTS): string {
  const folder = temporaryFolder();
  const lines = (items: readonly Document[]) => items.map(({ id, text }) => `${JSON.stringify({ _id: id, text })}\n`).join('');
  mkdirSync(join(folder, 'data', 'qrels'), { recursive: true });
  cpSync(join(import.meta.dirname, '..', 'tables', 'storm', 'embedder.mjs'), join(folder, 'embedder.mjs'));
  writeFileSync(join(folder, 'data', 'corpus.jsonl'), lines(documents));
  writeFileSync(join(folder, 'data', 'queries.jsonl'), lines(documents.map(({ id, text }) => ({ id: `q-${id}`, text }))));
  const judged = documents.map(({ id }) => `q-${id}\t${id}\t1\n`).join('');
  writeFileSync(join(folder, 'data', 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${judged}`);
  const version = (name: string, d: number) =>
    `{ id: v${name}, embedder: module, module: embedder.mjs, normalize: true, options: { version: ${name}, d: ${d} } }`;
  writeFileSync(
    join(folder, 'cutover.yaml'),
    `dataset: data\nold: ${version('A', 8)}\nnew: ${version('B', 12)}\nsearch: { k: 5 }\npolicy: { rules: [{ metric: annRecall@5, atLeast: 0.5 }] }\nproduction: { rebuilds: 0 }\noutput: report\nstores: { live: ${store} }\n`,
  );
  return folder;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly text: string;
}

/** A command in a process of its own; killed after `after` milliseconds, where that is given. */
export function run(folder: string, args: readonly string[], after: number | null = null): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  const timer = after === null ? null : setTimeout(() => child.kill('SIGKILL'), after);
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      if (timer !== null) clearTimeout(timer);
      resolve({ code, signal, text });
    });
  });
}

/** The tag that is live, as a writer or reader of a store of files takes it: from the last line of the ledger. */
export function liveTagOf(ledger: string): string | null {
  try {
    const [last] = readFileSync(ledger, 'utf8').trim().split('\n').slice(-1);
    return last === undefined || last === '' ? null : (JSON.parse(last) as { live: string | null }).live;
  } catch {
    return null;
  }
}

export function ledgerOf(store: string, isFile = false): string {
  const real = realpathSync(store);
  return join(isFile ? dirname(real) : real, 'cutover_migrations.jsonl');
}
