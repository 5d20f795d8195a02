import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { gitRepository } from '../../src/cli/git.ts';
import { type BaseTree, withBaseTree } from '../../src/project/base-tree.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let top: string;
const git = (...args: readonly string[]): string => execFileSync('git', ['-C', top, ...args], { encoding: 'utf8' }).trim();
function write(path: string, text: string): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), text);
}

/** Runs in the files of the first commit, whatever the working tree has by now. */
function atBase<T>(use: (tree: BaseTree) => Promise<T>): Promise<T> {
  return withBaseTree(gitRepository({ cwd: top, env: process.env }), git('rev-parse', 'HEAD'), use);
}

/** What a module exports as `found`, loaded by Node itself. */
const found = (file: string): string =>
  execFileSync(
    process.execPath,
    ['--input-type=module', '-e', `import { found } from ${JSON.stringify(pathToFileURL(file).href)}; process.stdout.write(found);`],
    {
      encoding: 'utf8',
    },
  );

beforeAll(() => {
  top = realpathSync(join(temporaryFolder(), '.'));
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.email', 'a@b.example');
  git('config', 'user.name', 'x');
  write('.gitignore', 'node_modules/\n');
  write(
    'embed/beside.mjs',
    `import { readFileSync } from 'node:fs';\nexport const found = readFileSync(new URL('../lib/words.txt', import.meta.url), 'utf8');\n`,
  );
  write('embed/import.mjs', `export { found } from '../lib/passed.mjs';\n`);
  write('embed/package.mjs', `export { found } from 'words';\n`);
  write('lib/passed.mjs', `export { found } from './own.mjs';\n`);
  write('lib/own.mjs', `export const found = 'base';\n`);
  write('lib/words.txt', 'base');
  write('packages/words/package.json', '{ "name": "words", "type": "module", "main": "index.js" }');
  write('packages/words/index.js', `export const found = 'base';\n`);
  symlinkSync('lib/words.txt', join(top, 'link.txt'));
  write('kept.txt', 'as it was');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'base');
  mkdirSync(join(top, 'node_modules'));
  symlinkSync('../packages/words', join(top, 'node_modules/words'));
  write('node_modules/installed/index.js', 'as installed');
  write('lib/words.txt', 'change');
  write('lib/own.mjs', `export const found = 'change';\n`);
  write('packages/words/index.js', `export const found = 'change';\n`);
});

describe('the files of the base', () => {
  it.each(['beside', 'import', 'package'])('are what a module that stayed finds beside it: %s', async (name) => {
    const file = join(top, `embed/${name}.mjs`);
    expect(found(file)).toBe('change');
    await atBase(async (tree) => expect(found(tree.at(file))).toBe('base'));
  });

  it('are there also by a link, and what git does not track is', async () => {
    await atBase(async (tree) => {
      expect(readFileSync(tree.at(join(top, 'link.txt')), 'utf8')).toBe('base');
      expect(readFileSync(tree.at(join(top, 'node_modules/installed/index.js')), 'utf8')).toBe('as installed');
      expect(tree.isChanged(join(top, 'link.txt'))).toBe(true);
      expect(tree.isChanged(join(top, 'kept.txt'))).toBe(false);
    });
    expect(readFileSync(join(top, 'kept.txt'), 'utf8')).toBe('as it was');
  });

  it('come from the commit where the working tree was told to leave them out', async () => {
    git('update-index', '--skip-worktree', 'kept.txt');
    rmSync(join(top, 'kept.txt'));
    await atBase(async (tree) => expect(readFileSync(tree.at(join(top, 'kept.txt')), 'utf8')).toBe('as it was'));
  });
});
