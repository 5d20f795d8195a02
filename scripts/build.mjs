// Compiles src/ into dist/. What did not change is not compiled again, and dist/ is replaced only once all of it is there.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble } from './assemble.mjs';
import { bundle } from './bundle.mjs';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
/** What tsc wrote, kept for the next build; the finished folder is made and swapped beside it. */
const cache = join(root, '.build');
const [compiled, next, last] = ['src', 'next', 'last'].map((name) => join(cache, name));

/** Files below a folder, as paths from the repository's top. */
function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

/** One hash of everything that the build reads. */
function inputs() {
  const hash = createHash('sha256');
  for (const file of [
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/assemble.mjs',
    'scripts/build.mjs',
    'scripts/bundle.mjs',
    ...filesIn('src'),
  ])
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function compile() {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-b', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  // tsc leaves what it made of sources that are gone.
  for (const file of filesIn('.build/src')) {
    const source = join('src', file.slice(join('.build', 'src').length)).replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts');
    if (!existsSync(join(root, source))) rmSync(join(root, file));
  }
}

const stamp = '.built-from';
// The tests are type-checked against what tsc wrote, so that has to be there too.
const isBuilt = existsSync(join(dist, stamp)) && existsSync(join(cache, 'src.tsbuildinfo'));
if (isBuilt && readFileSync(join(dist, stamp), 'utf8') === inputs()) process.exit(0);
await assemble(
  filesIn('src')
    .filter((name) => name.endsWith('.wat'))
    .map((name) => join(root, name)),
);
try {
  compile();
} catch {
  // tsc has said why. What was built before stays as it was.
  process.exit(1);
}
for (const folder of [next, last]) rmSync(folder, { recursive: true, force: true });
cpSync(compiled, next, { recursive: true });
for (const file of filesIn('src').filter((name) => /\.(onnx|wasm)$/.test(name))) cpSync(join(root, file), join(next, file.slice(4)));
await bundle(root, next);
chmodSync(join(next, 'cli', 'bin.js'), 0o755);
writeFileSync(join(next, stamp), inputs());
if (existsSync(dist)) renameSync(dist, last);
renameSync(next, dist);
rmSync(last, { recursive: true, force: true });
