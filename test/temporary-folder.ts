import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder. All of them are in one, which goes when the tests have run. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'cutover-'));
