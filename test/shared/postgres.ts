import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Made } from './global-setup.ts';

/** A PostgreSQL with pgvector in a folder of its own; its value is the connection string of a superuser. */
export async function postgres(): Promise<Made> {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const script = join(import.meta.dirname, '../../scripts/postgres.py');
  const child = spawn(process.env.CUTOVER_TEST_POSTGRES_PYTHON ?? '', [script, join(folder, 'data')], { stdio: ['pipe', 'pipe', 'pipe'] });
  const url = await firstLine(child);
  await writeFast(url);
  return {
    value: url,
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.stdin?.end();
      await gone;
    },
  };
}

/** Nothing of it outlives the tests, so it needn't wait for a disk. */
async function writeFast(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const setting of ['fsync', 'full_page_writes']) await client.query(`ALTER SYSTEM SET ${setting} = off`);
  await client.query('SELECT pg_reload_conf()');
  await client.end();
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const end = out.indexOf('\n');
      if (end >= 0) resolve(out.slice(0, end).trim());
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${err}`)));
  });
}
