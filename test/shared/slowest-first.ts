import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, the longest first: one that starts last keeps a core waiting for it. */
const SLOWEST = [
  'test/e2e/pull-request.test.ts',
  'test/e2e/migration.test.ts',
  'test/docs/commands.test.ts',
  'test/e2e/kills.test.ts',
  'test/e2e/queue.test.ts',
  'test/browser/',
  'test/attacks/lock.test.ts',
  'test/gate/simulation.test.ts',
  'test/e2e/',
  'test/attacks/',
  'test/live/attest/',
  'test/live/tables/',
  'test/cli/lock.test.ts',
  'test/ci/',
];

/** The order of vitest, by size or by how long each took the last time, behind the files that are known to be slow. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = SLOWEST.findIndex((part) => moduleId.includes(`/${part}`));
      return found < 0 ? SLOWEST.length : found;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
