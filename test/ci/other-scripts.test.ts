import { chmodSync, cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Forge } from './forge.ts';
import { installedProject } from './installed-project.ts';
import { bash, ROOT } from './script.ts';

describe('GitLab', () => {
  let forge: Forge;
  beforeAll(async () => {
    forge = await Forge.start();
  });
  afterAll(() => forge.stop());

  test('a merge request: one note, updated; a report for its tests; the exit code of the check', async () => {
    const project = installedProject();
    await project.run('lock', '--init');
    project.commit('lock');
    project.git('switch', '--quiet', '--create', 'bump');
    project.git('remote', 'add', 'origin', project.folder);
    const { cutover } = parse(readFileSync(join(ROOT, 'ci/gitlab/cutover.gitlab-ci.yml'), 'utf8')) as {
      cutover: { variables: Record<string, string>; script: string[] };
    };
    // What npm would install in the worktree of the base; the change's own is no program at all.
    const { script } = cutover;
    const npm = `npm() { [ "$1" = ci ] || return 1; [ "\${2:-}" != --prefix ] || { mkdir -p "$3/node_modules" && ln -s '${ROOT}' "$3/node_modules/cutover"; }; }`;
    const job = async (env = {}) => {
      rmSync(join(project.folder, 'node_modules'), { recursive: true, force: true });
      const done = await bash([npm, ...script].join('\n'), {
        cwd: project.folder,
        env: {
          ...cutover.variables,
          CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
          CI_MERGE_REQUEST_DIFF_BASE_SHA: project.git('rev-parse', 'main').trim(),
          CI_API_V4_URL: `${forge.url}/api/v4`,
          CI_PROJECT_ID: '12',
          CI_MERGE_REQUEST_IID: '3',
          CI_JOB_URL: 'https://gitlab.example/job/9',
          CUTOVER_GITLAB_TOKEN: 'secret',
          ...env,
        },
      });
      // Every job has its own checkout.
      project.git('worktree', 'remove', '--force', '.cutover-base');
      return done;
    };
    const quiet = await job();
    expect([quiet.code, quiet.log]).toEqual([0, expect.stringContaining('note not needed')]);
    project.configure('one', 'flaw');
    const failed = await job();
    expect([failed.code, failed.log]).toEqual([1, expect.stringContaining('note created')]);
    expect(forge.requests.at(-1)).toBe('POST /api/v4/projects/12/merge_requests/3/notes secret');
    expect(project.read('reports/cutover/junit.xml')).toContain('<failure');
    expect(project.read('reports/cutover/change.xml')).toContain('<failure type="not-passed"');
    project.configure('one', 'two');
    expect((await job()).log).toContain('note updated');
    expect(forge.comments.map(({ body }) => body)).toEqual([
      expect.stringMatching(/No version changed[\s\S]*https:\/\/gitlab\.example\/job\/9/),
    ]);
    const fork = await job({ CUTOVER_GITLAB_TOKEN: '' });
    expect([fork.code, fork.log]).toEqual([0, expect.stringContaining('a fork has no secrets')]);
  });
});

describe('before a commit', () => {
  test('nothing is started where no version is part of it', async () => {
    const run = (files: string) =>
      bash(`bash ${ROOT}/ci/pre-commit/cutover.sh ${files}`, { cwd: ROOT, env: { CUTOVER_BIN: '/nowhere/bin.js' } });
    expect((await run('README.md src/policy.ts docs/versions.md')).code).toBe(0);
    for (const file of ['cutover.yaml', 'search/cutover.lock', 'versions/a.yml', 'policy.yaml'])
      expect((await run(`README.md ${file}`)).code, file).toBe(1);
  });

  test('as a git hook: a commit of a version without its lock is refused, any other goes through', async () => {
    const project = installedProject();
    await project.run('lock', '--init');
    project.commit('lock');
    const hook = join(project.folder, '.git/hooks/pre-commit');
    cpSync(join(ROOT, 'ci/pre-commit/cutover.sh'), hook);
    chmodSync(hook, 0o755);
    const commit = () => bash('git add --all; git commit --message change', { cwd: project.folder, env: {} });
    project.write('README.md', 'words');
    expect((await commit()).code).toBe(0);
    project.write('three.weights', 'three');
    project.configure('one', 'three');
    const refused = await commit();
    expect([refused.code, refused.log]).toEqual([1, expect.stringContaining('the lock does not say that three passed')]);
    expect((await project.run('run')).code).toBe(0);
    expect((await project.run('lock')).code).toBe(0);
    const done = await commit();
    expect(done.code, done.log).toBe(0);
  });

  test('the framework is told the same files', () => {
    const [hook] = parse(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8')) as { entry: string; files: string }[];
    expect(readFileSync(join(ROOT, hook?.entry ?? ''), 'utf8')).toContain(`:-${hook?.files}}`);
  });
});
