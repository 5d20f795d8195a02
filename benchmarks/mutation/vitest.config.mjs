// The tests of one room against one mutant, which is in memory only: no file of src/ is touched.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '../..');
const { file, start, end, replacement } = JSON.parse(process.env.MUTANT ?? '{}');

export default defineConfig({
  root,
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      load(id) {
        if (file === undefined || id !== join(root, file)) return null;
        const text = readFileSync(id, 'utf8');
        return text.slice(0, start) + replacement + text.slice(end);
      },
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/shared/global-setup.ts'],
    testTimeout: 120_000,
    pool: 'forks',
    isolate: false,
    maxWorkers: 1,
    bail: 1,
    reporters: ['dot'],
  },
});
