import { availableParallelism } from 'node:os';
import { defineConfig, type TestUserConfig } from 'vitest/config';
import { PROCESSES, SlowestFirst } from './test/shared/slowest-first.ts';

/** What every test file gets. */
export const EACH = {
  testTimeout: 120_000,
  hookTimeout: 300_000,
  pool: 'forks',
  // Files that run in one process share the modules that are loaded: loading them took a good part of the time.
  isolate: false,
} satisfies TestUserConfig;

export default defineConfig({
  test: {
    globalSetup: ['test/shared/global-setup.ts'],
    // More than there are cores: many a test waits, for a process, a lock or a lease.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    sequence: { sequencer: SlowestFirst },
    reporters: ['default'],
    projects: [
      // To start a process, the one that starts it is copied: ten times as dear in one that has held models and databases.
      { test: { ...EACH, name: 'processes', include: [...PROCESSES] } },
      { test: { ...EACH, name: 'rest', include: ['test/**/*.test.ts'], exclude: [...PROCESSES] } },
    ],
  },
});
