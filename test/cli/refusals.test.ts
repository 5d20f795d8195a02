import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/cli/host.ts';
import { report } from '../../src/cli/main.ts';
import { CutoverError } from '../../src/core/errors.ts';
import { CUTOVER_VERSION } from '../../src/project/version.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { commandLine } from './command-line.ts';

const silent: Host = {
  stdout: { write: () => true },
  stderr: { write: () => true },
  env: {},
  cwd: '/',
  clock: () => 0,
  today: () => '2026-01-31',
  now: () => '2026-01-31T00:00:00.000Z',
  signal: new AbortController().signal,
};
const codeOf = (error: unknown) => report(error, silent, 'migrate');

describe('the exit code of a step', () => {
  it('is 1 where it is refused or held up by another, and 2 where it could not be done', () => {
    expect(
      [
        new CutoverError('MIGRATION_REFUSED', { step: 'Promote', reason: 'not now', next: 'Wait' }),
        new CutoverError('LEDGER_LOCKED', { store: 's', holder: 'another', otherwise: '' }),
        new CutoverError('LEDGER_MOVED', { store: 's', seq: 2 }),
        new CutoverError('STORE_LOCKED', { store: 's', reason: 'held' }),
      ].map(codeOf),
    ).toEqual([1, 1, 1, 1]);
    expect(codeOf(new CutoverError('STORE_STATEMENT_FAILED', { store: 's', reason: 'no' }))).toBe(2);
  });
});

it('the version is said by either name', async () => {
  const run = commandLine(temporaryFolder());
  for (const name of ['--version', '-v']) expect(await run(name)).toEqual({ code: 0, out: `${CUTOVER_VERSION}\n`, err: '' });
});
