import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { Project } from './project.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Locked {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

const folder = temporaryFolder();
let tarball: string;

beforeAll(async () => {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT, maxBuffer: 1e8 });
  tarball = join(folder, JSON.parse(stdout)[0].filename);
});

/** The packed files beside production dependencies only, as npm would lay them out, without a registry. */
async function unpacked(name: string): Promise<string> {
  const modules = join(folder, name, 'node_modules');
  await mkdir(join(modules, 'cutover'), { recursive: true });
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'cutover')]);
  const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
  for (const [path, { dev, devOptional, optional }] of Object.entries(packages)) {
    if (!/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) || dev === true || devOptional === true || optional === true) continue;
    const target = join(folder, name, path);
    await mkdir(dirname(target), { recursive: true });
    await symlink(join(ROOT, path), target);
  }
  return join(folder, name);
}

/** A small comparison in a folder that has the package installed, with real weights. */
async function compares(home: string): Promise<void> {
  const project = await Project.create(['billing'], 'cold');
  try {
    for (const entry of await readdir(project.folder)) await cp(project.path(entry), join(home, entry), { recursive: true });
  } finally {
    await rm(project.folder, { recursive: true, force: true });
  }
  const bin = join(home, 'node_modules', 'cutover', 'dist', 'cli', 'bin.js');
  const { stderr } = await run(process.execPath, [bin, 'run'], { cwd: home, maxBuffer: 1e8 });
  expect(stderr).toMatch(/^PASS/m);
  expect(await readFile(join(home, 'report', 'report.html'), 'utf8')).toContain('bge-small-en-v1.5');
}

describe('the packed file', () => {
  it('holds no models, data sets, tests or sources', async () => {
    const { stdout } = await run('tar', ['-tzf', tarball], { maxBuffer: 1e8 });
    const files = stdout.trim().split('\n');
    expect(files).toContain('package/dist/cli/bin.js');
    expect(files).toEqual(expect.arrayContaining(['package/dist/embed/models/transformers-js.LICENSE', 'package/dist/cli/LICENSES']));
    expect(files).toContain('package/schemas/evaluation.json');
    expect(files).toContain('package/dist/search/exact/dot-kernel.wasm');
    // The one graph is no model: two nodes, no weights.
    expect(files.filter((file) => /\.onnx$/.test(file))).toEqual(['package/dist/search/exact/exact-graph.onnx']);
    expect(files.filter((file) => /corpus\.jsonl$|\.test\.|^package\/(src|models|datasets|reports)\//.test(file))).toEqual([]);
  });

  it('embeds, searches and reports with production dependencies only', async () => {
    const home = await unpacked('linked');
    await expect(readdir(join(home, 'node_modules', '@xenova'))).rejects.toThrow('ENOENT');
    await compares(home);
  });

  it('takes `init` and `run` from a folder with a data set to the first report', async () => {
    const home = await unpacked('newcomer');
    await cp(join(ROOT, 'test', 'fixtures', 'dataset-small'), join(home, 'data'), { recursive: true });
    for (const side of ['first', 'second']) {
      const weight = side === 'first' ? 'text.length' : 'text.charCodeAt(0)';
      const embed = `export const embed = async (texts) => texts.map((text) => [${weight}, 1, text.split(' ').length]);`;
      await writeFile(join(home, `${side}.mjs`), `export const fingerprint = '${side}';\n${embed}\n`);
    }
    const bin = join(home, 'node_modules', 'cutover', 'dist', 'cli', 'bin.js');
    const init = await run(process.execPath, [bin, 'init', '--old', 'first.mjs', '--new', 'second.mjs'], { cwd: home });
    expect(init.stderr).toMatch(/created +\.github\/workflows\/cutover\.yml/);
    // How the new one does is not the point: any verdict comes with a report.
    const failed = await run(process.execPath, [bin, 'run'], { cwd: home }).catch((error: { readonly code: number }) => error);
    expect([undefined, 1, 3]).toContain((failed as { readonly code?: number }).code);
    expect(await readFile(join(home, 'reports', 'cutover', 'report.html'), 'utf8')).toContain('second');
  });

  it('is imported by its name', async () => {
    const home = await unpacked('library');
    await writeFile(join(home, 'use.mjs'), "import { quantile } from 'cutover';\nconsole.log(quantile([1, 2, 3], 0.5));\n");
    expect((await run(process.execPath, ['use.mjs'], { cwd: home })).stdout).toBe('2\n');
  });

  // Asks a package registry and compiles hnswlib-node.
  it.skipIf(process.env.CUTOVER_TEST_REGISTRY === undefined)('installs into an empty folder by npm', async () => {
    const home = join(folder, 'installed');
    await mkdir(home);
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--prefix', home, tarball], { cwd: home, maxBuffer: 1e8 });
    await expect(readdir(join(home, 'node_modules', 'sharp'))).rejects.toThrow('ENOENT');
    await compares(home);
  });
});
