import { defineConfig } from 'vitest/config';
import { EACH } from './vitest.config.ts';

/** Rooms whose tests need no build: no process, no worker, no weights, no browser, no database. */
const ROOMS = ['core', 'formats', 'config', 'dataset', 'measure', 'gate', 'report', 'proof', 'databases'];

export default defineConfig({
  test: {
    ...EACH,
    include: ROOMS.map((room) => `test/${room}/**/*.test.ts`),
    exclude: ['test/core/schema-version.test.ts', 'test/report/agreement.test.ts', 'test/gate/simulation.test.ts'],
    globalSetup: ['test/shared/global-setup.ts'],
    // None of them waits.
    maxWorkers: '100%',
    setupFiles: ['test/shared/no-process.ts'],
  },
});
