import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watched } from './watched.mjs';

/**
 * A folder that goes away again, with whatever the peers need: a Python environment, npm packages, data.
 * Nothing is installed before something asks for it, and each package once.
 */
export function throwAway() {
  const folder = mkdtempSync(join(tmpdir(), 'cutover-bench-'));
  const installed = new Map();
  const once = (key, install) => {
    if (!installed.has(key)) installed.set(key, install());
    return installed.get(key);
  };
  const venv = join(folder, 'python');
  const npm = join(folder, 'npm');
  const python = join(venv, 'bin', 'python');
  const emptyVenv = () => once('venv', () => watched('python3', ['-m', 'venv', venv]));

  return {
    folder,
    python,
    npm,
    /** A folder for data, made by `fill` the first time it is asked for. */
    data: (name, fill) =>
      once(`data ${name}`, async () => {
        const place = join(folder, name);
        mkdirSync(place);
        await fill(place);
        return place;
      }),
    /** @returns "name version" @throws Error when it can't be installed */
    pip: (name) =>
      once(`pip ${name}`, async () => {
        await emptyVenv();
        await watched(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', name]);
        const { output } = await watched(python, ['-c', `from importlib.metadata import version; print(version(${JSON.stringify(name)}))`]);
        return `${name} ${output.trim()}`;
      }),
    /** Installed without its scripts: no peer needs one here, and some download what is not used. */
    npmInstall: (wanted) =>
      once(`npm ${wanted}`, async () => {
        mkdirSync(npm, { recursive: true });
        writeFileSync(join(npm, 'package.json'), '{ "private": true }\n');
        await watched('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', wanted], { cwd: npm });
        const name = wanted.slice(0, wanted.lastIndexOf('@'));
        return `${name} ${JSON.parse(readFileSync(join(npm, 'node_modules', name, 'package.json'), 'utf8')).version}`;
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
