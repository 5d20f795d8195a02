import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { follow, type Step } from '../docs/shell-blocks.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { installedProject } from './installed-project.ts';

const STEPS: readonly Step[] = [
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
  { has: 'lock --check', codes: { 'lock --check': 1 }, prints: /the lock was written without an evaluation/ },
  { has: 'ci/github/workflow.yml' },
  { has: 'gitlab-ci.yml' },
  { has: 'ci/shell/cutover.sh', codes: { 'cutover.sh': 1 }, prints: /three passed the gate, but the lock does not say so yet/ },
  { has: 'cache key', prints: /^cutover-\w+-\w+-[0-9a-f]{12}/m },
  { has: '.git/hooks/pre-commit' },
];

test('every command of the guide on CI runs, in its order, and gives what the guide says', async () => {
  const project = installedProject();
  const scratch = temporaryFolder();
  await follow('docs/guides/ci.md', STEPS, project, scratch);
  expect(existsSync(join(scratch, 'cutover-report', 'report.html'))).toBe(true);
  expect(existsSync(join(scratch, 'cutover-cache'))).toBe(true);
  expect(project.read('.github/workflows/cutover.yml')).toContain('uses: ./.cutover-base/node_modules/cutover');
  expect(project.read('.gitlab-ci.yml')).toContain('cutover.gitlab-ci.yml');
});
