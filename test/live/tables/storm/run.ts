import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { BIN } from '../../../e2e/project.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

/** What a storm did, and everything that was not as it must be. */
export interface Storm {
  readonly rows: number;
  readonly killed: number;
  readonly ended: number;
  readonly switches: number;
  readonly writes: number;
  readonly reader: { readonly searches: number; readonly rows: number; readonly wrong: readonly string[] };
  readonly audit: string | null;
  readonly columns: readonly string[];
  /** Commands that failed of anything but a refusal. */
  readonly faults: readonly string[];
  /** Statements of the application that failed. */
  readonly failures: readonly string[];
  /** Rows that are not what the application wrote, or not of their text under the live version. */
  readonly wrong: readonly string[];
}

/** Runs storm.mjs on an empty database. */
export function storm(url: string, options: Readonly<Record<string, number>>): Promise<Storm> {
  const args = Object.entries({ url, folder: temporaryFolder(), bin: BIN, ...options }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'storm.mjs'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`storm.mjs ended with ${code}: ${err}`))));
  });
}
