import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { BYTES, type FileKind, readRows } from '../stores/folder-files.ts';
import { ledgerOf, liveTagOf } from './project.ts';
import type { Application, StoredRow } from './storm.ts';

/** An application that keeps its rows in files: it holds the lock while it changes them, and resolves the folder once to read it. */
export function folderApplication(kind: FileKind, store: string): Application {
  let files = 0;
  mkdirSync(store, { recursive: true });
  const names = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(kind) && !name.startsWith('.'));
  const write = (name: string, rows: readonly Omit<StoredRow, 'hash'>[] | readonly StoredRow[]) => {
    if (rows.length === 0) return rmSync(join(store, name));
    const part = join(store, `.${name}.part`);
    const texts = {
      id: rows.map(({ id }) => id),
      body: rows.map(({ body }) => body),
      extra: rows.map(({ extra }) => extra),
      cutover_tag: rows.map(({ tag }) => tag),
      cutover_text_hash: rows.map((row) => ('hash' in row ? row.hash : null)),
    };
    writeFileSync(
      part,
      BYTES[kind](
        texts,
        'vector',
        rows.map(({ vector }) => vector),
      ),
    );
    renameSync(part, join(store, name));
  };
  const locked = async (work: () => Promise<void>) => {
    const lock = `${store}.lock`;
    for (;;) {
      try {
        writeFileSync(lock, '{}', { flag: 'wx' });
        break;
      } catch {
        // The lock of a tool that was killed is the tool's: the next one takes it over. A writer waits.
        await wait(5);
      }
    }
    try {
      await work();
    } finally {
      rmSync(lock);
    }
  };
  const change = (id: string, to: (row: StoredRow) => StoredRow[]) =>
    locked(async () => {
      for (const name of names(store)) {
        const rows = await readRows(kind, join(store, name));
        if (!rows.some((row) => row.id === id)) continue;
        return write(
          name,
          rows.flatMap((row) => (row.id === id ? to(row) : [row])),
        );
      }
    });
  return {
    liveTag: () => (existsSync(store) ? liveTagOf(ledgerOf(store)) : null),
    insert: (rows) =>
      locked(async () => {
        // A row goes to the newest file, until that has some.
        const newest = `part-${files - 1}.${kind}`;
        const there = rows.length === 1 && names(store).includes(newest) ? await readRows(kind, join(store, newest)) : [];
        if (there.length > 0 && there.length < 10) return write(newest, [...there, ...rows.map((row) => ({ ...row, hash: null }))]);
        write(`part-${files++}.${kind}`, rows);
      }),
    update: ({ id, body, ...more }) => change(id, (row) => [{ ...row, ...more, body }]),
    remove: (id) => change(id, () => []),
    rows: async () => {
      for (;;) {
        try {
          const folder = realpathSync(store);
          const found: StoredRow[] = [];
          for (const name of names(folder)) found.push(...(await readRows(kind, join(folder, name))));
          return found;
        } catch {
          // A file was replaced or deleted while it was read: once more.
          await wait(5);
        }
      }
    },
  };
}
