import { resolve } from 'node:path';
import { ledgerHeads } from '../live/ledger/heads.ts';
import { CERTIFICATE_DAYS, type CertificateOptions } from '../run/certificate.ts';
import type { ArgsOf } from './command.ts';
import type { Host } from './host.ts';
import { NUMBER, TEXT } from './options.ts';

/** Options of every command that writes a certificate. */
export const CERTIFICATE = {
  'sign-key': {
    ...TEXT,
    describe: 'Sign the certificate with this ed25519 key (PEM); CUTOVER_SIGNING_KEY holds one otherwise',
  },
  'certificate-days': { ...NUMBER, default: CERTIFICATE_DAYS, describe: 'Days that the certificate holds' },
} as const;

export function certificateOptions(host: Host, args: ArgsOf<typeof CERTIFICATE>): CertificateOptions {
  const key = args['sign-key'];
  return { days: args['certificate-days'], signKey: key === undefined ? null : resolve(host.cwd, key), ledgers: ledgerHeads };
}
