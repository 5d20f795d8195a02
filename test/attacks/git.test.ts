import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ChangeRecord } from '../../src/model/lock.ts';
import { BumpProject, policy } from '../cli/bump-project.ts';
import { plainTable, writeTinyModel } from '../embed/models/tiny-model.ts';

const change = (project: BumpProject) => JSON.parse(project.read('reports/change.json')) as ChangeRecord;

/** main pins version one as live, after what `prepare` does; a branch of whoever wants a pass. */
async function repository(prepare?: (project: BumpProject) => void): Promise<BumpProject> {
  const project = new BumpProject();
  prepare?.(project);
  await pin(project, 'main');
  return project;
}

async function pin(project: BumpProject, branch: string, ...args: string[]): Promise<void> {
  const { code, err } = await project.run('lock', '--init', ...args);
  expect([code, err]).toEqual([0, expect.anything()]);
  project.commit('lock');
  if (branch === 'main') project.git('switch', '--quiet', '--create', 'pr');
}

/** Moves a file or folder and leaves a link in its place. */
function linked(project: BumpProject, path: string, to: string, text = to): void {
  mkdirSync(join(project.folder, to, '..'), { recursive: true });
  renameSync(join(project.folder, path), join(project.folder, to));
  symlinkSync(text, join(project.folder, path));
}

describe('a link of the base that stays', () => {
  it('to a folder of rows, to a file in it and by two steps: what changed behind it is said', async () => {
    const ways: ((project: BumpProject) => void)[] = [
      (project) => linked(project, 'data', 'shared/data'),
      (project) => linked(project, 'data/qrels/test.tsv', 'shared/data/qrels/test.tsv', '../../shared/data/qrels/test.tsv'),
      (project) => {
        linked(project, 'data', 'shared/data', 'current/data');
        symlinkSync('shared', join(project.folder, 'current'));
      },
      (project) => linked(project, 'data', 'shared/data', join(project.folder, 'shared/data')),
    ];
    for (const way of ways) {
      const project = await repository(way);
      const rows = project.read('shared/data/qrels/test.tsv');
      project.write('shared/data/qrels/test.tsv', rows.replace(/\t0$/m, '\t1'));
      expect((await project.run('run', '--changed')).code).toBe(0);
      expect(change(project)).toMatchObject({ state: 'judge-changed', facts: ['data set: 1 judgements changed'] });
    }
  });

  it('to a policy: the looser one behind it is not the base’s', async () => {
    const project = await repository((start) => linked(start, 'policy.yaml', 'shared/policy.yaml'));
    project.write('shared/policy.yaml', policy(0.45));
    expect((await project.run('lock', '--init')).code).toBe(0);
    expect((await project.run('run', '--changed')).code).toBe(0);
    expect(change(project)).toMatchObject({ state: 'judge-changed', facts: ['policy: nDCG@10 margin 0.2 → 0.45'] });
  });
});

describe('judgements that dataset.json names outside its folder', () => {
  it('are the data set’s', async () => {
    const project = await repository((start) => {
      start.write('judged.tsv', start.read('data/qrels/test.tsv'));
      // With a byte order mark, as editors of Windows write it: it is read as the data set's reader reads it.
      start.write('data/dataset.json', '\uFEFF{ "qrels": "../judged.tsv" }\n');
    });
    project.write('judged.tsv', project.read('judged.tsv').replace(/\t0$/m, '\t1'));
    expect((await project.run('run', '--changed')).code).toBe(0);
    expect(change(project)).toMatchObject({ state: 'judge-changed', facts: ['data set: 1 judgements changed'] });
  });
});

describe('a corpus by a pattern', () => {
  it('is every file that its reader finds, in whatever language the pattern is', async () => {
    const project = await repository((start) => {
      for (let i = 0; i < 12; i++) start.write(`docs/${i % 2 === 0 ? 'guide' : 'ref'}/d${i}.md`, `# Document ${i}\n\ntext ${i}\n`);
      const mapped = 'dataset: { corpus: { path: "docs/@(guide|ref)/*.md" }, queries: { path: data/queries.jsonl } }';
      start.write('cutover.yaml', start.read('cutover.yaml').replace('dataset: data', mapped));
    });
    project.git('rm', '--quiet', 'docs/guide/d0.md', 'docs/ref/d1.md');
    expect((await project.run('run', '--changed')).code).toBe(0);
    expect(change(project)).toMatchObject({ state: 'judge-changed', facts: ['data set: 2 documents removed'] });
  });
});

