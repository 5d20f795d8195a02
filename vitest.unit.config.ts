import { defineConfig } from 'vitest/config';
import whole from './vitest.config.ts';

/** Rooms whose tests need no build: no process, no worker, no weights, no browser, no database. */
const ROOMS = ['core', 'formats', 'config', 'dataset', 'measure', 'gate', 'report', 'proof', 'databases'];

export default defineConfig({
  test: {
    ...whole.test,
    include: ROOMS.map((room) => `test/${room}/**/*.test.ts`),
    exclude: ['test/core/schema-version.test.ts', 'test/report/agreement.test.ts', 'test/gate/simulation.test.ts'],
    // None of them waits.
    maxWorkers: '100%',
    setupFiles: ['test/shared/no-process.ts'],
  },
});
