import type { Sha256 } from '../core/brand.ts';
import { sha256Json } from '../core/hash.ts';
import { loadDataset } from '../dataset/load.ts';
import type { Certificate, CertificatePredicate } from '../model/certificate.ts';
import { SIDES } from '../model/version.ts';
import { settingsHash } from '../project/settings.ts';
import { isSignedBy, publicKey, type ReadCertificate, readCertificate } from '../proof/certificate.ts';
import { isHead, readLedger } from '../proof/chain.ts';
import { readText } from '../system/files.ts';
import { driftOf } from './migrate/columns/drift.ts';
import { whatLacks } from './migrate/columns/start.ts';
import { type StoreAccess, type StoreOptions, withStore } from './store-access.ts';

/** One thing that must match. */
export interface VerifyCheck {
  readonly id: 'signature' | 'verdict' | 'expiry' | 'waivers' | 'policy' | 'settings' | 'weights' | 'data' | 'ledger' | 'tags' | 'drift';
  readonly title: string;
  readonly passed: boolean;
  readonly found: string;
  /** Empty when passed. */
  readonly next: string;
}

export interface VerifyOptions extends StoreOptions {
  /** Absolute path. */
  readonly certificate: string;
  /** PEM file of the key that must have signed; null for none. */
  readonly publicKey: string | null;
  readonly allowUnsigned: boolean;
  /** Days that a certificate may hold at most, whatever it says of itself; {@link MOST_DAYS} unless given. */
  readonly maxDays?: number;
}

/** Corpora and clients drift: a certificate that claims to hold for years was made to outlive a policy. */
export const MOST_DAYS = 92;

export interface Verification {
  readonly checks: readonly VerifyCheck[];
  readonly certificate: Certificate;
  readonly hash: Sha256;
}

export function failures(checks: readonly VerifyCheck[]): VerifyCheck[] {
  return checks.filter(({ passed }) => !passed);
}

/** `cutover verify`: the step before a deployment. */
export async function verify(options: VerifyOptions): Promise<Verification> {
  return withStore(options, (access) => verifyCertificate(access, options));
}

/**
 * Every check, whatever the others say.
 * @param behind rows of a table that can't be brought up to date, in words, where a pass just looked; null to count them
 * @throws CutoverError CERTIFICATE_INVALID, KEY_INVALID, LEDGER_EDITED
 */
export async function verifyCertificate(
  access: StoreAccess,
  options: VerifyOptions,
  behind: readonly string[] | null = null,
): Promise<Verification> {
  const read = readCertificate(await readText(options.certificate), options.certificate);
  const { predicate } = read.certificate;
  const checks = [
    await signature(read, options),
    check(
      'verdict',
      'Verdict',
      predicate.verdict.outcome === 'pass',
      `the evaluation came out as ${predicate.verdict.outcome}`,
      'Only a passed evaluation is promoted: see its report.',
    ),
    expiry(predicate, options),
    waivers(predicate, options.asOf),
    check(
      'policy',
      'Policy',
      predicate.policy.sha256 === sha256Json(access.config.policy),
      'the policy of the certificate and that of the configuration',
      'Evaluate again under the policy that holds now: `cutover run`.',
      true,
    ),
    await settings(access, predicate, options),
    await weights(access, predicate),
    await data(access, predicate),
    await ledger(access, predicate),
    await tags(access, predicate, behind),
    ...(await drift(access)),
  ];
  return { checks, certificate: read.certificate, hash: read.hash };
}

/** @param compared words `found` as a comparison: the same, or not the same */
function check(id: VerifyCheck['id'], title: string, passed: boolean, found: string, next: string, compared = false): VerifyCheck {
  return { id, title, passed, found: compared ? `${found} are ${passed ? '' : 'not '}the same` : found, next: passed ? '' : next };
}

