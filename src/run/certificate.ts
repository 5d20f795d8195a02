import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import { sha256 } from '../core/hash.ts';
import type { Certificate, CertifiedVersion } from '../model/certificate.ts';
import type { Config } from '../model/config.ts';
import type { Evaluation, VersionRecord } from '../model/evaluation.ts';
import type { Verdict } from '../model/verdict.ts';
import { settingsHash } from '../project/settings.ts';
import { CUTOVER_VERSION, type StageOptions } from '../project/workspace.ts';
import { certificateOf, certificateText, privateKey } from '../proof/certificate.ts';
import type { Head } from '../proof/chain.ts';
import { readText, writeFileAtomic } from '../system/files.ts';
import { readVerdict, VERDICT_FILE } from './gate.ts';
import { readEvaluation } from './measure.ts';

export const CERTIFICATE_FILE = 'certificate.json';
/** Days that a certificate holds unless told otherwise: corpora and clients drift. */
export const CERTIFICATE_DAYS = 30;
const KEY_VARIABLE = 'CUTOVER_SIGNING_KEY';

/** How long a certificate holds, and who signs it. */
export interface CertificateOptions {
  readonly days: number;
  /** PEM file of an ed25519 key; null for that of the environment, if any. */
  readonly signKey: string | null;
  /** Where each store's ledger ends: `ledgerHeads` of the live wing, which no evaluation imports. */
  readonly ledgers: LedgerHeads;
}

/** Reads where each store's ledger ends. @param what binds the heads, in words */
export type LedgerHeads = (config: Config, options: Pick<StageOptions, 'env' | 'console'>, what: string) => Promise<Record<string, Head>>;

/** How a run's certificate is made. */
export interface Certifying {
  readonly days: number;
  /** null leaves it unsigned. */
  readonly key: KeyObject | null;
  readonly ledgers: LedgerHeads;
}

/** Reads the key before the run: one that cannot sign should not be found out after hours. @throws CutoverError KEY_INVALID, FILE_* */
export async function certifying({ days, signKey, ledgers }: CertificateOptions, env: StageOptions['env']): Promise<Certifying> {
  const pem = signKey === null ? (env[KEY_VARIABLE] ?? '') : await readText(signKey);
  return { days, key: pem === '' ? null : privateKey(pem, signKey ?? `the environment variable ${KEY_VARIABLE}`), ledgers };
}

/**
 * Writes certificate.json: what was evaluated, against what, and how it came out; signed where a key is at hand.
 * @returns its path; null where runs were compared rather than versions
 * @throws CutoverError FILE_UNWRITABLE, LEDGER_EDITED
 */
export async function certify(config: Config, verdict: Verdict, by: Certifying, options: CertifyOptions): Promise<string | null> {
  const { evaluation } = await readEvaluation(config.output);
  if (evaluation.versions === null) return null;
  const version = certified(evaluation.versions.new);
  return written(config, { evaluation, verdict, version, folder: config.output }, by, options);
}

/**
 * The same for vectors that are of neither version, such as those of a bridge that passes.
 * @returns the path of its certificate
 * @throws CutoverError FILE_UNWRITABLE, LEDGER_EDITED, ARTIFACT_MISSING
 */
export async function certifyVersion(
  config: Config,
  of: { readonly version: CertifiedVersion; readonly folder: string },
  by: Certifying,
  options: CertifyOptions,
): Promise<string> {
  const { evaluation } = await readEvaluation(config.output);
  return written(config, { ...of, evaluation, verdict: await readVerdict(config.output) }, by, options);
}

type CertifyOptions = Pick<StageOptions, 'env' | 'console' | 'keyPairs'>;

interface Certified {
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
  /** What the certificate is of. */
  readonly version: CertifiedVersion;
  readonly folder: string;
}

async function written(config: Config, of: Certified, { days, key, ledgers }: Certifying, options: CertifyOptions): Promise<string> {
  const verdictHash = sha256(await readText(join(config.output, VERDICT_FILE)));
  const settings = { sha256: await settingsHash(config, options) };
  const certificate = certificateFor(of, { verdictHash, settings, days }, await ledgers(config, options, 'the certificate'));
  const file = join(of.folder, CERTIFICATE_FILE);
  await writeFileAtomic(file, certificateText(certificate, key));
  return file;
}

function certificateFor(
  { evaluation, verdict, version }: Certified,
  { verdictHash, settings, days }: { verdictHash: Sha256; settings: { sha256: Sha256 }; days: number },
  ledgers: Record<string, Head>,
): Certificate {
  const { versions, dataset } = evaluation;
  if (versions === null) throw new TypeError('A certificate is of two versions.');
  return certificateOf({
    cutoverVersion: CUTOVER_VERSION,
    old: certified(versions.old),
    new: version,
    dataset: { name: dataset.name, hashes: dataset.hashes },
    policy: { sha256: verdict.policyHash },
    settings,
    evaluation: { sha256: verdict.evaluation },
    verdict: { sha256: verdictHash, outcome: verdict.outcome, headline: verdict.headline },
    waivers: verdict.policy.waivers.filter(({ expires }) => expires >= verdict.asOf),
    issued: verdict.asOf,
    expires: dayAfter(verdict.asOf, days),
    ledgers,
  });
}

function certified({ id, fingerprint, verifiable, decides, processors, canaries }: VersionRecord): CertifiedVersion {
  return {
    id,
    fingerprint,
    verifiable,
    decides,
    ...(processors === undefined ? {} : { processors }),
    ...(canaries === undefined ? {} : { canaries }),
  };
}

function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}
