import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../tables/files.ts';
import { installedProject } from './installed-project.ts';
import { bash, ROOT } from './script.ts';

const guide = readFileSync(join(ROOT, 'docs/guides/ci.md'), 'utf8');
const blocks = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);

/** What a reader has done by the time of a block, and what it is to give where that isn't a plain success. */
const STAGES: readonly {
  readonly has: string;
  readonly code?: number;
  readonly prints?: RegExp;
  before?(project: ReturnType<typeof installedProject>): void;
}[] = [
  { has: 'lock --init\ngit add', prints: /one \([0-9a-f]{12}\) is live/ },
  { has: 'run --changed\n', prints: /No version changed/ },
  {
    has: 'run --changed --base main',
    prints: /three passed the gate, and the lock says so/,
    before: (project) => {
      project.git('switch', '--quiet', '--create', 'bump');
      project.write('three.weights', 'three');
      project.configure('one', 'three');
    },
  },
  { has: 'lock --output', prints: /three \([0-9a-f]{12}\) is live/ },
  { has: '--reason', prints: /onnxruntime 1\.15/ },
  { has: 'lock --check', code: 1, prints: /the lock was written without an evaluation/ },
  { has: 'ci/github/workflow.yml' },
  { has: 'gitlab-ci.yml' },
  { has: 'ci/shell/cutover.sh', code: 1, prints: /three passed the gate, but the lock does not say so yet/ },
  { has: 'cache key', prints: /^cutover-\w+-\w+-[0-9a-f]{12}/m },
  { has: '.git/hooks/pre-commit' },
];

test('every command of the guide on CI runs, in its order, and gives what the guide says', async () => {
  expect(blocks).toHaveLength(STAGES.length);
  const project = installedProject();
  const scratch = temporaryFolder();
  for (const [i, { has, code = 0, prints, before }] of STAGES.entries()) {
    const command = blocks[i] ?? '';
    expect(command).toContain(has);
    before?.(project);
    const done = await bash(command.replaceAll('/tmp/', `${scratch}/`), { cwd: project.folder, env: {} });
    expect(done.code, `${command}${done.log}`).toBe(code);
    if (prints !== undefined) expect(done.log, command).toMatch(prints);
  }
  expect(existsSync(join(scratch, 'cutover-report', 'report.html'))).toBe(true);
  expect(existsSync(join(scratch, 'cutover-cache'))).toBe(true);
  expect(project.read('.github/workflows/cutover.yml')).toContain('uses: ./node_modules/cutover');
  expect(project.read('.gitlab-ci.yml')).toContain('cutover.gitlab-ci.yml');
});
