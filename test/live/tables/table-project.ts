import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { commandLine, type Printed } from '../../cli/command-line.ts';
import { BIN } from '../../e2e/project.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { type RealServer, startServer } from '../stores/real-server.ts';
import { vectorOf } from './storm/embedder.mjs';

export type Version = 'A' | 'B';

export interface TableSpec {
  /** Of the \`stores:\` entry. */
  readonly store: string;
  /** Dimensions of both versions; 8 unless given. */
  readonly dimensions?: readonly [old: number, next: number];
  readonly policy?: string;
  /** `report` unless given. */
  readonly output?: string;
  /** Roles that the schema needs, by the word that stands for each in it: `{owner}`. The tool connects as `owner`, where there is one. */
  readonly roles?: readonly string[];
}

export const PROMOTE = [
  'migrate',
  'promote',
  'live',
  '--certificate',
  'report/certificate.json',
  '--allow-unsigned',
  '--readers',
  'guarded',
];

/** A folder with a configuration for a table that an application has, and two versions made by a module. */
export class TableProject {
  readonly folder = temporaryFolder();
  readonly url: string;
  readonly pool: pg.Pool;
  readonly #spec: TableSpec;
  readonly #server: RealServer;

  private constructor(server: RealServer, spec: TableSpec) {
    this.#server = server;
    this.#spec = spec;
    this.url = server.url;
    this.pool = new pg.Pool({ connectionString: this.url });
    this.pool.on('error', () => undefined);
  }

  /** In a database of its own. @param server another than the one that tests share */
  static async create(spec: TableSpec, schema: string, server?: RealServer): Promise<TableProject> {
    const project = new TableProject(server ?? (await startServer()), spec);
    await cp(join(import.meta.dirname, 'storm', 'embedder.mjs'), join(project.folder, 'embedder.mjs'));
    await project.pool.query('CREATE EXTENSION vector');
    for (const role of project.#roles) await project.pool.query(`CREATE ROLE ${role} LOGIN`);
    await project.pool.query(project.named(schema));
    await project.configure();
    return project;
  }

  /** Roles are the server's, not the database's: each test has its own. */
  get #roles(): string[] {
    return (this.#spec.roles ?? []).map((role) => this.role(role));
  }

  role(name: string): string {
    return `${name}_${createHash('sha256').update(this.url).digest('hex').slice(0, 12)}`;
  }

  /** SQL with the names of roles. */
  named(sql: string): string {
    return sql.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (this.#spec.roles?.includes(name) === true ? this.role(name) : whole));
  }

  /** Connection string of one of the roles. */
  as(role: string): string {
    return this.url.replace('//postgres:', `//${this.role(role)}:`);
  }

  get #toolUrl(): string {
    return this.#spec.roles?.includes('owner') === true ? this.as('owner') : this.url;
  }

  async configure(store = this.#spec.store): Promise<void> {
    const [old, next] = this.#spec.dimensions ?? [8, 8];
    const version = (id: string, name: Version, d: number) =>
      `{ id: ${id}, embedder: module, module: embedder.mjs, normalize: true, options: { version: ${name}, d: ${d} } }`;
    const lines = [
      'dataset: data',
      `old: ${version('first', 'A', old)}`,
      `new: ${version('second', 'B', next)}`,
      'search: { k: 5 }',
      `policy: { rules: [{ metric: annRecall@5, atLeast: 0.5 }]${this.#spec.policy ?? ''} }`,
      'production: { rebuilds: 0 }',
      `output: ${this.#spec.output ?? 'report'}`,
      `stores: ${store}`,
    ];
    await writeFile(join(this.folder, 'cutover.yaml'), `${lines.join('\n')}\n`);
  }

  /** The data set: what was evaluated. */
  async data(documents: readonly { readonly id: string; readonly text: string }[]): Promise<void> {
    await mkdir(join(this.folder, 'data', 'qrels'), { recursive: true });
    const lines = (items: readonly { id: string; text: string }[]) =>
      items.map(({ id, text }) => `${JSON.stringify({ _id: id, text })}\n`).join('');
    const queries = documents.slice(0, 40).map(({ text }, i) => ({ id: `q${i}`, text }));
    await writeFile(join(this.folder, 'data', 'corpus.jsonl'), lines(documents));
    await writeFile(join(this.folder, 'data', 'queries.jsonl'), lines(queries));
    const judged = queries.map(({ id }, i) => `${id}\t${documents[i]?.id}\t1\n`).join('');
    await writeFile(join(this.folder, 'data', 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${judged}`);
  }

  vector(text: string, version: Version): Float32Array {
    const [old, next] = this.#spec.dimensions ?? [8, 8];
    return vectorOf(text, version, version === 'A' ? old : next);
  }

  /** As pgvector reads it. */
  literal(text: string, version: Version = 'A'): string {
    return `[${this.vector(text, version).join(',')}]`;
  }

  /** Variables that commands see beside those of the store. */
  env: Readonly<Record<string, string>> = {};

  run(...args: readonly string[]): Promise<Printed> {
    const begun = Date.now();
    return commandLine(this.folder, {
      env: { DATABASE_URL: this.#toolUrl, HOME: this.folder, ...this.env },
      now: () => new Date().toISOString(),
      clock: () => Date.now() - begun,
      today: () => new Date().toISOString().slice(0, 10),
    })(...args);
  }

  /** @returns what it printed, of a command that must pass */
  async pass(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await this.run(...args);
    expect(`${args.join(' ')}: ${code}${code === 0 ? '' : `\n${err}${out}`}`).toBe(`${args.join(' ')}: 0`);
    return out;
  }

  /** Starts a command in a process of its own, and kills it as soon as `when` holds. */
  async kill(when: () => Promise<boolean>, ...args: readonly string[]): Promise<NodeJS.Signals | null> {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: this.folder,
      env: { ...process.env, DATABASE_URL: this.#toolUrl },
      stdio: 'ignore',
    });
    let isOver = false;
    const ended = new Promise<NodeJS.Signals | null>((resolve) => {
      child.once('close', (_, signal) => {
        isOver = true;
        resolve(signal);
      });
    });
    while (!isOver && !(await when())) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGKILL');
    return ended;
  }

  promote(): Promise<string> {
    return this.pass(...PROMOTE);
  }

  /** Ids of rows whose vector is not that of their text. */
  async wrong(table: string, key: string, text: string, column: string, version: Version, where = 'true'): Promise<string[]> {
    const { rows } = await this.pool.query(
      `SELECT ${key}::text AS id, ${text} AS text, ${column}::text AS vector FROM ${table} WHERE ${where}`,
    );
    return rows.filter((row) => row.vector !== null && !this.#is(row.vector, row.text, version)).map(({ id }) => id);
  }

  /** Whether a stored vector is that of a text. */
  #is(stored: string, text: string, version: Version): boolean {
    const own = JSON.parse(stored) as number[];
    const fresh = this.vector(text, version);
    return own.length === fresh.length && own.reduce((sum, value, i) => sum + value * (fresh[i] ?? 0), 0) > 0.9999;
  }

  async close(): Promise<void> {
    for (const role of this.#roles)
      await this.pool.query(`REASSIGN OWNED BY ${role} TO CURRENT_USER; DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await this.pool.end();
    await this.#server.stop();
  }
}
