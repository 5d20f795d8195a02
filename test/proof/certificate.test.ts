import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Fingerprint, Sha256 } from '../../src/core/brand.ts';
import { sha256 } from '../../src/core/hash.ts';
import type { Certificate, CertificatePredicate, Envelope } from '../../src/model/certificate.ts';
import {
  certificateOf,
  certificateText,
  isSignedBy,
  privateKey,
  publicKey,
  readCertificate,
  signEnvelope,
} from '../../src/proof/certificate.ts';

const hash = (letter: string) => letter.repeat(64) as Sha256;
const version = (id: string, letter: string) => ({ id, fingerprint: hash(letter) as string as Fingerprint, verifiable: true, decides: {} });

const PREDICATE: CertificatePredicate = {
  cutoverVersion: '0.0.0',
  old: version('one', 'a'),
  new: version('two', 'b'),
  dataset: { name: 'helpdesk', hashes: { corpus: hash('c'), queries: hash('c'), qrels: hash('c') } },
  policy: { sha256: hash('d') },
  evaluation: { sha256: hash('e') },
  verdict: { sha256: hash('f'), outcome: 'pass', headline: 'Pass.' },
  waivers: [],
  issued: '2026-01-01',
  expires: '2026-02-01',
  ledgers: {},
};
const { privateKey: secret, publicKey: open } = generateKeyPairSync('ed25519');
const key = privateKey(secret.export({ type: 'pkcs8', format: 'pem' }).toString(), 'key.pem');
const check = publicKey(open.export({ type: 'spki', format: 'pem' }).toString(), 'key.pub');

const certificate = certificateOf(PREDICATE);
/** The bare statement with something else in it. */
const changed = (change: object): string => JSON.stringify({ ...certificate, ...change });

describe('a certificate', () => {
  it('is read as it was written, bare or signed, with the hash of its file', () => {
    const bare = certificateText(certificate, null);
    expect(readCertificate(bare, 'c.json')).toEqual({ certificate, envelope: null, hash: sha256(bare) });
    const signed = certificateText(certificate, key);
    const { envelope, ...read } = readCertificate(signed, 'c.json');
    expect(read).toEqual({ certificate, hash: sha256(signed) });
    expect(isSignedBy(envelope as Envelope, check)).toBe(true);
  });

  it('names the new version and the verdict by their digests', () => {
    expect(certificate.subject.map(({ name, digest }) => [name, digest.sha256])).toEqual([
      ['two', hash('b')],
      ['verdict.json', hash('f')],
    ]);
  });

  it.each(['old', 'new', 'dataset', 'policy', 'verdict', 'expires'] as const)('is refused without the %s of its predicate', (part) => {
    const { [part]: _, ...rest } = PREDICATE;
    expect(() => readCertificate(changed({ predicate: rest }), 'c.json')).toThrow(
      'c.json is not a certificate: a part of its predicate is missing',
    );
  });

  const [subject, verdict] = certificate.subject as [Certificate['subject'][number], Certificate['subject'][number]];
  const other = { digest: { sha256: hash('0') } };
  it.each([
    ['no subjects', undefined],
    ['another version as its subject', [{ ...subject, ...other }, verdict]],
    ['another verdict as its subject', [subject, { ...verdict, ...other }]],
    ['its subjects exchanged', [verdict, subject]],
  ])('is refused with %s', (_, subjects) => {
    expect(() => readCertificate(changed({ subject: subjects }), 'c.json')).toThrow(
      /its subjects are not those that its predicate speaks of/,
    );
  });

  it.each([
    ['of another predicate', { predicateType: 'https://slsa.dev/provenance/v1' }, /its predicate is https:\/\/slsa\.dev/],
    ['of no predicate', { predicateType: undefined }, /its predicate is undefined/],
    ['of another kind of statement', { _type: 'https://in-toto.io/Statement/v0.1' }, /it is no in-toto statement/],
  ])('is refused where it is %s', (_, change, message) => {
    expect(() => readCertificate(changed(change), 'c.json')).toThrow(message);
  });

  it('of a later version asks for a later cutover', () => {
    const later = changed({ predicateType: certificate.predicateType.replace(/v1$/, 'v2') });
    expect(() => readCertificate(later, 'c.json')).toThrow(expect.objectContaining({ code: 'ARTIFACT_NEWER' }));
  });

  it('is refused in an envelope of another kind, whoever signed it', () => {
    const envelope = signEnvelope(JSON.stringify(certificate), 'text/plain', key);
    expect(() => readCertificate(JSON.stringify(envelope), 'c.json')).toThrow(
      /its payload is text\/plain, not application\/vnd\.in-toto\+json/,
    );
  });
});
