import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Made } from './global-setup.ts';

/**
 * A PostgreSQL with pgvector in a folder of its own; its value is the connection string of a superuser.
 * @param setting one that takes a restart, such as `wal_level = logical`
 */
export async function postgres(setting = ''): Promise<Made> {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const first = await started(folder);
  await alter(
    first.url,
    ['fsync = off', 'full_page_writes = off', setting].filter((own) => own !== ''),
  );
  if (setting === '') return { value: first.url, stop: first.stop };
  await first.stop();
  const { url, stop } = await started(folder);
  return { value: url, stop };
}

async function started(folder: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const script = join(import.meta.dirname, '../../scripts/postgres.py');
  const child = spawn(process.env.CUTOVER_TEST_POSTGRES_PYTHON ?? '', [script, join(folder, 'data')], { stdio: ['pipe', 'pipe', 'pipe'] });
  return {
    url: await firstLine(child),
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.stdin?.end();
      await gone;
    },
  };
}

/** Nothing of it outlives the tests, so it needn't wait for a disk. */
async function alter(url: string, settings: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const setting of settings) await client.query(`ALTER SYSTEM SET ${setting}`);
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
