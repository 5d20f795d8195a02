import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/dataset/load.ts';
import { readNpy } from '../../src/formats/npy.ts';
import { readCertificate } from '../../src/proof/certificate.ts';
import { isSignedBy, publicKey, signEnvelope } from '../../src/proof/dsse.ts';
import { daysHeld, expiredWaivers } from '../../src/proof/validity.ts';
import { BumpProject } from '../cli/bump-project.ts';
import { temporaryFolder } from '../temporary-folder.ts';

// What an attack found sound, and what has to stay so.

describe('a signature', () => {
  const keys = () => generateKeyPairSync('ed25519');
  const TYPE = 'application/vnd.in-toto+json';
  const own = keys();
  const signed = signEnvelope('{"a":1}', TYPE, own.privateKey);

  it.each([
    ['of another key', { ...signed, signatures: signEnvelope('{"a":1}', TYPE, keys().privateKey).signatures }],
    ['over another payload', { ...signed, payload: Buffer.from('{"a":2}').toString('base64') }],
    ['over another type', { ...signed, payloadType: 'application/json' }],
    ['that is none', { ...signed, signatures: [] }],
    ['that is null', { ...signed, signatures: [null as never] }],
    ['without bytes', { ...signed, signatures: [{ keyid: 'x' } as never] }],
  ])('%s is refused', (_, envelope) => {
    expect(isSignedBy(signed, own.publicKey)).toBe(true);
    expect(isSignedBy(envelope, own.publicKey)).toBe(false);
  });

  it('by a key of another kind is refused', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }) as string;
    expect(() => publicKey(rsa, 'rsa.pem')).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
  });

  it('counts for the payload alone, whatever stands beside it', () => {
    const both = { ...signed, _type: 'https://in-toto.io/Statement/v1', predicate: { expires: '2099-01-01' } };
    expect(() => readCertificate(JSON.stringify(both), 'c.json')).toThrow(expect.objectContaining({ code: 'CERTIFICATE_INVALID' }));
  });
});

describe('dates of a certificate', () => {
  it.each([
    ['', '2026-01-31'],
    ['2026-01-31', 'zzzz'],
    ['2026-01-31', '2026-01-30'],
    ['2026-01-31', '2026-01-31T00:00'],
  ])('%s to %s hold no day', (issued, expires) => expect(daysHeld({ issued, expires })).toBeNaN());

  it('of a waiver that are none have expired', () => {
    const waiver = { rule: 'r', owner: 'o', reason: 'x', expires: undefined as never };
    expect(expiredWaivers({ waivers: [waiver as never] }, '2026-01-31')).toHaveLength(1);
  });
});

describe('a policy that decides nothing', () => {
  it.each([
    'rules: []',
    'rules:\n  - { metric: nDCG@10, nonInferior: .nan }',
    'rules:\n  - { metric: nDCG@10, nonInferior: .inf }',
    'rules:\n  - { metric: nDCG@10, nonInferior: 1 }',
    'rules:\n  - { metric: nDCG@10, nonInferior: 0.2, severity: warn }',
    'rules:\n  - { metric: nDCG@10, nonInferior: 0.2, nonInferior: 0.9 }',
    'minimumNeeds: 1e9\nrules:\n  - { metric: nDCG@10, noHarm: 0.2 }',
    'rules: &a\n  - { metric: nDCG@10, nonInferior: 0.2 }\nother: *a',
    '__proto__: { rules: [] }',
    'constructor: 1\nrules:\n  - { metric: nDCG@10, nonInferior: 0.2 }',
  ])('never passes a bad version: %s', async (text) => {
    const project = new BumpProject();
    project.configure('one', 'flaw');
    project.write('policy.yaml', `${text}\n`);
    const { code } = await project.run('run');
    expect([1, 2, 3]).toContain(code);
  });
});

describe('rows that name what every object has', () => {
  it('are read as they are', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'qrels'));
    const line = (row: object) => `${JSON.stringify(row)}\n`;
    writeFileSync(
      join(folder, 'corpus.jsonl'),
      '{"_id":"__proto__","text":"a","metadata":{"__proto__":"x"}}\n{"_id":"constructor","text":"b","metadata":{"__proto__":"y"}}\n',
    );
    writeFileSync(join(folder, 'queries.jsonl'), line({ _id: 'toString', text: 'a', metadata: { constructor: 'f', valueOf: 'g' } }));
    writeFileSync(join(folder, 'qrels', 'test.tsv'), 'query-id\tcorpus-id\tscore\ntoString\t__proto__\t1\ntoString\tconstructor\t2\n');
    const { documents, queries, qrels } = await loadDataset(folder);
    expect(documents.map(({ id }) => id)).toEqual(['__proto__', 'constructor']);
    expect(queries[0]).toMatchObject({ id: 'toString' });
    expect([...(qrels?.get('toString') ?? [])].sort()).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('.npy', () => {
  const file = (header: string, body = new Uint8Array(16)) => {
    const head = `${header}${' '.repeat(63 - ((10 + header.length) % 64))}\n`;
    const start = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, head.length & 255, head.length >> 8];
    const path = join(temporaryFolder(), 'a.npy');
    writeFileSync(path, Buffer.concat([Buffer.from(start), Buffer.from(head), body]));
    return path;
  };
  const header = (shape: string, type = '<f4') => `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`;

  it.each([
    header('(100000000000000000000, 2)'),
    header('(-2, 2)'),
    header('(0, 0)'),
    header('(2, 4294967296)'),
    header('(2, 2)', '|O'),
    "{'descr': '<f4', 'fortran_order': __import__('os'), 'shape': (2, 2)}",
    "{'descr': '<f4'",
  ])('%s is refused', async (text) => {
    const read = async () => {
      for await (const _ of readNpy(file(text)));
    };
    await expect(read()).rejects.toMatchObject({ code: 'NPY_MALFORMED' });
  });
});
