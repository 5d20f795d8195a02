import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Host } from '../../src/cli/host.ts';
import { main } from '../../src/cli/main.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A model small enough to read: words hashed into 24 numbers by what its weights file says; `flaw` makes it forget the words. */
const TOY = `import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
const weights = ({ weights }) => readFileSync(new URL(weights, import.meta.url), 'utf8');
export const fingerprint = ({ options }) => weights(options);
export const embed = async (texts, { options }) => {
  const own = weights(options);
  return texts.map((text) => {
    const vector = new Array(24).fill(0);
    const parts = own.includes('flaw') ? [text] : text.toLowerCase().split(/\\W+/);
    for (const part of parts) {
      const digest = createHash('sha256').update(own + part).digest();
      for (let i = 0; i < 24; i++) vector[i] += digest[i] - 127.5;
    }
    return vector;
  });
};
`;

/** What documents are about, one each. */
export const WORDS = [
  'refund',
  'export',
  'invite',
  'password',
  'invoice',
  'archive',
  'calendar',
  'webhook',
  'quota',
  'avatar',
  'locale',
  'backup',
];

/** The first project as it was made: others are copies of it. */
let first: string | null = null;

/** A git repository with a data set of 12 documents and 36 queries, and two versions of a toy model that differ and do no harm. */
export class BumpProject {
  readonly folder = temporaryFolder();
  openFile?: (file: string) => Promise<void>;
  signal = new AbortController().signal;
  today = '2026-11-20';
  env: Record<string, string | undefined> = { PATH: process.env.PATH, HOME: process.env.HOME };

  /** @param like a folder that the project is a copy of, instead of a new one */
  constructor(like = first) {
    if (like !== null) {
      cpSync(like, this.folder, { recursive: true, preserveTimestamps: true });
      return;
    }
    this.#make();
    first = temporaryFolder();
    cpSync(this.folder, first, { recursive: true, preserveTimestamps: true });
  }

  #make(): void {
    const id = (i: number) => String(i).padStart(2, '0');
    this.write(
      'data/corpus.jsonl',
      lines(WORDS.map((word, i) => ({ _id: `d${id(i)}`, title: word, text: `all about the ${word} of a team` }))),
    );
    const queries = Array.from({ length: 36 }, (_, i) => ({ _id: `q${id(i)}`, text: `${WORDS[i % 12]} number ${i}` }));
    this.write('data/queries.jsonl', lines(queries));
    // Every document is judged for every query, so that nothing unjudged decides.
    const judged = queries.flatMap(({ _id }, i) => WORDS.map((_, j) => `${_id}\td${id(j)}\t${j === i % 12 ? 1 : 0}`));
    this.write('data/qrels/test.tsv', `query-id\tcorpus-id\tscore\n${judged.join('\n')}\n`);
    this.write('toy.mjs', TOY);
    for (const name of ['one', 'two', 'flaw']) this.write(`${name}.weights`, name);
    this.write('policy.yaml', policy(0.2));
    this.write('.gitignore', 'reports/\n.cutover/\n');
    this.configure('one', 'two');
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'user.email', 'dev@example.org');
    this.git('config', 'user.name', 'dev');
    this.commit('start');
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), text);
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  /** Compares two weights files; a version's id is the name of its file. */
  configure(old: string, fresh: string, extra = ''): void {
    const version = (name: string) => `{ id: ${name}, embedder: ./toy.mjs, options: { weights: ./${name}.weights } }`;
    this.write(
      'cutover.yaml',
      `dataset: data\nold: ${version(old)}\nnew: ${version(fresh)}\npolicy: policy.yaml\noutput: reports\nproduction: { rebuilds: 0 }\nworkers: 1\n${extra}`,
    );
  }

  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  commit(message: string): void {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
  }

  /** Runs the command line in this process. */
  async run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    const out: string[] = [];
    const err: string[] = [];
    const host: Host = {
      stdout: { write: (text) => out.push(text) },
      stderr: { write: (text) => err.push(text) },
      env: this.env,
      cwd: this.folder,
      clock: () => performance.now(),
      today: () => this.today,
      now: () => '2026-11-20T10:00:00.000Z',
      signal: this.signal,
      ...(this.openFile === undefined ? {} : { openFile: this.openFile }),
    };
    return { code: await main(args, host), out: out.join(''), err: err.join('') };
  }
}

/** A project that takes commands to make is made once; whoever asks gets a copy. */
export function once(make: () => Promise<BumpProject>): () => Promise<BumpProject> {
  let made: Promise<BumpProject> | undefined;
  return async () => {
    made ??= make();
    return new BumpProject((await made).folder);
  };
}

/** main pins version one as live, with version two waiting; a branch `pr` of whoever wants a pass. */
export const pinned = once(async () => {
  const project = new BumpProject();
  await pin(project);
  return project;
});

/** Makes main pin the old version of a project, and starts the branch `pr`. */
export async function pin(project: BumpProject): Promise<void> {
  const { code, err } = await project.run('lock', '--init');
  expect([code, err]).toEqual([0, expect.anything()]);
  project.commit('lock');
  project.git('switch', '--quiet', '--create', 'pr');
}

export function policy(margin: number): string {
  return `resamples: 1000\nrules:\n  - { metric: nDCG@10, nonInferior: ${margin} }\n`;
}

function lines(records: readonly object[]): string {
  return `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;
}
