import { describe, expect, it } from 'vitest';
import type { ChangeRecord } from '../../src/model/lock.ts';
import { BumpProject, pin } from '../cli/bump-project.ts';

/** main has version two live, as the new one, made by toy.mjs; the old one is made by worse.mjs. Both say what they are themselves. */
async function repository(): Promise<BumpProject> {
  const project = new BumpProject();
  project.write('worse.mjs', project.read('toy.mjs').replace("includes('flaw')", "includes('o')"));
  versions(project, ['two', 'toy'], ['one', 'worse']);
  project.commit('two is live');
  await pin(project);
  versions(project, ['one', 'worse'], ['two', 'toy']);
  project.git('switch', '--quiet', 'main');
  project.commit('as after a bump');
  project.git('switch', '--quiet', '--force-create', 'pr');
  return project;
}

function versions(project: BumpProject, ...sides: readonly [readonly [string, string], readonly [string, string]]): void {
  const [old, fresh] = sides.map(([id, module]) => `{ id: ${id}, embedder: ./${module}.mjs, options: { weights: ./${id}.weights } }`);
  project.configure('one', 'two');
  const config = project.read('cutover.yaml').replace(/^old: .*$/m, `old: ${old}`);
  project.write('cutover.yaml', config.replace(/^new: .*$/m, `new: ${fresh}`));
}

async function changeOf(project: BumpProject): Promise<Pick<ChangeRecord, 'state' | 'facts'>> {
  expect((await project.run('run', '--changed')).code).toBe(0);
  const { state, facts } = JSON.parse(project.read('reports/change.json')) as ChangeRecord;
  return { state, facts };
}

describe('versions that are written differently from the base', () => {
  it('as they are there, nothing is said, whichever side they are on', async () => {
    const project = await repository();
    expect(await changeOf(project)).toEqual({ state: 'unchanged', facts: [] });
    versions(project, ['two', 'toy'], ['two', 'toy']);
    expect((await changeOf(project)).facts.filter((line) => line.includes('live'))).toEqual([]);
  });

  it('the live one comes from where the base’s live version does, not from where its other one does', async () => {
    const project = await repository();
    versions(project, ['one', 'worse'], ['two', 'worse']);
    const source = 'source of two, which is live: ./worse.mjs, which the live version of the base does not come from';
    expect(await changeOf(project)).toEqual({ state: 'judge-changed', facts: [source] });
  });

  it('the one that is not live is said where it is another one: a later change could take it for live', async () => {
    const project = await repository();
    project.write('three.weights', 'three');
    project.git('add', 'three.weights');
    versions(project, ['three', 'toy'], ['two', 'toy']);
    expect(await changeOf(project)).toEqual({
      state: 'judge-changed',
      facts: [
        'old version.id: "one" → "three"',
        'old version.options.weights: "./one.weights" → "./three.weights"',
        'old version.module: "./worse.mjs" → "./toy.mjs"',
      ],
    });
  });

  it('also under the tag of the live one', async () => {
    const project = await repository();
    versions(project, ['two', 'worse'], ['two', 'toy']);
    project.write('cutover.yaml', project.read('cutover.yaml').replace('id: two', 'id: twin'));
    expect((await changeOf(project)).facts).toContain(
      'source of twin, which is live: ./worse.mjs, which the live version of the base does not come from',
    );
  });
});
