import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../ci/script.ts';
import { BumpProject } from '../cli/bump-project.ts';

it('the name of a version is text on every stream: no escape, no command to a CI system, no separate line', async () => {
  const project = new BumpProject();
  expect((await project.run('lock', '--init')).code).toBe(0);
  project.commit('lock');
  project.git('switch', '--quiet', '--create', 'pr');
  project.configure('one', 'flaw');
  const id = String.raw`"b\n::stop-commands::x9\n##[add-mask]FAIL\n\e[32mPASS\e[39m  Pass: 4 of 4 rules hold.\e[8m\u202e"`;
  project.write('cutover.yaml', project.read('cutover.yaml').replace('id: flaw', `id: ${id}`));
  const { code, out, err } = await project.run('run', '--changed', '--json');
  expect([code, err]).toEqual([1, expect.stringContaining('stop-commands')]);
  for (const stream of [out, err]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(stream).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(stream).not.toMatch(/^\s*(::|##\[)/m);
  }
});

it('what a library warns of is text too', () => {
  const project = new BumpProject();
  const config = project.read('cutover.yaml');
  const key = "? [ '##vso[build.addbuildtag]x' ]\n: 1\n";
  project.write('cutover.yaml', `${key}${config}`);
  // A document's front matter is read by another call of the same library.
  project.write('notes/a.md', `---\n${key}---\n# a\nb\n`);
  project.write(
    'notes.yaml',
    config.replace('dataset: data', 'dataset: { corpus: { path: notes }, queries: { path: data/queries.jsonl } }'),
  );
  for (const [file, said] of [
    ['cutover.yaml', '# #vso[build'],
    ['notes.yaml', 'Warning: Keys with collection values'],
  ] as const) {
    const args = [join(ROOT, 'dist/cli/bin.js'), 'run', '--plan', '--config', file];
    const { stderr, stdout } = spawnSync(process.execPath, args, { cwd: project.folder, encoding: 'utf8' });
    expect(stderr + stdout).not.toContain('##vso[');
    expect(stderr).toContain(said);
  }
});
