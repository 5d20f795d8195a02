import { describe, expect, it } from 'vitest';
import type { ChangeRecord } from '../../src/model/lock.ts';
import { BumpProject, pin, policy } from '../cli/bump-project.ts';

/** main pins a project of which git does not track what `ignored` names. */
async function repository(ignored: string, prepare: (project: BumpProject) => void): Promise<BumpProject> {
  const project = new BumpProject();
  project.write('.gitignore', `${project.read('.gitignore')}${ignored}\n`);
  project.git('rm', '--quiet', '-r', '--cached', 'data');
  prepare(project);
  project.commit('prepared');
  await pin(project);
  return project;
}

async function check(project: BumpProject): Promise<Pick<ChangeRecord, 'state' | 'facts'>> {
  project.git('add', '--all');
  expect((await project.run('run', '--changed')).code).toBe(0);
  const { state, facts } = JSON.parse(project.read('reports/change.json')) as ChangeRecord;
  return { state, facts };
}

describe('what git does not track', () => {
  it('and a pointer of the change exchanges: rows are said, and no bump is judged by them', async () => {
    const project = await repository('/data/', (start) => start.write('data.dvc', 'outs:\n  - md5: a\n    path: data\n'));
    const note = (file: string) => `data/${file} is not tracked by git: nobody can compare it with the base`;
    const files = ['corpus.jsonl', 'qrels/test.tsv', 'queries.jsonl'];
    // The team's ordinary day: the pointer stayed, others were added.
    project.write('vectors.npy.dvc', 'outs:\n  - md5: v\n    path: vectors.npy\n');
    expect(await check(project)).toEqual({
      state: 'unchanged',
      facts: [...files.map(note), expect.stringContaining('was never approved')].sort(),
    });
    expect(project.read('reports/change.md')).toContain('is not tracked by git');
    project.write('data.dvc', 'outs:\n  - md5: b\n    path: data\n');
    const line = (file: string) => `data/${file} is not tracked by git, and data.dvc changed, which may say where it comes from`;
    const { state, facts } = await check(project);
    expect([state, [...facts].sort()]).toEqual(['judge-changed', files.map(line)]);
    project.configure('one', 'flaw');
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining(line('queries.jsonl'))]);
  });

  it('and packages of the live version are: a bump that brings others is judged by neither', async () => {
    const installed = (project: BumpProject, skip: string) => {
      project.write('node_modules/skip/package.json', '{ "name": "skip", "type": "module", "main": "index.js" }');
      project.write('node_modules/skip/index.js', `export default ${skip};`);
      project.write('package-lock.json', `{ "packages": { "node_modules/skip": { "version": "1.0.0", "integrity": "${skip}" } } }\n`);
    };
    const project = await repository('/node_modules/', (start) => {
      start.write('toy.mjs', `import skip from 'skip';\nexport const skipped = skip;\n${start.read('toy.mjs')}`);
      installed(start, '0');
    });
    installed(project, '1');
    expect((await check(project)).state).toBe('judge-changed');
    project.configure('one', 'flaw');
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining('BASE_UNREADABLE')]);
    expect(err).toContain('toy.mjs, which is live, imports packages, and package-lock.json changed, which says which');
    installed(project, '0');
    expect((await project.run('run', '--changed')).code).toBe(1);
  });

  it('nor is where a module reads from: what it may read from the folder of the run judges no bump that changes it', async () => {
    const project = await repository('/none/', (start) => {
      start.git('add', '--all');
      start.write('lib/skip.json', '[]');
      start.write('toy.mjs', `export const skipped = () => readFileSync('lib/skip.json');\n${start.read('toy.mjs')}`);
    });
    project.write('lib/skip.json', '["all"]');
    expect((await check(project)).state).toBe('judge-changed');
    project.configure('one', 'flaw');
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining('toy.mjs, which is live, may read lib/skip.json from the folder of the run')]);
  });

  it('and is the policy: the one that the base’s lock pins is a note, another one judges no bump', async () => {
    const shared = 'node_modules/@acme/search/policy.yaml';
    const named = (project: BumpProject) =>
      project.write('cutover.yaml', project.read('cutover.yaml').replace('policy: policy.yaml', `policy: ${shared}`));
    const project = await repository('/node_modules/', (start) => {
      start.write(shared, policy(0.1));
      start.write('package.json', '{ "dependencies": { "@acme/search": "1.0.0" } }\n');
      named(start);
    });
    expect((await check(project)).facts).toContain(`policy: ${shared} is not tracked by git: nobody can compare it with the base`);
    project.write(shared, policy(0.45));
    project.write('package.json', '{ "dependencies": { "@acme/search": "1.0.1" } }\n');
    expect((await project.run('lock', '--init')).code).toBe(0);
    const line = `policy: ${shared} is not tracked by git, and is not what the lock of the base pins`;
    expect(await check(project)).toEqual({ state: 'judge-changed', facts: expect.arrayContaining([line]) });
    project.configure('one', 'flaw');
    named(project);
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining(line)]);
  });
});