async function signature({ envelope }: ReadCertificate, { publicKey: file, allowUnsigned }: VerifyOptions): Promise<VerifyCheck> {
  const result = (passed: boolean, found: string, next = '') => check('signature', 'Signature', passed, found, next);
  if (envelope === null)
    return result(
      allowUnsigned && file === null,
      'it is not signed',
      'Sign it: `cutover run --sign-key`; or accept that anyone may have written it: --allow-unsigned, without --public-key.',
    );
  if (file === null) return result(false, 'it is signed, but no key was given to check it with', 'Name the public key: --public-key.');
  const good = isSignedBy(envelope, publicKey(await readText(file), file));
  return result(
    good,
    good ? 'it is signed by that key' : 'it is not signed by that key, or was changed afterwards',
    'Get the certificate from the run itself; check that the key is the right one.',
  );
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

function expiry({ issued, expires }: CertificatePredicate, { asOf, maxDays = MOST_DAYS }: VerifyOptions): VerifyCheck {
  const days = (Date.parse(expires) - Date.parse(issued)) / 86_400_000;
  const areDates = DATE.test(issued) && DATE.test(expires) && days >= 0;
  const holds = areDates && issued <= asOf && asOf <= expires;
  const words = `it holds from ${issued} to ${expires}; today is ${asOf}`;
  return check(
    'expiry',
    'Expiry',
    holds && days <= maxDays,
    holds && days > maxDays ? `${words}; no more than ${maxDays} days are accepted` : words,
    !areDates || asOf > expires || days > maxDays ? 'Evaluate again: `cutover run`.' : 'It is of the future: check the clock.',
  );
}

/** A pass that a waiver made is one as long as the waiver holds. */
function waivers({ waivers: taken = [] }: CertificatePredicate, asOf: string): VerifyCheck {
  const expired = taken.filter(({ expires }) => expires < asOf);
  return check(
    'waivers',
    'Waivers',
    expired.length === 0,
    expired.length === 0
      ? `${taken.length === 0 ? 'no waiver was' : 'every waiver is still'} in force`
      : expired.map(({ rule, owner, expires }) => `${rule} was waived by ${owner} until ${expires}`).join('; '),
    'Evaluate again: the rules decide now, or the waiver is renewed by whoever answers for it.',
  );
}

/** What the policy is applied to: other consumers, another search or other files of its pipeline make another verdict. */
async function settings(
  { config }: StoreAccess,
  { settings: evaluated }: CertificatePredicate,
  options: VerifyOptions,
): Promise<VerifyCheck> {
  const same = evaluated?.sha256 === (await settingsHash(config, options));
  return check(
    'settings',
    'Settings',
    same,
    evaluated === undefined
      ? 'it does not say which consumers and search settings were evaluated'
      : 'consumers, search settings, and how the data set is read',
    'Evaluate again with the settings of now: `cutover run`.',
    evaluated !== undefined,
  );
}

async function weights(access: StoreAccess, predicate: CertificatePredicate): Promise<VerifyCheck> {
  if (predicate.new.decides.embedder === 'bridge')
    return check(
      'weights',
      'Versions',
      false,
      `the certificate is of vectors that a bridge carries over (${predicate.new.id}), and this store gets vectors of the new version itself`,
      'Take the certificate of the run (`certificate.json` in the report folder). Carried vectors need a separate index: write them with `carryDocument`, search them with `carryQuery`, under the tag of the bridge.',
    );
  const wrong: string[] = [];
  for (const side of SIDES) {
    const { tag, spec } = await access.version(side);
    if (tag !== predicate[side].fingerprint)
      wrong.push(
        `${side} version: ${spec.id} is ${tag.slice(0, 12)} here, ${predicate[side].id} was ${predicate[side].fingerprint.slice(0, 12)}`,
      );
  }
  return check(
    'weights',
    'Versions',
    wrong.length === 0,
    wrong.length === 0 ? 'both versions are, by the hash of their weights and settings, those that were evaluated' : wrong.join('; '),
    'Deploy what was evaluated, or evaluate what is deployed.',
  );
}

async function data(access: StoreAccess, { dataset }: CertificatePredicate): Promise<VerifyCheck> {
  const { hashes } = await loadDataset(access.config.dataset);
  const other = (['corpus', 'queries', 'qrels'] as const).filter((key) => hashes[key] !== dataset.hashes[key]);
  return check(
    'data',
    'Data set',
    other.length === 0,
    other.length === 0 ? `${dataset.name} is the one that was evaluated` : `another ${other.join(' and ')} than was evaluated`,
    'Evaluate again on the data set of now: `cutover run`.',
  );
}

/** The chain must hold the entry that was its head then, at its place; it may have grown since. */
async function ledger(access: StoreAccess, { ledgers }: CertificatePredicate): Promise<VerifyCheck> {
  const { store } = access;
  const entries = await readLedger(store.ledger, store.title);
  const bound = ledgers[store.spec.name];
  const next = 'Evaluate again, with this store in the configuration: `cutover run` binds the certificate to its ledger.';
  if (bound === undefined) return check('ledger', 'Ledger', false, `the certificate does not name the ledger of ${store.spec.name}`, next);
  const same = isHead(bound) && (bound.seq === 0 || entries[bound.seq - 1]?.hash === bound.head);
  return check(
    'ledger',
    'Ledger',
    same,
    same
      ? `it goes on from entry ${bound.seq}, which the certificate names`
      : `entry ${bound.seq} is not the one that the certificate names: the ledger was rewritten`,
    'Restore the ledger. Nothing it says can be relied on.',
  );
}

async function tags(access: StoreAccess, predicate: CertificatePredicate, behind: readonly string[] | null): Promise<VerifyCheck> {
  const lacking = behind ?? (await whatLacks({ store: access.store }, predicate.new.fingerprint)).reasons;
  const busy = behind === null ? '' : ', but for those that changed just now';
  return check(
    'tags',
    'Tags',
    lacking.length === 0,
    lacking.length === 0 ? `every row that has a vector has one of the new version and of its text of now${busy}` : lacking.join('; '),
    'Run `cutover migrate follow --once`, and `cutover audit`.',
  );
}

/** How far a table has moved from the corpus that was evaluated: a figure, and a limit where the policy has one. */
async function drift(access: StoreAccess): Promise<VerifyCheck[]> {
  const { added, changed, removed, share } = await driftOf(access, 'current');
  const limit = access.config.policy.storeDrift;
  const found = `${(100 * share).toFixed(1)} % of the documents are not those that were evaluated: ${added} added, ${changed} changed, ${removed} removed`;
  return [
    check(
      'drift',
      'Drift',
      limit === undefined || share <= limit,
      limit === undefined ? found : `${found}; the policy allows ${100 * limit} %`,
      'Evaluate again on the documents of now: export them, and `cutover run`.',
    ),
  ];
}
