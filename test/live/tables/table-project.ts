import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { commandLine, type Printed } from '../../cli/command-line.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { type RealServer, startServer } from '../stores/real-server.ts';

/** Two spaces that have nothing to do with one another: a text's vector is a hash of it and of the version. */
const EMBEDDER = `
import { createHash } from 'node:crypto';
export const fingerprint = ({ options }) => 'hash ' + options.version + ' ' + options.d;
export const embed = async (texts, { options }) => texts.map((text) => vectorOf(text, options.version, options.d));
export function vectorOf(text, version, d) {
  const bytes = createHash('shake256', { outputLength: 2 * d }).update(version + '|' + text.trim()).digest();
  const vector = Array.from({ length: d }, (_, i) => bytes.readInt16LE(2 * i));
  const length = Math.hypot(...vector) || 1;
  return Float32Array.from(vector, (value) => Math.fround(value / length));
}
`;

export type Version = 'A' | 'B';

export interface TableSpec {
  /** Of the \`stores:\` entry. */
  readonly store: string;
  /** Dimensions of both versions; 8 unless given. */
  readonly dimensions?: readonly [old: number, next: number];
  readonly policy?: string;
}

/** A folder with a configuration for a table that an application has, and two versions made by a module. */
export class TableProject {
  readonly folder = temporaryFolder();
  readonly url: string;
  readonly pool: pg.Pool;
  readonly #spec: TableSpec;
  #vectorOf: ((text: string, version: string, d: number) => Float32Array) | null = null;

  readonly #server: RealServer;

  private constructor(server: RealServer, spec: TableSpec) {
    this.#server = server;
    this.#spec = spec;
    this.url = server.url;
    this.pool = new pg.Pool({ connectionString: this.url });
    this.pool.on('error', () => undefined);
  }

  /** In a database of its own. */
  static async create(spec: TableSpec, schema: string): Promise<TableProject> {
    const project = new TableProject(await startServer(), spec);
    await writeFile(join(project.folder, 'embedder.mjs'), EMBEDDER);
    project.#vectorOf = (await import(join(project.folder, 'embedder.mjs'))).vectorOf;
    await project.pool.query(`CREATE EXTENSION vector; ${schema}`);
    await project.configure();
    return project;
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
      `policy: { rules: [{ metric: nDCG@5, nonInferior: 0.9 }]${this.#spec.policy ?? ''} }`,
      'production: { rebuilds: 0 }',
      'output: report',
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
    return this.#vectorOf?.(text, version, version === 'A' ? old : next) ?? new Float32Array();
  }

  /** As pgvector reads it. */
  literal(text: string, version: Version = 'A'): string {
    return `[${this.vector(text, version).join(',')}]`;
  }

  run(...args: readonly string[]): Promise<Printed> {
    const begun = Date.now();
    return commandLine(this.folder, {
      env: { DATABASE_URL: this.url, HOME: this.folder },
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

  promote(): Promise<string> {
    return this.pass('migrate', 'promote', 'live', '--certificate', 'report/certificate.json', '--allow-unsigned', '--readers', 'guarded');
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
    await this.pool.end();
    await this.#server.stop();
  }
}
