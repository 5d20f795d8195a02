// Which share of small faults do the tests of a room notice? Changes a seeded sample of places, one at a time, and runs the room's tests.
//   node benchmarks/mutation/run.mjs [--room measure,gate,ledger] [--count 60] [--seed 7] [--file src/…] [--from 12]
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { globSync } from 'tinyglobby';
import { described, mutantsOf } from './mutants.mjs';
import { page } from './page.mjs';

const ROOT = join(import.meta.dirname, '../..');
const RESULTS = join(import.meta.dirname, 'results.json');
/** Sources, and the tests that answer for them; the slow ones are asked last. */
const ROOMS = {
  measure: { sources: ['src/measure/**/*.ts'], tests: ['test/measure'] },
  gate: { sources: ['src/gate/**/*.ts'], tests: ['test/gate'], slow: ['test/gate/simulation.test.ts', 'test/gate/ways.test.ts'] },
  ledger: { sources: ['src/proof/**/*.ts', 'src/live/ledger/**/*.ts'], tests: ['test/proof', 'test/live/ledger'] },
};
/** A mutant that never ends is noticed, too. */
const PATIENCE_MS = 600_000;

const { values } = parseArgs({
  options: {
    room: { type: 'string', default: Object.keys(ROOMS).join(',') },
    count: { type: 'string', default: '60' },
    seed: { type: 'string', default: '7' },
    file: { type: 'string' },
    from: { type: 'string', default: '0' },
  },
});

/** Mulberry32: the sample is the same on every machine. */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function sampled(items, count, seed) {
  const [random, rest] = [randomOf(seed), [...items]];
  return Array.from({ length: Math.min(count, items.length) }, () => rest.splice(Math.floor(random() * rest.length), 1)[0]);
}

/** Files that a file's imports lead to, itself among them; what is imported as a type alone does nothing. */
const reached = new Map();
function reaches(file) {
  const known = reached.get(file);
  if (known !== undefined) return known;
  const found = new Set([file]);
  reached.set(file, found);
  for (const [, kind, path] of textOf(file).matchAll(/^(?:import|export)( type)?[^;]*?from '(\.[^']+)'/gms)) {
    const next = relative(ROOT, join(ROOT, dirname(file), path));
    if (kind === undefined && next.endsWith('.ts')) for (const one of reaches(next)) found.add(one);
  }
  return found;
}

const textOf = (file) => readFileSync(join(ROOT, file), 'utf8');

/** @returns whether the tests of a room that load the mutant's file fail; without a mutant, any of them */
async function noticed({ tests, slow = [] }, mutant) {
  const all = globSync(
    tests.map((folder) => `${folder}/**/*.test.ts`),
    { cwd: ROOT },
  ).sort();
  const loading = all.filter((test) => mutant.file === undefined || reaches(test).has(mutant.file));
  for (const some of [loading.filter((test) => !slow.includes(test)), loading.filter((test) => slow.includes(test))])
    if (some.length > 0 && (await fails(some, mutant))) return true;
  return false;
}

/** @returns whether what vitest runs with these arguments fails */
function fails(selection, mutant) {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', 'benchmarks/mutation/vitest.config.mjs', ...selection];
  const env = { ...process.env, MUTANT: JSON.stringify(mutant) };
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'ignore', detached: true, env });
  return new Promise((resolve) => {
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), PATIENCE_MS);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(code !== 0);
    });
  });
}

async function survivorsOf(room, tried) {
  const survivors = [];
  for (const [i, mutant] of tried.entries()) {
    if (i < Number(values.from)) continue;
    const words = described(mutant, textOf(mutant.file));
    const killed = await noticed(ROOMS[room], mutant);
    if (!killed) survivors.push(words);
    console.error(`${room} ${i + 1}/${tried.length} ${killed ? 'noticed ' : 'SURVIVED'} ${words}`);
  }
  return survivors;
}

for (const room of values.room.split(',')) {
  const { sources } = ROOMS[room];
  const files = values.file === undefined ? globSync(sources, { cwd: ROOT }).sort() : [values.file];
  const places = files.flatMap((file) => mutantsOf(file, textOf(file)));
  const tried = sampled(places, Number(values.count), Number(values.seed));
  if (values.from === '0' && (await noticed(ROOMS[room], {}))) throw new Error(`${room}: its tests fail without any mutant`);
  const survivors = await survivorsOf(room, tried);
  // One file, or the rest of a sample, is looked at and not kept.
  if (values.file !== undefined || values.from !== '0') continue;
  const results = JSON.parse(readFileSync(RESULTS, 'utf8'));
  results[room] = {
    date: new Date().toISOString().slice(0, 10),
    seed: Number(values.seed),
    places: places.length,
    tried: tried.length,
    survivors,
  };
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(import.meta.dirname, 'RESULTS.md'), page(results));
}
