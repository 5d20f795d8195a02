import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files whose time goes into starting git, shells and the command line. */
export const PROCESSES = [
  'test/attacks/**/*.test.ts',
  'test/ci/**/*.test.ts',
  'test/cli/lock.test.ts',
  'test/e2e/{kills,package,pull-request,queue}.test.ts',
  'test/features/lock/**/*.test.ts',
] as const;

/** Files that take longest, the longest first: one that starts last keeps a core waiting for it. */
const SLOWEST = [
  'test/e2e/kills.test.ts',
  'test/e2e/pull-request.test.ts',
  'test/e2e/migration.test.ts',
  'test/docs/commands.test.ts',
  'test/e2e/queue.test.ts',
  'test/browser/',
  'test/attacks/lock.test.ts',
  'test/e2e/',
  'test/attacks/',
  'test/live/',
  'test/cli/lock.test.ts',
  'test/ci/',
  'test/cli/',
];

/** The order of vitest, by size or by how long each took the last time, behind the files that are known to be slow. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification): number => {
      const found = SLOWEST.findIndex((part) => moduleId.includes(`/${part}`));
      // A process serves one project: those of the first go before all others.
      return (project.name === 'rest' ? 1000 : 0) + (found < 0 ? SLOWEST.length : found);
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