/** The bytes of a .npy file of one number a row: 24 little-endian floats. */
function npy(rows: number): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, 24), }`.padEnd(117).concat('\n');
  const data = Float32Array.from({ length: rows * 24 }, (_, i) => Math.sin(i + 1));
  return Buffer.concat([Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]), Buffer.from(header), Buffer.from(data.buffer)]);
}

describe('vectors of the live version', () => {
  it('under other ids are other vectors', async () => {
    const ids = (letter: string, n: number) => Array.from({ length: n }, (_, i) => `${letter}${String(i).padStart(2, '0')}`);
    const project = await repository((start) => {
      for (const [letter, n] of [
        ['q', 36],
        ['d', 12],
      ] as const) {
        writeFileSync(join(start.folder, `${letter}.npy`), npy(n));
        start.write(`${letter}.txt`, `${ids(letter, n).join('\n')}\n`);
      }
      const files = '{ query: { path: q.npy, ids: q.txt }, document: { path: d.npy, ids: d.txt } }';
      const old = `{ id: one, embedder: precomputed, tag: one, vectors: ${files} }`;
      start.write('cutover.yaml', start.read('cutover.yaml').replace(/^old: .*$/m, `old: ${old}`));
    });
    project.write('d.txt', `${ids('d', 12).reverse().join('\n')}\n`);
    expect((await project.run('run', '--changed')).code).toBe(0);
    expect(change(project)).toMatchObject({ state: 'judge-changed', facts: ['vectors of one: the file of its document ids changed'] });
  });
});

const tiny = (name: string) =>
  `old: { id: one, model: acme/${name}, revision: main, dtype: q8, pooling: mean, normalize: true, maxTokens: 64 }`;

describe('names that the change looks up elsewhere', () => {
  it('do not make another version of the live one for the base to judge by', async () => {
    const project = new BumpProject();
    await writeTinyModel(join(project.folder, 'models/acme/one'));
    project.write('cutover.yaml', project.read('cutover.yaml').replace(/^old: .*$/m, tiny('one')));
    await pin(project, 'main');
    cpSync(join(project.folder, 'models/acme/one'), join(project.folder, 'kind/acme/uno'), { recursive: true });
    await writeTinyModel(join(project.folder, 'kind/acme/one'), { table: plainTable(3) });
    project.configure('one', 'flaw', 'models: { folders: [kind] }\n');
    project.write('cutover.yaml', project.read('cutover.yaml').replace(/^old: .*$/m, tiny('uno')));
    project.write('policy.yaml', policy(0.45));
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining('its old version: it came out as')]);
  });
});

describe('a configuration that the base pins', () => {
  it('is not answered for by another one, through a link to its file or its folder', async () => {
    const project = await repository((start) => {
      for (const name of ['cutover.yaml', 'policy.yaml', 'toy.mjs', 'one.weights', 'two.weights', 'data'])
        cpSync(join(start.folder, name), join(start.folder, 'shop', name), { recursive: true });
    });
    project.git('switch', '--quiet', 'main');
    await pin(project, 'other', '--config', 'shop/cutover.yaml');
    project.write('yarn.lock', '# of another tool\n');
    project.commit('yarn');
    project.git('switch', '--quiet', '--force-create', 'pr');
    linked(project, 'yarn.lock', 'shop/yarn.lock');
    expect((await project.run('run', '--changed')).code).toBe(0);
    rmSync(join(project.folder, 'shop/cutover.yaml'));
    symlinkSync('../cutover.yaml', join(project.folder, 'shop/cutover.yaml'));
    const byFile = await project.run('run', '--changed', '--config', 'shop/cutover.yaml');
    expect([byFile.code, byFile.err]).toEqual([2, expect.stringContaining('LOCK_ELSEWHERE  shop/cutover.yaml')]);
    project.git('checkout', '--quiet', 'shop');
    project.git('mv', 'shop', 'before');
    symlinkSync('.', join(project.folder, 'shop'));
    // Whoever runs in the folder sees the path behind the link only.
    for (const file of ['shop/cutover.yaml', 'cutover.yaml']) {
      const { code, err } = await project.run('run', '--changed', '--config', file);
      expect([code, err]).toEqual([2, expect.stringContaining('LOCK_ELSEWHERE  shop/cutover.')]);
    }
  });

  it('is not that of a submodule in CI, whose base is its own', async () => {
    const inner = await repository();
    const outer = new BumpProject();
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.folder, 'search');
    outer.commit('search');
    outer.git('-C', 'search', 'branch', '--force', 'main', 'origin/main');
    Object.assign(outer, { folder: join(outer.folder, 'search') });
    outer.env = { ...outer.env, CI: 'true' };
    const { code, err } = await outer.run('run', '--changed', '--base', 'main');
    expect([code, err]).toEqual([2, expect.stringContaining('it is in a submodule')]);
  });
});

describe('a folder that looks like its own repository', () => {
  it('is not the repository that is asked', async () => {
    const outer = await repository();
    const inner = await repository();
    cpSync(join(inner.folder, '.git'), join(outer.folder, 'shop'), { recursive: true });
    outer.git('config', '--file', 'shop/config', 'core.worktree', '.');
    for (const name of ['cutover.yaml', 'cutover.lock', 'policy.yaml', 'toy.mjs', 'one.weights', 'two.weights', 'data'])
      cpSync(join(inner.folder, name), join(outer.folder, 'shop', name), { recursive: true });
    Object.assign(outer, { folder: join(outer.folder, 'shop') });
    const { code, err } = await outer.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining('GIT_FAILED')]);
  });
});

describe('the commit of the base', () => {
  it('is itself, and no replacement that somebody left for it', async () => {
    const project = await repository();
    const base = project.git('rev-parse', 'main').trim();
    project.write('policy.yaml', policy(0.45));
    expect((await project.run('lock', '--init')).code).toBe(0);
    project.commit('looser');
    project.git('replace', base, 'HEAD');
    expect((await project.run('run', '--changed', '--base', base)).code).toBe(0);
    expect(change(project)).toMatchObject({ state: 'judge-changed', facts: ['policy: nDCG@10 margin 0.2 → 0.45'] });
  });
});
