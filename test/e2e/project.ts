import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../cli/command-line.ts';
import { shared } from '../shared/shared.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BIN = join(ROOT, 'dist', 'cli', 'bin.js');
export const MODELS = join(ROOT, 'models');
const HELPDESK = join(ROOT, 'datasets', 'helpdesk');

/** Topics whose vectors are made once for all tests. */
const WARM = ['account', 'billing', 'members'];

/** Where a version of a test ends a text. */
export const TOKENS = 96;

/** What a command left: exit code, what it printed. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own with a cut of the helpdesk collection, two versions and a policy. */
export class Project {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * @param topics topics of the helpdesk collection that go in
   * @param cache `embedded` has the vectors of both versions of account, billing and members, made once for all tests; `brief` those of
   *   billing, of which both versions read {@link TOKENS} tokens a text, in little more than half the time; `cold` has none
   * @param most documents, and queries, that are kept, where a test embeds them again and again
   */
  static async create(
    topics: readonly string[] = ['billing'],
    cache: 'embedded' | 'brief' | 'cold' = 'embedded',
    most = Infinity,
  ): Promise<Project> {
    const project = new Project(temporaryFolder());
    await project.#cutDataset(topics, most);
    await cp(join(ROOT, 'versions'), project.path('versions'), { recursive: true });
    // What is not listed is not relevant: with as few queries, unjudged documents would decide everything.
    await project.write('data/dataset.json', '{ "judgements": "complete" }\n');
    await project.write('policy.yaml', 'rules:\n  - { metric: nDCG@10, nonInferior: 0.2 }\n  - { metric: annRecall@10, atLeast: 0.9 }\n');
    await project.configure();
    if (cache === 'brief') await project.shorten();
    const made = { embedded: `vectors:${WARM.join(',')}`, brief: 'brief:billing', cold: null }[cache];
    if (made !== null) await cp(await shared<string>(made), project.path('.cutover'), { recursive: true });
    return project;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  read(...parts: string[]): Promise<string> {
    return readFile(this.path(...parts), 'utf8');
  }

  async json<T>(...parts: string[]): Promise<T> {
    return JSON.parse(await this.read(...parts)) as T;
  }

  async write(file: string, text: string): Promise<void> {
    await mkdir(join(this.path(file), '..'), { recursive: true });
    await writeFile(this.path(file), text);
  }

  /** Writes cutover.yaml; `extra` is appended. */
  async configure(options: { readonly old?: string; readonly new?: string; readonly extra?: string } = {}): Promise<void> {
    const lines = [
      'dataset: data',
      `old: ${options.old ?? 'versions/bge-small-en.yaml'}`,
      `new: ${options.new ?? 'versions/bge-small-en-v1.5.yaml'}`,
      'policy: policy.yaml',
      'output: report',
      `models: { folders: [${JSON.stringify(MODELS)}], allowNetwork: false }`,
      options.extra ?? '',
      // One more would load each model once more.
      'workers: 1',
    ];
    await this.write('cutover.yaml', `${lines.join('\n')}\n`);
  }

  /** Both versions read the beginning of a text. */
  async shorten(): Promise<void> {
    for (const name of await readdir(this.path('versions'))) {
      const file = join('versions', name);
      await this.write(file, (await this.read(file)).replace('maxTokens: 512', `maxTokens: ${TOKENS}`));
    }
  }

  /** Runs a command in this process: what most tests want, since a process takes longer to start than most commands to run. */
  async run(...args: string[]): Promise<Outcome> {
    const { code, out, err } = await commandLine(this.folder, {
      env: { ...process.env, CI: '1', CUTOVER_CACHE_SCOPE: 'protected' },
      clock: () => performance.now(),
      today: () => new Date().toISOString().slice(0, 10),
      now: () => new Date().toISOString(),
    })(...args);
    return { code, signal: null, stdout: out, stderr: err };
  }

  /** Runs the built command line in a process of its own, as a user would. */
  spawn(...args: string[]): Promise<Outcome> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [BIN, ...args],
        { cwd: this.folder, env: { ...process.env, CI: '1', CUTOVER_CACHE_SCOPE: 'protected' }, maxBuffer: 64e6 },
        (error, stdout, stderr) => {
          resolve({
            code: error === null ? 0 : typeof error.code === 'number' ? error.code : null,
            signal: error?.signal ?? null,
            stdout,
            stderr,
          });
        },
      );
    });
  }

  /** Starts a command and sends a signal as soon as `when` holds, asked every few milliseconds. */
  async interrupt(signal: NodeJS.Signals, when: () => Promise<boolean>, ...args: string[]): Promise<Outcome> {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: this.folder,
      env: { ...process.env, CI: '1', CUTOVER_CACHE_SCOPE: 'protected' },
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    let ended = false;
    const end = new Promise<Outcome>((resolve) => {
      child.once('close', (code, by) => {
        ended = true;
        resolve({ code, signal: by, stdout: '', stderr });
      });
    });
    while (!ended && !(await when())) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill(signal);
    return end;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #cutDataset(topics: readonly string[], most: number): Promise<void> {
    const ids = new Set<string>();
    const keep = async (file: string) => {
      const lines = (await readFile(join(HELPDESK, file), 'utf8')).trim().split('\n');
      const kept = lines.filter((line) => topics.some((topic) => line.startsWith(`{"_id": "${topic}-`))).slice(0, most);
      for (const line of kept) ids.add((JSON.parse(line) as { _id: string })._id);
      await this.write(join('data', file), `${kept.join('\n')}\n`);
    };
    await keep('corpus.jsonl');
    await keep('queries.jsonl');
    const [header = '', ...rows] = (await readFile(join(HELPDESK, 'qrels', 'test.tsv'), 'utf8')).trim().split('\n');
    const kept = rows.filter((row) =>
      row
        .split('\t')
        .slice(0, 2)
        .every((id) => ids.has(id)),
    );
    await this.write('data/qrels/test.tsv', `${[header, ...kept].join('\n')}\n`);
  }
}
