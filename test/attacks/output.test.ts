import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BumpProject } from '../cli/bump-project.ts';

/** Names that a report has too. */
const OWN = ['queries.csv', 'summary.md', 'junit.xml', 'verdict.json'];

function withFiles(project: BumpProject, folder: string): string {
  const path = join(project.folder, folder);
  mkdirSync(path, { recursive: true });
  for (const name of OWN) writeFileSync(join(path, name), `mine: ${name}`);
  return path;
}

function unchanged(path: string): void {
  for (const name of OWN) expect(readFileSync(join(path, name), 'utf8')).toBe(`mine: ${name}`);
}

describe('a report folder', () => {
  it('that holds what is evaluated is refused, and nothing in it is touched', async () => {
    const project = new BumpProject();
    const path = withFiles(project, '.');
    for (const output of ['.', 'data', '..']) {
      const { code, err } = await project.run('run', '-o', output);
      expect([code, err], output).toEqual([2, expect.stringContaining('OUTPUT_HOLDS_INPUTS')]);
    }
    unchanged(path);
  });

  it('with files of somebody else is refused before anything is embedded', async () => {
    const project = new BumpProject();
    const path = withFiles(project, 'site');
    const { code, err } = await project.run('run', '-o', 'site');
    expect([code, err]).toEqual([2, expect.stringContaining('OUTPUT_FOREIGN')]);
    expect(err).toContain('summary.md');
    unchanged(path);
    expect(readdirSync(path).sort()).toEqual([...OWN].sort());
  });

  it('of a configuration that cannot be evaluated loses nothing', async () => {
    const project = new BumpProject();
    const path = withFiles(project, 'site');
    project.write(
      'cutover.yaml',
      project.read('cutover.yaml').replace('dataset: data', 'dataset: nowhere').replace('output: reports', 'output: site'),
    );
    for (const args of [['run'], ['run', '--changed'], ['compare']]) expect((await project.run(...args)).code, args.join(' ')).toBe(2);
    unchanged(path);
  });

  it('keeps what a record with a way out of it names', async () => {
    const project = new BumpProject();
    project.write('keep.txt', 'mine');
    const names = ['../keep.txt', '..', '.', '/tmp', 'verdict.json'];
    project.write('reports/manifests/folder.json', JSON.stringify({ kind: 'cutover.folder', schemaVersion: 1, names }));
    project.write('cutover.yaml', project.read('cutover.yaml').replace('dataset: data', 'dataset: nowhere'));
    expect((await project.run('run')).code).toBe(2);
    expect(project.read('keep.txt')).toBe('mine');
  });
});

describe('artifacts that came with a change', () => {
  it('name nothing that is deleted where the configuration cannot be read', async () => {
    const project = new BumpProject();
    expect((await project.run('lock', '--init')).code).toBe(0);
    project.commit('lock');
    project.git('switch', '--quiet', '--create', 'pr');
    const config = project.read('cutover.yaml');
    const names = ['.git', '.env', 'data', 'report.html'];
    for (const output of ['.', 'site']) {
      project.write('cutover.yaml', `${config.replace('output: reports', `output: ${output}`)}typo: 1\n`);
      project.write(`${output}/manifests/folder.json`, JSON.stringify({ kind: 'cutover.folder', schemaVersion: 1, names }));
      project.commit('a small change');
      for (const name of ['.env', 'report.html']) project.write(`${output}/${name}`, 'mine');
      for (const args of [['run', '--changed'], ['run']]) expect((await project.run(...args)).code).toBe(2);
      // In a folder that is not the project's own, and that the repository doesn't track, the names of a report are a report's.
      expect(project.read(`${output}/.env`)).toBe('mine');
      if (output === '.') expect(project.read('report.html')).toBe('mine');
    }
    expect(project.git('log', '--oneline')).toContain('a small change');
    expect(project.read('data/queries.jsonl')).not.toBe('');
  });

  it('are refused where the repository tracks them', async () => {
    const project = new BumpProject();
    expect((await project.run('lock', '--init')).code).toBe(0);
    project.commit('lock');
    project.git('switch', '--quiet', '--create', 'pr');
    for (const folder of ['reports', '.cutover']) {
      project.write(`${folder}/evaluation.json`, '{}');
      project.git('add', '--force', folder);
      const { code, err } = await project.run('run', '--changed');
      expect([code, err], folder).toEqual([2, expect.stringContaining('OUTPUT_TRACKED')]);
      project.git('rm', '--quiet', '--cached', '-r', folder);
      project.git('clean', '-fdxq', folder);
    }
  });

  it('are not read where it does not: every stage runs again', async () => {
    const project = new BumpProject();
    expect((await project.run('lock', '--init')).code).toBe(0);
    project.commit('lock');
    project.git('switch', '--quiet', '--create', 'pr');
    project.configure('one', 'flaw');
    expect((await project.run('run')).code).toBe(1);
    const evaluation = JSON.parse(project.read('reports/evaluation.json'));
    for (const measure of Object.values(evaluation.quality) as Record<string, { old: unknown; new: unknown }>[])
      for (const columns of Object.values(measure)) columns.new = columns.old;
    const text = `${JSON.stringify(evaluation)}\n`;
    project.write('reports/evaluation.json', text);
    const manifest = JSON.parse(project.read('reports/manifests/measure.json'));
    const { sha256 } = await import('../../src/core/hash.ts');
    project.write('reports/manifests/measure.json', JSON.stringify({ ...manifest, files: { 'evaluation.json': sha256(text) } }));
    const { code, err } = await project.run('run', '--changed');
    expect(code).toBe(1);
    expect(err).not.toContain('measure   unchanged');
  });

  it('are not read where manifests alone say that a folder is ours', async () => {
    const project = new BumpProject();
    expect((await project.run('lock', '--init')).code).toBe(0);
    project.commit('lock');
    project.git('switch', '--quiet', '--create', 'pr');
    expect((await project.run('run')).code).toBe(0);
    const kind = project.read('reports/evaluation.json');
    project.configure('one', 'flaw');
    expect((await project.run('run')).code).toBe(1);
    project.write('reports/evaluation.json', kind);
    project.git('clean', '-fxq', 'reports/manifests/folder.json');
    project.env = { ...project.env, CUTOVER_CACHE_SCOPE: 'protected' };
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([1, expect.not.stringContaining('unchanged')]);
  });

  it('an edited verdict is neither reported nor locked', async () => {
    const project = new BumpProject();
    project.configure('one', 'flaw');
    expect((await project.run('run')).code).toBe(1);
    project.write('reports/verdict.json', project.read('reports/verdict.json').replace('"outcome": "fail"', '"outcome": "pass"'));
    for (const command of ['report', 'lock']) expect((await project.run(command)).code, command).not.toBe(0);
    expect((await project.run('report')).err).toContain('ARTIFACT_FOREIGN');
  });
});
