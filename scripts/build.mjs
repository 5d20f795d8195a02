// Compiles src/ into dist/, skipping the work when nothing changed since the last build.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'dist', '.built-from');
const hash = createHash('sha256');
for (const file of ['package-lock.json', 'tsconfig.json', 'scripts/bundle.mjs', ...sources('src')])
  hash
    .update(file)
    .update('\0')
    .update(readFileSync(join(root, file)));
const current = hash.digest('hex');
if (existsSync(stamp) && readFileSync(stamp, 'utf8') === current) process.exit(0);

rmSync(join(root, 'dist'), { recursive: true, force: true });
try {
  execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(root, 'tsconfig.json')], {
    stdio: 'inherit',
  });
} catch {
  process.exit(1);
}
await bundle(root);
const bin = join(root, 'dist', 'cli', 'bin.js');
if (existsSync(bin)) chmodSync(bin, 0o755);
mkdirSync(join(root, 'dist'), { recursive: true });
writeFileSync(stamp, current);

function sources(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}
