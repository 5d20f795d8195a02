import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Sha256 } from '../core/brand.ts';
import { CutoverError, reasonOf } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { refuseNewer } from '../core/schema-version.ts';
import type { Certificate, CertificatePredicate, Envelope } from '../model/certificate.ts';
import { parsedJson } from '../system/json.ts';

const STATEMENT = 'https://in-toto.io/Statement/v1';
const PREDICATE_STEM = 'https://cutover.dev/attestation/evaluation/v';
const PREDICATE_VERSION = 1;
const PREDICATE = `${PREDICATE_STEM}${PREDICATE_VERSION}`;
const PAYLOAD = 'application/vnd.in-toto+json';

/** What an evaluation says, as an in-toto statement. Its subjects are the new version and verdict.json. */
export function certificateOf(predicate: CertificatePredicate): Certificate {
  return {
    _type: STATEMENT,
    subject: [
      { name: predicate.new.id, digest: { sha256: predicate.new.fingerprint as string as Sha256 } },
      { name: 'verdict.json', digest: { sha256: predicate.verdict.sha256 } },
    ],
    predicateType: PREDICATE,
    predicate,
  };
}

/** The file's text: the bare statement, or a signed envelope around it. */
export function certificateText(certificate: Certificate, key: KeyObject | null): string {
  const statement = `${JSON.stringify(certificate, null, 2)}\n`;
  return key === null ? statement : `${JSON.stringify(signEnvelope(statement, PAYLOAD, key), null, 2)}\n`;
}

export interface ReadCertificate {
  readonly certificate: Certificate;
  /** null for a bare statement. */
  readonly envelope: Envelope | null;
  /** SHA-256 of the file. */
  readonly hash: Sha256;
}

/**
 * A certificate from its file's text.
 * @throws CutoverError CERTIFICATE_INVALID, ARTIFACT_NEWER
 */
export function readCertificate(text: string, file: string): ReadCertificate {
  const outer = parsedJson<Partial<Envelope & Certificate>>(text);
  const envelope = typeof outer?.payload === 'string' && Array.isArray(outer.signatures) ? (outer as Envelope) : null;
  if (envelope !== null && envelope.payloadType !== PAYLOAD) throw invalid(file, `its payload is ${envelope.payloadType}, not ${PAYLOAD}`);
  const inner =
    envelope === null ? (outer as Certificate | null) : parsedJson<Certificate>(Buffer.from(envelope.payload, 'base64').toString());
  if (inner?._type !== STATEMENT) throw invalid(file, 'it is no in-toto statement');
  const predicateType = String(inner.predicateType);
  if (predicateType.startsWith(PREDICATE_STEM)) refuseNewer(file, predicateType.slice(PREDICATE_STEM.length), PREDICATE_VERSION);
  if (inner.predicateType !== PREDICATE) throw invalid(file, `its predicate is ${String(inner.predicateType)}`);
  const { predicate, subject } = inner;
  const complete = [predicate?.old, predicate?.new, predicate?.dataset, predicate?.policy, predicate?.verdict, predicate?.expires].every(
    Boolean,
  );
  if (!complete) throw invalid(file, 'a part of its predicate is missing');
  const digests = subject?.map(({ digest }) => digest?.sha256) ?? [];
  if (digests[0] !== (predicate.new.fingerprint as string) || digests[1] !== predicate.verdict.sha256)
    throw invalid(file, 'its subjects are not those that its predicate speaks of');
  return { certificate: inner, envelope, hash: sha256(text) };
}

function invalid(file: string, reason: string): CutoverError {
  return new CutoverError('CERTIFICATE_INVALID', { file, reason });
}

/** What a signature covers: pre-authentication encoding. Source: DSSE v1.0.2, protocol.md. */
function encoded(type: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);
}

/** SHA-256 of the public key as SubjectPublicKeyInfo, hex: which key signed, not whether to trust it. */
function keyId(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/**
 * An ed25519 key in PEM.
 * @param where file or variable it came from, for messages; its content is never shown
 * @throws CutoverError KEY_INVALID
 */
export function privateKey(pem: string, where: string): KeyObject {
  return keyOf(() => createPrivateKey(pem), where);
}

/** @throws CutoverError KEY_INVALID */
export function publicKey(pem: string, where: string): KeyObject {
  return keyOf(() => createPublicKey(pem), where);
}

function keyOf(read: () => KeyObject, where: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw new CutoverError('KEY_INVALID', { where, reason: reasonOf(error) });
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new CutoverError('KEY_INVALID', { where, reason: `its type is ${key.asymmetricKeyType ?? 'secret'}` });
  return key;
}

/** Payload and one signature. Source: DSSE v1.0.2, envelope.md. */
export function signEnvelope(payload: string, payloadType: string, key: KeyObject): Envelope {
  const bytes = Buffer.from(payload);
  const sig = sign(null, encoded(payloadType, bytes), key).toString('base64');
  return { payloadType, payload: bytes.toString('base64'), signatures: [{ keyid: keyId(createPublicKey(key)), sig }] };
}

/** Whether any of the signatures is this key's over this payload. */
export function isSignedBy({ payload, payloadType, signatures }: Envelope, key: KeyObject): boolean {
  const bytes = encoded(payloadType, Buffer.from(payload, 'base64'));
  return signatures.some((one) => typeof one?.sig === 'string' && verify(null, bytes, key, Buffer.from(one.sig, 'base64')));
}
