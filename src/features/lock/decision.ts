import { sha256Json } from '../../core/hash.ts';
import type { DatasetHashes } from '../../model/dataset.ts';
import type { Change, ChangeState, LiveVersion, Lock, LockedVersion } from '../../model/lock.ts';
import type { Verdict } from '../../model/verdict.ts';
import { differences, sideWith, type Tree } from './tree.ts';

/** What is compared: the lock where the branch was made, the lock of the working tree, and what that tree holds. */
export interface Locks {
  readonly base: Lock | null;
  readonly working: Lock | null;
}

/**
 * Whether a working tree needs an evaluation, may go on without one, or holds something that the lock forbids.
 * Pure: the state model of docs/adr/0015. At least one of the two locks must be there.
 *
 * Nothing that the working tree's own lock says is taken for given: what is live, and what waits, the base says.
 * @param judge in what the working tree judges differently from the base, a line each
 */
export function decide(locks: Locks, tree: Tree, judge: readonly string[]): Change {
  const { base, working } = locks;
  const pinned = base ?? working;
  if (pinned === null) throw new TypeError('There is no lock to compare with.');
  if (working === null) return removed();
  const refused = foreignLock(working, pinned, tree) ?? cutAnchors(working, pinned);
  if (refused !== null) return refused;
  const facts = [...evidenceChange(working, pinned), ...waitingChange(working, pinned), ...ledgerChange(working, pinned), ...judge];
  const moved = working.live.fingerprint !== pinned.live.fingerprint;
  if (moved || !isSettled(pinned, tree))
    return tree.old.fingerprint === pinned.live.fingerprint ? bump(tree, facts) : stray(pinned.live, tree);
  if (working.policy !== tree.policy) return policyUnpinned(working, tree, facts);
  const claims = working.certificate !== null && (base === null || claimOf(working) !== claimOf(base));
  const isNew = tree.new.fingerprint === pinned.live.fingerprint;
  if (claims && isNew && tree.old.fingerprint !== tree.new.fingerprint)
    return change('evaluate', 'The lock changed, so what it claims is evaluated.', facts);
  if ((claims && !isNew) || !isDescribed(working.live, [pinned.live, tree.old, tree.new])) return unfounded(working, facts);
  if (judge.length > 0) return judgeChanged(pinned.live, facts);
  return change('unchanged', `No version changed: ${pinned.live.id} is live, as the lock says.`, [...facts, ...waitingFact(pinned, tree)]);
}

/** Whether a lock speaks of its version as one of these does; what it says of the machine is no name. */
function isDescribed(live: LiveVersion, known: readonly LiveVersion[]): boolean {
  const words = ({ id, fingerprint, names, verifiable, decides }: LiveVersion) =>
    sha256Json({ id, fingerprint, names, verifiable, decides });
  return known.some((version) => words(version) === words(live));
}

/** The live version stays, and the lock says of it what nothing here supports. */
function unfounded({ live, certificate }: Lock, facts: readonly string[]): Change {
  const claim =
    certificate === null ? `calls the live version ${live.id}` : `calls ${live.id} evaluated, by certificate ${certificate.sha256}`;
  return change(
    'lock-foreign',
    'The lock says something of the live version that neither the base nor the configuration supports.',
    [`the lock ${claim}`, ...facts],
    'Restore the lock of the base branch, or let `cutover lock` write it: it is never edited by hand.',
  );
}

function change(state: ChangeState, headline: string, facts: readonly string[] = [], next = ''): Change {
  return { state, headline, facts, next };
}

/** The new version is live; or the old one is, and the new one is what waited beside it when the base's lock was written. */
export function isSettled({ live, waiting }: Lock, tree: Tree): boolean {
  if (tree.new.fingerprint === live.fingerprint) return true;
  return tree.old.fingerprint === live.fingerprint && tree.new.fingerprint === waiting?.fingerprint;
}

function bump(tree: Tree, facts: readonly string[]): Change {
  return change('evaluate', `The version changes from ${tree.old.id} to ${tree.new.id}.`, [...differences(tree.old, tree.new), ...facts]);
}

/** What judges a bump is other than on the base, and no version is: nothing to evaluate, everything to review. */
function judgeChanged({ id }: LiveVersion, facts: readonly string[]): Change {
  return change(
    'judge-changed',
    `What judges a bump changed, and no version did: ${id} is live, as the lock says.`,
    facts,
    'Have it reviewed by whoever answers for search quality: name policy, data set, configuration and lock in CODEOWNERS. A bump comes in a later change, and is judged by this one once it is merged.',
  );
}

