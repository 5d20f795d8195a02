import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Project } from './project.ts';

describe('interruption', () => {
  let project: Project;
  let undisturbed: string;
  beforeAll(async () => {
    project = await Project.create(['billing'], 'cold', 12);
    await project.write('policy.yaml', 'rules: [{ metric: annRecall@10, atLeast: 0.9 }]\n');
    expect((await project.run('run')).code).toBe(0);
    undisturbed = await project.read('report', 'evaluation.json');
  });
  afterAll(() => project.remove());

  async function forget(): Promise<void> {
    for (const folder of ['report', '.cutover']) await rm(project.path(folder), { recursive: true, force: true });
  }

  /** True once the old version's folder exists in the cache: embedding is under way or done. */
  async function cacheHas(versions: number): Promise<boolean> {
    const names = await readdir(project.path('.cutover')).catch(() => []);
    return names.filter((name) => /^[0-9a-f]{64}/.test(name)).length >= versions;
  }

  it('goes on after kill -9 and ends at the very same evaluation', async () => {
    await forget();
    const killed = await project.interrupt('SIGKILL', () => cacheHas(1), 'run');
    expect(killed.signal).toBe('SIGKILL');
    await expect(project.read('report', 'evaluation.json')).rejects.toThrow('ENOENT');
    expect((await project.run('run')).code).toBe(0);
    expect(await project.read('report', 'evaluation.json')).toBe(undisturbed);
  });

  it('answers Ctrl-C with 130 and the next step, and trusts nothing half-written', async () => {
    await forget();
    const stopped = await project.interrupt('SIGINT', () => cacheHas(1), 'run');
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('it resumes');
    expect((await project.run('run')).code).toBe(0);
    expect(await project.read('report', 'evaluation.json')).toBe(undisturbed);
    const left = await readdir(project.path('report'), { recursive: true });
    expect(left.filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('refuses a stage whose input is missing or stale, naming what differs', async () => {
    await rm(project.path('report'), { recursive: true });
    const missing = await project.run('search');
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/ARTIFACT_MISSING.*[\s\S]*cutover embed/);
    expect((await project.run('embed')).code).toBe(0);
    expect((await project.run('search')).code).toBe(0);
    expect((await project.run('measure')).code).toBe(0);
    expect((await project.run('gate')).code).toBe(0);
    expect((await project.run('report', '--json')).stdout).toContain('report.html');
    await project.configure({ extra: 'seed: 8' });
    const stale = await project.run('measure');
    expect(stale.code).toBe(2);
    expect(stale.stderr).toMatch(/another seed: it says 7, the configuration says 8/);
    await project.configure();
  });

  it('refuses an artifact that was edited', async () => {
    const file = join('report', 'neighbours', 'old.served.arrow');
    await project.write(file, 'not an arrow file');
    await project.configure({ extra: 'metrics: [P@5]' });
    const edited = await project.run('measure');
    expect(edited.code).toBe(2);
    expect(edited.stderr).toMatch(/ARTIFACT_FOREIGN.*old\.served\.arrow/);
    expect((await project.run('run')).code).toBe(0);
    await project.configure();
  });
});
