import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Fingerprint, Sha256 } from '../../src/core/brand.ts';
import { canonicalJson, sha256Json } from '../../src/core/hash.ts';
import { isOver, mayFollow, standingOf } from '../../src/live/ledger/states.ts';
import type { LedgerEntry, LedgerStorage, MigrationState } from '../../src/model/ledger.ts';
import { isSignedBy, privateKey, publicKey, readCertificate, signEnvelope } from '../../src/proof/certificate.ts';
import { appendEntry, headOf, type Proposal, readLedger } from '../../src/proof/chain.ts';

const OLD = 'a'.repeat(64) as Fingerprint;
const NEW = 'b'.repeat(64) as Fingerprint;

/** Lines in memory; a store keeps them for real in the tests of the stores. */
function storage(lines: string[] = []): LedgerStorage & { readonly lines: string[] } {
  return {
    lines,
    read: async () => lines,
    append: async (line) => {
      lines.push(line);
    },
    exclusively: (work) => work(),
  };
}

const step = (state: MigrationState, live: Fingerprint | null): Proposal => ({
  event: { type: 'migration', migration: 'm1', state },
  from: OLD,
  to: NEW,
  live,
  snapshot: { tags: { [OLD]: { rows: 3, hash: 'c'.repeat(64) as Sha256 } } },
});

async function written(): Promise<string[]> {
  const to = storage();
  for (const [i, state] of (['registered', 'backfilled', 'evaluated', 'cut-over'] as const).entries())
    await appendEntry(to, 's', await readLedger(to, 's'), step(state, state === 'cut-over' ? NEW : OLD), `2026-01-0${i + 1}T00:00:00.000Z`);
  return to.lines;
}

describe('the chain', () => {
  it('is read back as it was written, and says how far a store is', async () => {
    const entries = await readLedger(storage(await written()), 's');
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(headOf(entries)).toEqual({ seq: 4, head: entries[3]?.hash });
    expect(standingOf(entries)).toMatchObject({ live: NEW, migration: { id: 'm1', state: 'cut-over', from: OLD, to: NEW } });
    expect(standingOf(entries).migration?.entries).toHaveLength(4);
    expect(headOf([]).head).toBe('0'.repeat(64));
  });

  const edits: readonly [string, (lines: string[]) => string[], RegExp][] = [
    ['a changed value', (lines) => lines.with(1, (lines[1] ?? '').replace('"rows":3', '"rows":4')), /line 2: its hash/],
    ['a line taken out', (lines) => lines.toSpliced(1, 1), /line 2: it says it is line 3/],
    ['two lines exchanged', ([a = '', b = '', ...rest]) => [b, a, ...rest], /line 1/],
    ['a cut line', (lines) => lines.with(3, (lines[3] ?? '').slice(0, 50)), /line 4: it is not whole/],
    ['a line that is no entry', (lines) => [...lines, 'null'], /line 5: it is not whole/],
  ];
  it.each(edits)('is refused after %s', async (_, edit, message) => {
    const lines = edit(await written());
    await expect(readLedger(storage(lines), 's')).rejects.toMatchObject({ code: 'LEDGER_EDITED' });
    await expect(readLedger(storage(lines), 's')).rejects.toThrow(message);
  });

  /** Somebody who knows how a line is hashed, and writes one that says something else. */
  const forged = (line: string, said: object): string => {
    const { hash: _, ...rest } = { ...(JSON.parse(line) as LedgerEntry), ...said };
    return canonicalJson({ ...rest, hash: sha256Json(rest) });
  };
  const forgeries: readonly [string, object, string][] = [
    ['is older than the one before', { at: '2026-01-02T23:59:59.999Z' }, 'line 4: it is older than the line before it'],
    ['follows another line', { previous: 'd'.repeat(64) }, 'line 4: the line before it is another one'],
    ['is at another place', { seq: 5 }, 'line 4: it says it is line 5'],
    ['is of another schema version', { schemaVersion: 0 }, 'line 4: it is of another schema version'],
  ];
  it.each(forgeries)('is refused with a line of the right hash that %s', async (_, said, message) => {
    const lines = await written();
    const last = lines.at(-1) ?? '';
    await expect(readLedger(storage(lines.with(3, forged(last, said))), 's')).rejects.toThrow(message);
    expect(await readLedger(storage(lines.with(3, forged(last, { at: '2026-01-03T00:00:00.000Z' }))), 's')).toHaveLength(4);
  });

  it('of a later cutover is left to a later cutover', async () => {
    const lines = await written();
    const later = lines.with(3, forged(lines.at(-1) ?? '', { schemaVersion: 2 }));
    await expect(readLedger(storage(later), 's')).rejects.toMatchObject({ code: 'ARTIFACT_NEWER' });
  });

  it('without entries has neither a live version nor a migration', () => {
    expect(standingOf([])).toEqual({ live: null, migration: null });
  });

  it('does not go back in time', async () => {
    const to = storage(await written());
    const entries = await readLedger(to, 's');
    await expect(appendEntry(to, 's', entries, step('retired', NEW), '2025-12-31T00:00:00.000Z')).rejects.toMatchObject({
      code: 'LEDGER_CLOCK',
    });
    expect(to.lines).toHaveLength(4);
  });
});

it('allows the steps of a migration in their order only', () => {
  expect(mayFollow('registered', 'backfilling')).toBe(true);
  expect(mayFollow('backfilling', 'cut-over')).toBe(false);
  expect(mayFollow('backfilled', 'cut-over')).toBe(false);
  expect(mayFollow('cut-over', 'rolled-back')).toBe(true);
  expect(mayFollow('retired', 'rolled-back')).toBe(false);
  expect([isOver('retired'), isOver('cut-over'), isOver('rolled-back')]).toEqual([true, false, false]);
  // Both versions are there until one is dropped.
  expect(mayFollow('rolled-back', 'cut-over')).toBe(true);
});

describe('a signature', () => {
  const { privateKey: key, publicKey: pub } = generateKeyPairSync('ed25519');
  const pem = { key: key.export({ type: 'pkcs8', format: 'pem' }).toString(), pub: pub.export({ type: 'spki', format: 'pem' }).toString() };

  it('covers type and payload', () => {
    const envelope = signEnvelope('{"a":1}', 'text/x', privateKey(pem.key, 'k'));
    const check = publicKey(pem.pub, 'p');
    expect(isSignedBy(envelope, check)).toBe(true);
    expect(isSignedBy({ ...envelope, payloadType: 'text/y' }, check)).toBe(false);
    expect(isSignedBy({ ...envelope, payload: Buffer.from('{"a":2}').toString('base64') }, check)).toBe(false);
    expect(isSignedBy({ ...envelope, signatures: [] }, check)).toBe(false);
  });

  it('needs an ed25519 key, and never shows what was given instead', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => privateKey(rsa, 'a.pem')).toThrow(/a\.pem cannot be used: its type is rsa/);
    expect(() => privateKey('s3cret', 'a.pem')).toThrow(expect.not.stringContaining('s3cret'));
  });
});

it('reads no file that is not a certificate', () => {
  for (const text of [
    '',
    '{}',
    '[]',
    '{"_type":"https://in-toto.io/Statement/v1"}',
    '{"payload":"e30=","payloadType":"text/x","signatures":[]}',
  ])
    expect(() => readCertificate(text, 'c.json')).toThrow(/c\.json is not a certificate/);
});
