import { expect, it } from 'vitest';
import { BumpProject } from '../cli/bump-project.ts';

it('the name of a version is text on every stream: no escape, no command to a CI system, no line of its own', async () => {
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