/** What a lock says of versions and policy: a ledger grows without an evaluation. */
function claimOf({ seal: _seal, ledgers: _ledgers, ...claim }: Lock): string {
  return sha256Json(claim);
}

function ledgerChange({ ledgers: now }: Lock, { ledgers: before }: Lock): string[] {
  return Object.entries(now).flatMap(([store, { seq }]) => {
    const was = before[store]?.seq ?? 0;
    return seq === was ? [] : [`ledger of ${store}: entry ${was} → ${seq}`];
  });
}

/** What a lock says that kept its version and pinned its policy again: nothing that was evaluated is lost by it. */
export const PINNED_AGAIN = 'the live version stayed, its policy was pinned again';

/** What the live version rests on, where it stays: a certificate that is gone, another reason for none, another machine. */
function evidenceChange(now: Lock, before: Lock): string[] {
  if (now.live.fingerprint !== before.live.fingerprint) return [];
  const rests = ({ certificate, unevaluated }: Lock) =>
    certificate === null ? `not evaluated: ${unevaluated}` : `certificate ${certificate.sha256.slice(0, 12)}`;
  const machine = ({ live: { processors, canaries } }: Lock) => sha256Json({ processors: processors ?? null, canaries: canaries ?? null });
  const isUsual = rests(now) === rests(before) || (before.certificate === null && now.unevaluated === PINNED_AGAIN);
  return [
    ...(isUsual ? [] : [`evidence of ${before.live.id}: ${rests(before)} → ${rests(now)}`]),
    ...(machine(now) === machine(before) ? [] : [`machine of ${before.live.id}: the lock says another one`]),
  ];
}

function waitingChange({ waiting: now }: Lock, { waiting: before }: Lock): string[] {
  const name = (version: LockedVersion | null) => (version === null ? 'nothing' : `${version.id} (${short(version)})`);
  return now?.fingerprint === before?.fingerprint ? [] : [`waiting beside the live version: ${name(before)} → ${name(now)}`];
}

/** What goes live waits no longer; another one may. */
function stillWaiting(now: Lock, before: Lock): string[] {
  return now.waiting === null ? [] : waitingChange(now, before);
}

/** A lock that pins less of a ledger than the base's would hide what was cut off it. */
function cutAnchors({ ledgers: now }: Lock, { ledgers: before }: Lock): Change | null {
  const cut = Object.entries(before).filter(([store, { seq, head }]) => {
    const pinned = now[store];
    // Whatever is no number is less, too.
    return !((pinned?.seq ?? -1) >= seq) || (pinned?.seq === seq && pinned.head !== head);
  });
  if (cut.length === 0) return null;
  return change(
    'ledger-rewritten',
    'The lock pins less of a ledger than that of the base.',
    cut.map(([store, { seq }]) => `${store}: entry ${seq} → ${now[store]?.seq ?? 'not pinned'}`),
    'Restore `ledgers` from the lock of the base branch: `cutover lock` keeps them.',
  );
}

/** Neither side is live. Under the names that the lock knows, that is a silent bump. */
function stray(live: LiveVersion, tree: Tree): Change {
  const namesake = [tree.new, tree.old].find((version) => isNamesake(version, live));
  if (namesake === undefined)
    return change(
      'not-live',
      `The lock says that ${live.id} is live, and the configuration compares ${tree.old.id} with ${tree.new.id}.`,
      [`${live.id} is ${short(live)}; old is ${short(tree.old)}, new is ${short(tree.new)}`],
      `Make ${live.id} the \`old\` version of the configuration: a candidate is compared with what it replaces.`,
    );
  return change(
    'silent-bump',
    `${namesake.id} is not what the lock pins: it changed under the same name, and the lock was not renewed.`,
    [`pinned as ${short(live)}, found as ${short(namesake)}`, ...differences(live, namesake)],
    'Restore what was pinned. If the change is meant, give it its own name or revision as `new`, keep the live version as `old`, evaluate both with `cutover run`, and write the lock with `cutover lock`.',
  );
}

/** Whether a version goes by the names of the pinned one. */
export function isNamesake(version: LiveVersion, live: LiveVersion): boolean {
  const { model, revision } = live.names;
  return model === undefined ? version.id === live.id : version.names.model === model && version.names.revision === revision;
}

function short({ fingerprint }: Pick<LiveVersion, 'fingerprint'>): string {
  return fingerprint.slice(0, 12);
}

function removed(): Change {
  return change('lock-removed', 'The base has a lock and the working tree has none.', [], 'Restore the lock from the base branch.');
}

