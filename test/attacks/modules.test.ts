import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOfModule, isManifest } from '../../src/features/lock/module-files.ts';
import type { ChangeRecord } from '../../src/model/lock.ts';
import { BumpProject, pin } from '../cli/bump-project.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** What of a folder with these files a module `versions/embed.mjs` names, from the folder. */
async function namedBy(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const top = temporaryFolder();
  const place = (path: string) => {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    return join(top, path);
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(place(path), text);
  for (const [path, to] of Object.entries(links)) symlinkSync(to, place(path));
  const { named } = await filesOfModule(join(top, 'versions/embed.mjs'), { top, cwd: top });
  return named.map((path) => relative(top, path));
}

describe('what a module imports', () => {
  const manifest =
    '{ "name": "app", "imports": { "#table": "./lib/t.mjs", "#all/*": "./all/*.mjs" }, "exports": { "./t": { "default": "./lib/t.mjs" } } }';

  it('is named as Node resolves it, however it is written', async () => {
    for (const line of [
      "import { t } from '../lib/t.mjs?v=2';",
      "import { t } from '../lib/t%2Emjs';",
      "import { t } from '../lib/\\x74.mjs';",
      "import { t } from '#table';",
      "import { t } from 'app/t';",
      "/* don't touch */ import { t } from '../lib/t.mjs';",
      "const t = createRequire(import.meta.url)('../lib/t');",
    ]) {
      const named = await namedBy({ 'package.json': manifest, 'lib/t.mjs': '', 'versions/embed.mjs': `${line}\n` });
      expect(named, line).toContain('lib/t.mjs');
    }
    expect(
      await namedBy({ 'package.json': manifest, 'all/a.mjs': "import '../b.mjs';", 'versions/embed.mjs': "import '#all/a';" }),
    ).toEqual(expect.arrayContaining(['all', 'all/a.mjs', 'b.mjs']));
  });

  it('is also what a folder of the repository that is linked as a package imports in turn', async () => {
    const named = await namedBy(
      {
        'packages/embed/index.js': "import { vec } from '@acme/core';",
        'packages/core/index.js': "export { vec } from '../shared/vec.js';",
        'versions/embed.mjs': "import { embedAll } from '@acme/embed';",
      },
      { 'node_modules/@acme/embed': '../../packages/embed', 'node_modules/@acme/core': '../../packages/core' },
    );
    expect(named).toEqual(expect.arrayContaining(['packages/embed', 'packages/core', 'packages/core/index.js', 'packages/shared/vec.js']));
  });

  it('is installed by what any of the usual tools reads', async () => {
    const named = await namedBy({ 'versions/embed.mjs': "import 'hashvec';" });
    for (const name of [
      'package-lock.json',
      'yarn.lock',
      'pnpm-lock.yaml',
      'pnpm-workspace.yaml',
      '.pnpmfile.cjs',
      'bun.lock',
      'bun.lockb',
      'deno.lock',
    ]) {
      expect(named).toEqual(expect.arrayContaining([name, `versions/${name}`]));
      expect(isManifest(`packages/a/${name}`)).toBe(true);
    }
    expect(isManifest('packages/a/notes.json')).toBe(false);
  });

  it('is followed through a long name, and through a source of any ending that CommonJS runs', async () => {
    const named = await namedBy({
      'versions/embed.mjs': `import { a } from '${'./'.repeat(160)}a.cjs';`,
      'versions/a.cjs': "module.exports = require('./b.es');",
      'versions/b.es': "require('./c.json');",
      'versions/c.json': '[]',
    });
    expect(named).toEqual(expect.arrayContaining(['versions/a.cjs', 'versions/b.es', 'versions/c.json']));
  });

  it('is read in time that grows with its length, where quotes never end', async () => {
    const named = await namedBy({ 'versions/embed.mjs': `from "${'a'.repeat(200_000)}\n${"'\\".repeat(20_000)}` });
    expect(named).toEqual([]);
  });

  it('is said where the change puts something nearer in its place, or takes it away', async () => {
    const project = new BumpProject();
    const imports = "const table = () => require('./table');\nconst unused = () => import('words-package');\n";
    project.write('kinds/any.mjs', 'export const load = (name) => import(new URL(name, import.meta.url).href);\n');
    project.write('toy.mjs', `import './kinds/any.mjs';\n${imports}${project.read('toy.mjs')}`);
    project.write('table.json', '[1]');
    project.write('table/index.js', '');
    project.commit('prepared');
    await pin(project);
    project.write('table.js', 'module.exports = [2];');
    project.write('node_modules/words-package/index.js', '');
    project.write('kinds/deeper/one.mjs', '');
    project.write('kinds/read-me.txt', '');
    project.git('rm', '--quiet', 'table/index.js');
    project.git('add', '--all');
    expect((await project.run('run', '--changed')).code).toBe(0);
    const { state, facts } = JSON.parse(project.read('reports/change.json')) as ChangeRecord;
    const names = ['node_modules/words-package/index.js', 'table.js', 'table/index.js'];
    const lines = (id: string) => [
      ...names.map((name) => `embedder of ${id}: ${name} changed, which its module names`),
      `embedder of ${id}: kinds/deeper/one.mjs changed, which its module may load by a name that it puts together`,
    ];
    expect([state, facts]).toEqual(['judge-changed', [...lines('one'), ...lines('two')]]);
  });
});
