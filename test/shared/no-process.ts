import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

// Tests that start a process are slow and mostly need a build: they have no place among the quick ones.
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const)
  Object.assign(childProcess, {
    [name]: () => {
      throw new Error('A unit test started a process: leave its file out in vitest.unit.config.ts.');
    },
  });
syncBuiltinESMExports();
