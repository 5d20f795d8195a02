import { randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LancedbConnection, lancedbStatement, lancedbVersion, loadLancedb } from '../../databases/lancedb.ts';
import { buildTable, isWhole } from './lancedb-build.ts';
import { requireLancedb } from './lancedb-call.ts';
import { LancedbServing } from './lancedb-table.ts';
import type { ServingStore, ServingTable, TableRequest } from './serving.ts';

/** Names of the tables: no live one is called so. */
const PREFIX = 'cutover_scratch_';

/** Tables of LanceDB beside the live ones, in the same folder. */
export class LancedbStore implements ServingStore {
  readonly kind = 'lancedb';
  readonly #folder: string;
  readonly #store: string;
  #opened: Promise<LancedbConnection> | null = null;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
    this.#store = `LanceDB in ${folder}`;
  }

  #open(): Promise<LancedbConnection> {
    this.#opened ??= loadLancedb().then(({ connect }) => connect(this.#folder));
    return this.#opened;
  }

  /** One after the other: both sides may want the same table. */
  table(request: TableRequest): Promise<ServingTable> {
    const made = this.#tail.then(() => this.#table(request));
    this.#tail = made.catch(() => undefined);
    return made;
  }

  async #table(request: TableRequest): Promise<ServingTable> {
    const params = requireLancedb(request.lancedb);
    const connection = await this.#open();
    const name = `${PREFIX}${request.fingerprint.slice(0, 12)}_${request.key?.slice(0, 16) ?? randomUUID().slice(0, 8)}`;
    const there = (await connection.tableNames()).includes(name);
    const loaded = there && request.key !== null && (await isWhole(connection, name, request));
    const building = { name, store: this.#store, request };
    if (there && !loaded) await lancedbStatement(this.#store, () => connection.dropTable(name));
    const table = loaded ? await connection.openTable(name) : await buildTable(connection, building, await loadLancedb());
    const bytes = params.index === 'none' ? null : await bytesOf(join(this.#folder, `${name}.lance`, '_indices'));
    const library = `LanceDB ${lancedbVersion()}`.trim();
    const drop = request.key === null ? () => connection.dropTable(name) : null;
    return new LancedbServing(table, { ...building, loaded, bytes, library, drop });
  }

  async tables(): Promise<readonly string[]> {
    return (await (await this.#open()).tableNames()).filter((name) => /^[0-9a-f]{12}_/.test(name.split(PREFIX)[1] ?? '')).sort();
  }

  async drop(): Promise<readonly string[]> {
    const names = await this.tables();
    const connection = await this.#open();
    for (const name of names) await lancedbStatement(this.#store, () => connection.dropTable(name));
    return names;
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    (await opened?.catch(() => null))?.close();
  }
}

async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
