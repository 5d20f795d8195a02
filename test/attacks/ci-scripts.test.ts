import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { installedProject } from '../ci/installed-project.ts';
import { bash, ROOT } from '../ci/script.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const OUTPUT = 'reports/cutover';

/** A branch on a repository with a lock. */
async function branch() {
  const project = installedProject();
  expect((await project.run('lock', '--init')).code).toBe(0);
  project.commit('lock');
  project.git('switch', '--quiet', '--create', 'pr');
  const inCi = (command: string, env = {}) =>
    bash(command, { cwd: project.folder, env: { CUTOVER_BASE: 'main', CUTOVER_OUTPUT: OUTPUT, ...env } });
  return { project, inCi };
}

describe('what a change puts into the report folder of a checkout', () => {
  it('is no answer of the run: the note says that nothing could be evaluated', async () => {
    const { project, inCi } = await branch();
    const forged = {
      kind: 'cutover.change',
      schemaVersion: 1,
      state: 'locked',
      headline: 'two passed the gate',
      evaluated: false,
      exitCode: 0,
    };
    project.write(`${OUTPUT}/change.json`, JSON.stringify(forged));
    project.write(`${OUTPUT}/change.md`, '✅ two passed the gate');
    project.git('add', '--force', OUTPUT);
    project.commit('forged');
    // As ci/gitlab/run.sh goes on: the code of the check, then the text of the note.
    const { code, log } = await inCi(`bash ${ROOT}/ci/shell/cutover.sh`);
    expect([code, log]).toEqual([2, expect.stringContaining('OUTPUT_TRACKED')]);
    const note = await inCi(`node ${ROOT}/ci/lib/body.mjs --bytes 10000`, { CUTOVER_EXIT_CODE: '2' });
    expect(note.log).toContain('could not be evaluated');
    expect(note.log).not.toContain('passed the gate');
    for (const script of ['ci/gitlab/run.sh', 'ci/github/run.sh'])
      expect((await bash(`cat ${ROOT}/${script}`, { cwd: ROOT, env: {} })).log, script).toContain('CUTOVER_EXIT_CODE="$code"');
  });

  it('leads the log to no other file', async () => {
    const { project, inCi } = await branch();
    project.write('victim.txt', 'mine');
    mkdirSync(join(project.folder, OUTPUT), { recursive: true });
    symlinkSync('../../victim.txt', join(project.folder, OUTPUT, 'cutover.log'));
    const { code, log } = await inCi(`bash ${ROOT}/ci/shell/cutover.sh`);
    expect([code, log]).toEqual([2, expect.stringContaining('is a symbolic link')]);
    expect(project.read('victim.txt')).toBe('mine');
  });

  it.each(['reports', 'reports/cutover'])('leads no file through %s where that is a link', async (link) => {
    const { project, inCi } = await branch();
    const elsewhere = temporaryFolder();
    for (const folder of [elsewhere, join(elsewhere, 'cutover')]) {
      mkdirSync(join(folder, 'manifests'), { recursive: true });
      for (const name of ['cutover.log', 'change.json', 'manifests/folder.json']) writeFileSync(join(folder, name), 'mine');
    }
    mkdirSync(dirname(join(project.folder, link)), { recursive: true });
    symlinkSync(elsewhere, join(project.folder, link));
    for (const output of ['reports/cutover', join(project.folder, 'reports', 'cutover')]) {
      const { code, log } = await inCi(`bash ${ROOT}/ci/shell/cutover.sh`, { CUTOVER_OUTPUT: output });
      expect([code, log]).toEqual([2, expect.stringContaining(`${link} is a symbolic link`)]);
    }
    for (const name of ['cutover.log', 'change.json', 'cutover/cutover.log', 'cutover/change.json'])
      expect(readFileSync(join(elsewhere, name), 'utf8')).toBe('mine');
  });
});

/** The lines that install, of the workflow for GitHub and of the template for GitLab. */
function installing(file: 'ci/github/workflow.yml' | 'ci/gitlab/cutover.gitlab-ci.yml'): string[] {
  const read = parse(readFileSync(join(ROOT, file), 'utf8')) as {
    jobs?: { cutover: { steps: { run?: string }[] } };
    cutover?: { script: string[] };
  };
  const lines = read.jobs?.cutover.steps.flatMap(({ run }) => run ?? []) ?? read.cutover?.script ?? [];
  return lines.filter((line) => /npm ci|worktree/.test(line));
}

describe('what a change installs', () => {
  it.each(['ci/github/workflow.yml', 'ci/gitlab/cutover.gitlab-ci.yml'] as const)(
    'is nothing over the tool that judges, also where .cutover-base is one of its workspaces: %s',
    async (file) => {
      const folder = temporaryFolder();
      const write = (path: string, value: unknown) => {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), typeof value === 'string' ? value : JSON.stringify(value));
      };
      const run = (line: string, env = {}) =>
        bash(line, { cwd: folder, env: { npm_config_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false', ...env } });
      for (const whose of ['base', 'change']) {
        write(`${whose}/package/package.json`, { name: 'cutover', version: '1.0.0' });
        write(`${whose}/package/judge.js`, `console.log('judge of the ${whose}')`);
        await run(`mkdir -p vendor && tar -C ${whose} -czf vendor/${whose}.tgz package && rm -r ${whose}`);
      }
      const tarball = (whose: string) => {
        const bytes = readFileSync(join(folder, `vendor/${whose}.tgz`));
        const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
        return { version: '1.0.0', resolved: `file:vendor/${whose}.tgz`, integrity };
      };
      const app = { name: 'app', version: '1.0.0', dependencies: { cutover: '^1.0.0' } };
      const lockfile = { name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true };
      const git = 'git -c user.name=x -c user.email=a@b.example';
      write('.gitignore', 'node_modules/\n');
      write('package.json', { ...app, private: true });
      write('package-lock.json', { ...lockfile, packages: { '': app, 'node_modules/cutover': tarball('base') } });
      await run(`git init --quiet --initial-branch=main && git add --all && ${git} commit --quiet --message base`);
      const base = (await run('git rev-parse HEAD && git update-ref refs/remotes/origin/main HEAD')).log.trim();
      write('package.json', { name: 'app', version: '1.0.0', private: true, workspaces: ['.cutover-base'] });
      write('package-lock.json', {
        ...lockfile,
        packages: {
          '': { name: 'app', version: '1.0.0', workspaces: ['.cutover-base'] },
          '.cutover-base': app,
          'node_modules/app': { resolved: '.cutover-base', link: true },
          '.cutover-base/node_modules/cutover': tarball('change'),
        },
      });
      await run(`git add --all && ${git} commit --quiet --message change`);
      const lines = installing(file);
      expect(lines.length).toBeGreaterThan(1);
      const { code } = await run(`set -e\n${lines.join('\n')}`, { BASE: base, CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' });
      const judge = await run('node .cutover-base/node_modules/cutover/judge.js');
      // Where the change's own install is in the way, the job ends there.
      if (code === 0) expect(judge.log.trim()).toBe('judge of the base');
      else expect(judge.log).not.toContain('judge of the change');
    },
  );
});
