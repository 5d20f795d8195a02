import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../cli/command-line.ts';
import { BIN } from '../../e2e/project.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { NO_SERVER, startServer } from '../stores/real-server.ts';
import { storm } from './storm/storm.mjs';

/** The whole form takes an hour: it runs where `CUTOVER_TEST_STORM` is set. */
const ASKED = process.env.CUTOVER_TEST_STORM !== undefined;

interface Size {
  readonly rows: number;
  readonly kills: number;
  readonly pause: number;
  readonly lanes: number;
  readonly service: number;
}

async function survives(size: Size, inProcess: boolean): Promise<void> {
  const server = await startServer();
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const command = commandLine(folder, {
    env: { DATABASE_URL: server.url, HOME: folder, CUTOVER_CACHE_SCOPE: 'protected' },
    now: () => new Date().toISOString(),
    clock: () => performance.now(),
    today: () => new Date().toISOString().slice(0, 10),
  });
  const run = async (args: readonly string[]) => {
    const { code, out, err } = await command(...args);
    return { code, text: out + err };
  };
  try {
    const found = await storm({
      url: server.url,
      folder,
      bin: BIN,
      seed: 7,
      ...size,
      ...(inProcess ? {} : { say: (what: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`) }),
      ...(inProcess ? { run } : {}),
    });
    if (!inProcess) process.stderr.write(`${JSON.stringify(found)}\n`);
    const { faults, failures, wrong, reader } = found;
    expect({ faults, failures, wrong, read: reader.wrong }).toEqual({ faults: [], failures: [], wrong: [], read: [] });
    expect(found.audit).toMatch(/^Pass/);
    expect(found.columns).not.toContain('embedding_next');
    // It was a storm.
    expect(found.killed).toBeGreaterThanOrEqual(size.kills / 2);
    expect(found.switches).toBeGreaterThanOrEqual(1);
    expect(found.writes).toBeGreaterThan(100);
    expect(reader.rows).toBeGreaterThan(100);
  } finally {
    await server.stop();
  }
}

describe.skipIf(NO_SERVER !== null)(`a migration under fire${NO_SERVER === null ? '' : ` (${NO_SERVER})`}`, () => {
  it(
    'loses nothing and mixes nothing, however the tool is killed while an application writes',
    () => survives({ rows: 120, kills: 4, pause: 25, lanes: 2, service: 60_000 }, true),
    300_000,
  );

  it.skipIf(!ASKED)(
    'nor in 200 kills over 100,000 rows',
    () => survives({ rows: 100_000, kills: 200, pause: 20, lanes: 3, service: 20_000 }, false),
    7_200_000,
  );
});
