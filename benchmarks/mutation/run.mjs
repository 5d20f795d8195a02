// Which share of small faults do the tests of a room notice? Changes a seeded sample of places, one at a time, and runs the room's tests.
//   node benchmarks/mutation/run.mjs [--room measure,gate,ledger] [--count 60] [--seed 7] [--file src/…]
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { globSync } from 'tinyglobby';
import { described, mutantsOf } from './mutants.mjs';
import { page } from './page.mjs';

const ROOT = join(import.meta.dirname, '../..');
const RESULTS = join(import.meta.dirname, 'results.json');
/** Sources, and the tests that answer for them. */
const ROOMS = {
  measure: { sources: ['src/measure/**/*.ts'], tests: ['test/measure'] },
  gate: { sources: ['src/gate/**/*.ts'], tests: ['test/gate'] },
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

const textOf = (file) => readFileSync(join(ROOT, file), 'utf8');

/** @returns whether the tests fail */
function noticed(tests, mutant) {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', 'benchmarks/mutation/vitest.config.mjs', ...tests];
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

async function survivorsOf(room, tests, tried) {
  const survivors = [];
  for (const [i, mutant] of tried.entries()) {
    const words = described(mutant, textOf(mutant.file));
    const killed = await noticed(tests, mutant);
    if (!killed) survivors.push(words);
    console.error(`${room} ${i + 1}/${tried.length} ${killed ? 'noticed ' : 'SURVIVED'} ${words}`);
  }
  return survivors;
}

for (const room of values.room.split(',')) {
  const { sources, tests } = ROOMS[room];
  const files = values.file === undefined ? globSync(sources, { cwd: ROOT }).sort() : [values.file];
  const places = files.flatMap((file) => mutantsOf(file, textOf(file)));
  const tried = sampled(places, Number(values.count), Number(values.seed));
  if (await noticed(tests, {})) throw new Error(`${room}: its tests fail without any mutant`);
  const survivors = await survivorsOf(room, tests, tried);
  // One file is looked at, and not kept.
  if (values.file !== undefined) continue;
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
