import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ledgerHeads } from '../../src/live/ledger/heads.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { runAll } from '../../src/run/run.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Texts } from './incremental-edits.ts';

/** What the embedder was asked, in this process. */
const asked = globalThis as unknown as { cutoverAsked: string[] };
asked.cutoverAsked = [];

const EMBEDDER = `
export const fingerprint = ({ options }) => 'bag of letters ' + options.salt;
export const embed = async (texts, { role, options }) => texts.map((text) => {
  globalThis.cutoverAsked.push(options.salt + ' ' + role + ' ' + text);
  const vector = new Float32Array(12).fill(0.01);
  for (const [i, letter] of [...text].entries()) vector[(letter.charCodeAt(0) * options.salt + i) % 12] += 1 + (i % 3);
  return vector;
});
`;

export async function projectFolder(): Promise<string> {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'embedder.mjs'), EMBEDDER);
  return folder;
}

export async function configure(folder: string, search = ''): Promise<void> {
  const version = (id: string, salt: number) => `{ id: ${id}, embedder: module, module: embedder.mjs, options: { salt: ${salt} } }`;
  const lines = [
    'dataset: data',
    `old: ${version('a', 3)}`,
    `new: ${version('b', 5)}`,
    `search: { k: 20${search} }`,
    'policy: { rules: [{ metric: annRecall@10, atLeast: 0.9 }, { metric: nDCG@10, nonInferior: 0.5 }] }',
    'production: { rebuilds: 1 }',
    'consumers: [{ name: twins, threshold: 0.9, pairs: document-document, keep: pass-rate }]',
    'output: report',
  ];
  await writeFile(join(folder, 'cutover.yaml'), `${lines.join('\n')}\n`);
}

export async function writeData(folder: string, { documents, queries, qrels }: Texts): Promise<void> {
  const lines = (items: ReadonlyMap<string, string>) => [...items].map(([id, text]) => `${JSON.stringify({ _id: id, text })}\n`).join('');
  const rows = [...qrels].flatMap(([query, list]) => [...list].map(([document, grade]) => `${query}\t${document}\t${grade}\n`));
  await mkdir(join(folder, 'data', 'qrels'), { recursive: true });
  await writeFile(join(folder, 'data', 'corpus.jsonl'), lines(documents));
  await writeFile(join(folder, 'data', 'queries.jsonl'), lines(queries));
  await writeFile(join(folder, 'data', 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${rows.join('')}`);
}

export function backwards({ documents, queries, qrels }: Texts): Texts {
  const turned = <T>(map: Map<string, T>) => new Map([...map].reverse());
  return { documents: turned(documents), queries: turned(queries), qrels: turned(qrels) };
}

/** What a command in that folder would ask of a stage. */
export function optionsFor(folder: string) {
  return {
    configFile: join(folder, 'cutover.yaml'),
    output: null,
    asOf: '2026-01-31',
    cwd: folder,
    env: { HOME: folder },
    console: { info: () => undefined, warn: () => undefined, progress: () => undefined },
    clock: () => 0,
    signal: new AbortController().signal,
  };
}

/** Runs everything in this process. @returns what the embedder was asked, each as version, role and text */
export async function run(folder: string): Promise<{ asked: string[]; verdict: Verdict }> {
  asked.cutoverAsked = [];
  const { verdict } = await runAll(optionsFor(folder), { days: 30, signKey: null, ledgers: ledgerHeads });
  return { asked: asked.cutoverAsked, verdict };
}

/** All but what a clock had a say in: timings.json and the reports that show it. */
export async function artifacts(folder: string, report = join(folder, 'report')): Promise<Record<string, string>> {
  const names = (await readdir(report, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = names.map((entry) => join(entry.parentPath, entry.name).slice(report.length + 1)).sort();
  const kept = files.filter((file) => !['timings.json', 'report.html', 'summary.md', 'manifests/report.json'].includes(file));
  expect(kept.length).toBeGreaterThan(15);
  return Object.fromEntries(await Promise.all(kept.map(async (file) => [file, await readFile(join(report, file), 'base64')] as const)));
}
