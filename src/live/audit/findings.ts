import type { CorpusIndex } from '../../dataset/corpus-index.ts';
import type { Attestation, AuditFinding, FindingKind } from '../../model/audit.ts';
import { type Scan, Tally } from './scan.ts';

interface Meaning {
  readonly title: string;
  readonly fails: boolean;
  readonly next: string;
}

/** What each kind means and what to do about it; the order of the table. */
const MEANINGS: Readonly<Record<FindingKind, Meaning>> = {
  untagged: {
    title: 'rows without a tag',
    fails: true,
    next: 'Nobody knows which version made them. Attest and tag them with `cutover tag apply`, or let `cutover migrate follow` do it.',
  },
  foreign: {
    title: 'rows of another version',
    fails: true,
    next: 'A reader under the guard does not get them. `cutover migrate follow` brings them up to date; name a version that is meant to be beside it with --also.',
  },
  missing: {
    title: 'documents of the corpus that the store does not have',
    fails: false,
    next: 'They were removed since the evaluation, or this is another corpus.',
  },
  orphaned: {
    title: 'rows that the corpus does not have',
    fails: false,
    next: 'They were added since the evaluation; the migration takes them along.',
  },
  stale: {
    title: 'rows whose text is not the one that was embedded',
    fails: true,
    next: 'Their text changed after they were embedded, or nothing says of which text they are. `cutover migrate follow --once` embeds them again.',
  },
  duplicate: {
    title: 'ids that more than one row has',
    fails: true,
    next: 'A document is found twice, or by the wrong vector: the program that writes has to keep one row an id.',
  },
  changed: {
    title: 'documents with another text than the one that was evaluated',
    fails: false,
    next: 'Nothing where the store is brought up to date; evaluate again where it has moved far.',
  },
  pending: {
    title: 'rows without a vector',
    fails: false,
    next: 'Nobody finds them yet: the application has still to embed them.',
  },
  unattested: {
    title: 'sampled rows that could not be embedded again',
    fails: false,
    next: 'They have no text here: name the column that holds it (`columns.text`).',
  },
  'wrong-dimension': {
    title: 'vectors of another dimension',
    fails: true,
    next: 'They are of another version, whatever their tag says: write them again.',
  },
  'not-finite': { title: 'vectors with NaN or infinite values', fails: true, next: 'They break the order of results: write them again.' },
  zero: { title: 'vectors that are missing or all zero', fails: true, next: 'They are similar to nothing: write them again.' },
  'not-unit-length': {
    title: 'vectors that are not of length 1',
    fails: true,
    next: 'The version normalises its vectors, so these were made differently; under a dot product they rank too high or too low. Write them again.',
  },
  'false-tag': {
    title: 'sampled rows whose tag is false',
    fails: true,
    next: 'Their vectors are not what the tag says. Find out which program wrote them, and write them again; tags can be trusted only where none is false.',
  },
};

/** A finding's count with its title: `1 row without a tag`. */
export function counted({ count, title }: AuditFinding): string {
  const one = title.replace(/^(sampled )?(document|row|id|vector)s\b/, '$1$2').replace(/^vector that are\b/, 'vector that is');
  return `${count} ${count === 1 ? one : title}`;
}

/** Every kind once, those of count 0 too. */
export function findingsOf(scan: Scan, corpus: CorpusIndex | null, attestation: Attestation | null): AuditFinding[] {
  const against = corpus === null ? null : compareWith(scan, corpus);
  const unattested = new Tally();
  unattested.count = attestation?.withoutText ?? 0;
  const falseTags = new Tally();
  for (const { id, note } of attestation?.failures ?? []) falseTags.add(id, () => note);
  falseTags.count = attestation?.failed ?? 0;
  const tallies: Partial<Record<FindingKind, Tally>> = { ...scan.faults, ...against, unattested, 'false-tag': falseTags };
  return (Object.keys(MEANINGS) as FindingKind[]).map((kind) => {
    const { title, fails, next } = MEANINGS[kind];
    const { count, examples } = tallies[kind] ?? new Tally();
    return { kind, title, count, examples, fails, next: count === 0 ? '' : next };
  });
}

function compareWith({ ids, texts, hasTexts, untagged, foreign, faults }: Scan, corpus: CorpusIndex): Partial<Record<FindingKind, Tally>> {
  const found = { missing: new Tally(), orphaned: new Tally(), changed: new Tally() };
  // What has a row without a tag or of a foreign version is told there.
  const told = (id: string): boolean => untagged.has(id) || foreign.has(id);
  for (const id of corpus.ids()) if (!ids.has(id) && !told(id)) found.missing.add(id, () => 'no row of this version has this id');
  for (const [id, hash] of ids) {
    const evaluated = corpus.hashOf(id);
    if (evaluated === null) found.orphaned.add(id, () => 'the corpus has no document of this id');
    else if (!hasTexts && hash === null) faults.stale.add(id, () => 'it has no text hash, so nothing says of which text it is');
    else if (!hasTexts && hash !== evaluated) faults.stale.add(id, () => 'its text hash is not that of the corpus');
    else if (texts.get(id) !== evaluated) found.changed.add(id, () => 'its text is not the one that was evaluated');
  }
  return found;
}
