import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { temporaryFolder } from '../temporary-folder.ts';
import { lite } from './lite.ts';
import { postgres } from './postgres.ts';
import { brief, vectors } from './vectors.ts';

/** Something that is made once for all test files, when the first one asks. */
export interface Made {
  /** What the tests get to know of it; JSON. */
  readonly value: unknown;
  stop?(): Promise<void>;
}

/** Name → how it is made, with what stands behind the name's colon. */
const RECIPES: Readonly<Record<string, (what: string) => Promise<Made>>> = { brief, lite, postgres, vectors };

/** Called by vitest, once before all tests: test files run in processes of their own and ask this one for what they share. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = temporaryFolder();
  // PostgreSQL runs as a user of its own where the tests run as root.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  const made = new Map<string, Promise<Made>>();
  const make = (name: string): Promise<Made> => {
    const [kind = '', what = ''] = name.split(':');
    const recipe = RECIPES[kind];
    if (recipe === undefined) throw new RangeError(`No recipe for ${kind}.`);
    const known = made.get(name) ?? recipe(what);
    made.set(name, known);
    return known;
  };
  const server = createServer(async (request, response) => {
    // A connection kept for the next question may be closed just as that is asked.
    response.setHeader('connection', 'close');
    try {
      const { value } = await make(decodeURIComponent(request.url?.slice(1) ?? ''));
      response.end(JSON.stringify(value));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.CUTOVER_TEST_SHARED = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return async () => {
    server.close();
    server.closeAllConnections();
    for (const one of await Promise.allSettled(made.values())) if (one.status === 'fulfilled') await one.value.stop?.();
    rmSync(folder, { recursive: true, force: true });
  };
}
