import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
