import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decide } from '../../src/features/lock/decision.ts';
import { treeOf } from '../../src/features/lock/tree.ts';
import { lockFile, readLock } from '../../src/project/lock-file.ts';
import { withVersions } from '../../src/project/workspace.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { ROOT } from './script.ts';

test("the demo's lock is of the demo as it is: the workflow of this repository evaluates nothing", async () => {
  const configFile = join(ROOT, 'cutover.yaml');
  const lock = await readLock(lockFile(configFile));
  const options = {
    configFile,
    output: temporaryFolder(),
    asOf: '2026-01-01',
    cwd: ROOT,
    env: {},
    console: { info: () => {}, warn: () => {}, progress: () => {} },
    clock: () => 0,
    signal: new AbortController().signal,
  };
  const change = await withVersions(options, async (versions) => decide({ base: lock, working: lock }, treeOf(versions), []));
  expect(change, 'stale: `npm run demo`, then `node dist/cli/bin.js lock`').toMatchObject({ state: 'unchanged' });
});
