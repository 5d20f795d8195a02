import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { workerUrl } from '../../../src/system/workers/worker-url.ts';

describe('workerUrl', () => {
  it('leads from a source file to the compiled worker', () => {
    const caller = new URL('../../../src/system/workers/pool.ts', import.meta.url).href;
    const url = workerUrl(caller, './worker-entry.ts');
    expect(url.pathname).toMatch(/\/dist\/system\/workers\/worker-entry\.js$/);
    expect(existsSync(fileURLToPath(url))).toBe(true);
  });

  it('says to build when there is none', () => {
    const caller = new URL('../../../src/system/workers/pool.ts', import.meta.url).href;
    expect(() => workerUrl(caller, './no-such-worker.ts')).toThrow('npm run build');
  });
});
