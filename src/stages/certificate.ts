import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { readText, writeFileAtomic } from '../artifact/files.ts';
import { sha256 } from '../artifact/hash.ts';
import type { Certificate, CertifiedVersion } from '../contract/certificate.ts';
import type { Config } from '../contract/config.ts';
import type { Evaluation, VersionRecord } from '../contract/evaluation.ts';
import type { Verdict } from '../contract/verdict.ts';
import { reasonOf } from '../errors.ts';
import { certificateOf, certificateText } from '../ledger/certificate.ts';
import { type Head, headOf, readLedger } from '../ledger/chain.ts';
import { privateKey } from '../ledger/dsse.ts';
import { VERDICT_FILE } from './gate.ts';
import { readEvaluation } from './measure.ts';
import { CUTOVER_VERSION, type StageOptions } from './workspace.ts';

export const CERTIFICATE_FILE = 'certificate.json';
/** Days that a certificate holds unless told otherwise: corpora and clients drift. */
export const CERTIFICATE_DAYS = 30;
const KEY_VARIABLE = 'CUTOVER_SIGNING_KEY';

/** How long a certificate holds, and who signs it. */
export interface CertificateOptions {
  readonly days: number;
  /** PEM file of an ed25519 key; null for that of the environment, if any. */
  readonly signKey: string | null;
}

/** How a run's certificate is made. */
export interface Certifying {
  readonly days: number;
  /** null leaves it unsigned. */
  readonly key: KeyObject | null;
}

/** Reads the key before the run: one that cannot sign should not be found out after hours. @throws CutoverError KEY_INVALID, FILE_* */
export async function certifying({ days, signKey }: CertificateOptions, env: StageOptions['env']): Promise<Certifying> {
  const pem = signKey === null ? (env[KEY_VARIABLE] ?? '') : await readText(signKey);
  return { days, key: pem === '' ? null : privateKey(pem, signKey ?? `the environment variable ${KEY_VARIABLE}`) };
}

/**
 * Writes certificate.json: what was evaluated, against what, and how it came out; signed where a key is at hand.
 * @returns its path; null where runs were compared rather than versions
 * @throws CutoverError FILE_UNWRITABLE, LEDGER_EDITED
 */
export async function certify(config: Config, verdict: Verdict, { days, key }: Certifying, options: StageOptions): Promise<string | null> {
  const { evaluation } = await readEvaluation(config.output);
  if (evaluation.versions === null) return null;
  const verdictHash = sha256(await readText(join(config.output, VERDICT_FILE)));
  const certificate = certificateFor(evaluation, verdict, verdictHash, days, await ledgerHeads(config, options, 'the certificate'));
  const file = join(config.output, CERTIFICATE_FILE);
  await writeFileAtomic(file, certificateText(certificate, key));
  return file;
}

function certificateFor(
  evaluation: Evaluation,
  verdict: Verdict,
  verdictHash: ReturnType<typeof sha256>,
  days: number,
  ledgers: Record<string, Head>,
): Certificate {
  const { versions, dataset } = evaluation;
  if (versions === null) throw new TypeError('A certificate is of two versions.');
  return certificateOf({
    cutoverVersion: CUTOVER_VERSION,
    old: certified(versions.old),
    new: certified(versions.new),
    dataset: { name: dataset.name, hashes: dataset.hashes },
    policy: { sha256: verdict.policyHash },
    evaluation: { sha256: verdict.evaluation },
    verdict: { sha256: verdictHash, outcome: verdict.outcome, headline: verdict.headline },
    waivers: verdict.policy.waivers.filter(({ expires }) => expires >= verdict.asOf),
    issued: verdict.asOf,
    expires: dayAfter(verdict.asOf, days),
    ledgers,
  });
}

function certified({ id, fingerprint, verifiable, decides }: VersionRecord): CertifiedVersion {
  return { id, fingerprint, verifiable, decides };
}

function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Where each store's ledger ends; a store that can't be reached here is left out, and said so. @param what binds them, in words */
export async function ledgerHeads(
  config: Config,
  { env, console }: Pick<StageOptions, 'env' | 'console'>,
  what: string,
): Promise<Record<string, Head>> {
  const heads: Record<string, Head> = {};
  for (const spec of config.stores) {
    try {
      const { openLiveStore } = await import('../store/registry.ts');
      const store = await openLiveStore(spec, { env });
      heads[spec.name] = await readLedger(store.ledger, store.title)
        .then(headOf)
        .finally(() => store.close());
    } catch (error) {
      console.warn(`${what} does not bind the store ${spec.name}: ${reasonOf(error)}`);
    }
  }
  return heads;
}