/** A lock that moves the live version to something else than the configuration's new one. */
function foreignLock(working: Lock, pinned: Lock, tree: Tree): Change | null {
  const found = working.live.fingerprint;
  if (found === pinned.live.fingerprint || found === tree.new.fingerprint) return null;
  const held = sideWith(tree, found) === null ? 'neither version of the configuration is' : 'it is the old version of the configuration';
  return change(
    'lock-foreign',
    `The lock makes ${working.live.id} live, and ${held}.`,
    [`the lock says ${short(working.live)}; new is ${short(tree.new)}`],
    'Run `cutover run` and `cutover lock` on the configuration as it is now, and commit the lock with it.',
  );
}

/** The lock has to say that the policy changed, whatever else is asked. */
function policyUnpinned(working: Lock, tree: Tree, facts: readonly string[]): Change {
  return change(
    'policy-changed',
    'The policy is not the one that the lock pins, and no version changed.',
    [`pinned as ${working.policy.slice(0, 12)}, found as ${tree.policy.slice(0, 12)}`, ...facts],
    'Commit the lock that `cutover lock --init` writes for it: it keeps the live version and pins the policy of now.',
  );
}

function waitingFact({ live, waiting }: Lock, tree: Tree): string[] {
  if (waiting === null || tree.new.fingerprint === live.fingerprint) return [];
  return [`${waiting.id} (${waiting.fingerprint.slice(0, 12)}) is beside it and was never approved`];
}

/** What an evaluation found, as far as a lock has to agree with it. */
export interface Evaluated {
  readonly verdict: Pick<Verdict, 'outcome' | 'headline'>;
  readonly dataset: DatasetHashes;
}

/**
 * After the evaluation: whether the lock of the working tree says what was found. Pure.
 * @param judge in what the working tree judges differently from the base, a line each
 */
export function conclude({ base, working }: Locks, tree: Tree, { verdict, dataset }: Evaluated, judge: readonly string[]): Change {
  if (verdict.outcome !== 'pass')
    return change('not-passed', verdict.headline, judge, 'See the report. A lock is written after a pass only.');
  const wrong = lockFaults(working, tree, dataset);
  // A pass says nothing of what else the lock says.
  const besides = working === null || base === null ? [] : [...stillWaiting(working, base), ...ledgerChange(working, base)];
  if (wrong.length === 0) return change('locked', `${tree.new.id} passed the gate, and the lock says so.`, [...besides, ...judge]);
  return unlocked(`${tree.new.id} passed the gate, but the lock does not say so yet.`, [...wrong, ...judge]);
}

/** Without an evaluation: whether the lock goes with a change that needs one. The evaluation itself is CI's. */
export function check(working: Lock | null, tree: Tree, decided: Change): Change {
  if (decided.state !== 'evaluate') return decided;
  const wrong = lockFaults(working, tree, null);
  if (wrong.length === 0) return change('locked', `The lock says that ${tree.new.id} passed; CI evaluates it again.`, decided.facts);
  return unlocked(`The change needs an evaluation, and the lock does not say that ${tree.new.id} passed one.`, wrong);
}

function unlocked(headline: string, wrong: readonly string[]): Change {
  return change(
    'lock-missing',
    headline,
    wrong,
    'Run `cutover run` and `cutover lock`, and commit cutover.lock with this change; or download the report of this run and run `cutover lock --output <its folder>`.',
  );
}

/**
 * What a lock would have to say otherwise for the new version to be live by it.
 * @param dataset null where no data set was read
 */
export function lockFaults(working: Lock | null, tree: Tree, dataset: DatasetHashes | null): string[] {
  if (working === null) return ['there is no lock'];
  const { live, policy, certificate } = working;
  if (live.fingerprint !== tree.new.fingerprint) return [`the lock pins ${live.id} (${short(live)})`];
  const keys = ['corpus', 'queries', 'qrels'] as const;
  return [
    ...(isDescribed(live, [tree.new]) ? [] : [`the lock describes ${tree.new.id} in another way than the configuration does`]),
    ...(policy === tree.policy ? [] : ['the lock pins another policy']),
    ...(certificate === null ? ['the lock was written without an evaluation'] : []),
    ...(certificate !== null && certificate.old.fingerprint !== tree.old.fingerprint
      ? [`its certificate compares with ${certificate.old.id}, not with ${tree.old.id} (${short(tree.old)})`]
      : []),
    ...keys
      .filter((key) => certificate !== null && dataset !== null && certificate.dataset.hashes[key] !== dataset[key])
      .map((key) => `its certificate is of another ${key}`),
  ];
}
