// node beside.mjs --url … --folder … --bin … --rows 100000 --seconds 10 --rounds 8
// An application's writes a second beside each step of a migration, in turns with nothing; prints one line of JSON.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { makeProject, makeTable } from '../../test/live/tables/storm/project.mjs';
import { randomFrom } from '../../test/live/tables/storm/table.mjs';
import { Writer } from '../../test/live/tables/storm/writer.mjs';

const text = (value) => ({ type: 'string', default: value });
const { values } = parseArgs({
  options: { url: text(''), folder: text(''), bin: text(''), rows: text('2000'), seconds: text('3'), rounds: text('2') },
});
const { url, folder, bin } = values;
const [rows, seconds, rounds] = [Number(values.rows), Number(values.seconds), Number(values.rounds)];
const LANES = 3;
/** Runs a command for so many seconds, or to its end. @returns its exit code; null where it was stopped */
async function run(args, most = Number.POSITIVE_INFINITY) {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: url, NO_COLOR: '1', CI: '1', CUTOVER_CACHE_SCOPE: 'protected' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const ended = new Promise((resolve) => child.once('close', resolve));
  if (Number.isFinite(most)) await Promise.race([ended, wait(most * 1000)]);
  else await ended;
  child.kill('SIGKILL');
  const code = await ended;
  if (code !== null && code !== 0) throw new Error(`${args.join(' ')}: ${code}: ${said.trim().slice(-400)}`);
  return code;
}

const pool = new pg.Pool({ connectionString: url });
mkdirSync(folder, { recursive: true });
makeProject(folder, await makeTable(pool, rows, LANES, randomFrom(7)));
const tagOf = (name) =>
  JSON.parse(execFileSync(process.execPath, [bin, 'versions', 'show', name, '--json', '-q'], { cwd: folder }))[0].version.fingerprint;
const versions = new Map([
  [tagOf('old'), 'A'],
  [tagOf('new'), 'B'],
]);
const writer = new Writer(url, versions, { pause: 0, seed: 7, lanes: LANES });
const found = {};

async function rateOf(work) {
  const [begun, before] = [performance.now(), writer.writes];
  await work();
  return (1000 * (writer.writes - before)) / (performance.now() - begun);
}

/** Writes a second of the quiet turn before; null where something else ran since. */
let before = null;
const quiet = () => rateOf(() => wait(seconds * 1000));

/** One turn of a step, divided by the mean of the quiet ones before it and after it. @returns what the step gave */
async function beside(name, step) {
  found[name] ??= { alone: [], beside: [], ratios: [] };
  const own = found[name];
  const first = before ?? (await quiet());
  let result;
  const rate = await rateOf(async () => {
    result = await step();
  });
  before = await quiet();
  own.alone.push(first, before);
  own.beside.push(rate);
  own.ratios.push((2 * rate) / (first + before));
  console.error(`${name}: ${own.ratios.at(-1).toFixed(2)}`);
  return result;
}

/** What is to be done between and is not measured. */
async function aside(args) {
  await run(args);
  before = null;
}

const START = ['migrate', 'start', 'live', '-q'];
const PROMOTE = [
  'migrate',
  'promote',
  'live',
  '--certificate',
  'report/certificate.json',
  '--allow-unsigned',
  '--readers',
  'guarded',
  '-q',
];
await beside('tag', () => run(['tag', 'apply', 'live', '--as', 'old', '-q']));
for (let i = 0; i < rounds; i++) if ((await beside('start', () => run(START, seconds))) === 0) break;
await aside(START);
for (let i = 0; i < rounds; i++) await beside('follow', () => run(['migrate', 'follow', 'live', '-q'], seconds));
await aside(['run', '-q']);
for (let i = 0; i < rounds; i++) {
  await beside('promote', () => run(PROMOTE));
  await beside('rollback', () => run(['migrate', 'rollback', 'live', '-q']));
}
await aside(PROMOTE);
await beside('retire', () => run(['migrate', 'retire', 'live', '--yes', '-q']));
await writer.stop();
await pool.end();
if (writer.failures.length > 0) throw new Error(`writes failed: ${writer.failures.slice(0, 3).join('; ')}`);
console.log(JSON.stringify({ found, writes: writer.writes }));
