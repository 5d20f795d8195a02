import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder. All of them lie in one, which goes when the tests have run. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'cutover-'));

/** Called by vitest, once before all tests. */
export default function setup(): () => void {
  const folder = temporaryFolder();
  // PostgreSQL runs as a user of its own where the tests run as root.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
