import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Made } from './global-setup.ts';
import { shared } from './shared.ts';

/** In a process of its own: it keeps a thread busy for seconds. */
const MAKE = "import { PGlite } from '@electric-sql/pglite'; await (await PGlite.create({ dataDir: process.argv[1] })).close();";

/** An empty database of PGlite, closed; its value is the folder. Making one takes ten times as long as opening it. */
export async function lite(): Promise<Made> {
  const folder = join(temporaryFolder(), 'data');
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', MAKE, folder], { cwd: import.meta.dirname });
  return { value: folder };
}

/** A database that can have pgvector, open. @param folder where its files go, as a copy of an empty one unless they are there */
export async function openLite(folder = join(temporaryFolder(), 'data')): Promise<PGlite> {
  if (!existsSync(folder)) await cp(await shared<string>('lite'), folder, { recursive: true });
  return PGlite.create({ dataDir: folder, extensions: { vector } });
}
