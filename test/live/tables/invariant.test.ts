import { describe, expect, it } from 'vitest';
import { NO_SERVER, startServer } from '../stores/real-server.ts';
import { storm } from './storm/run.ts';

/** Takes minutes: it runs where `CUTOVER_TEST_STORM` is set. */
const ASKED = process.env.CUTOVER_TEST_STORM !== undefined;

describe.skipIf(NO_SERVER !== null || !ASKED)(`a migration under fire${NO_SERVER === null ? '' : ` (${NO_SERVER})`}`, () => {
  it('loses nothing and mixes nothing, however often the tool is killed while an application writes', async () => {
    const server = await startServer();
    try {
      const found = await storm(server.url, { rows: 240, kills: 14, seed: 7 });
      expect({ faults: found.faults, failures: found.failures, wrong: found.wrong, read: found.reader.wrong }).toEqual({
        faults: [],
        failures: [],
        wrong: [],
        read: [],
      });
      // It was a storm.
      expect(found.killed).toBeGreaterThanOrEqual(8);
      expect(found.switches).toBeGreaterThanOrEqual(1);
      expect(found.writes).toBeGreaterThan(100);
      expect(found.reader.rows).toBeGreaterThan(100);
      expect(found.audit).toMatch(/^Pass/);
      expect(found.columns).not.toContain('embedding_next');
    } finally {
      await server.stop();
    }
  }, 900_000);
});
