import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { CutoverError, reasonOf } from '../core/errors.ts';
import type { Envelope } from '../model/certificate.ts';

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
