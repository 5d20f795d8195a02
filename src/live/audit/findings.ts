import type { CorpusIndex } from '../../dataset/corpus-index.ts';
import type { Attestation, AuditFinding, FindingKind } from '../../model/audit.ts';
import type { Layout } from '../ledger/states.ts';
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
    next: 'Nobody knows which version made them: attest and tag them with `cutover tag apply`, or write them again.',
  },
  foreign: {
    title: 'rows of another version',
    fails: true,
    next: 'Scores across versions mean nothing: write these rows again under the expected version. Name a version that is meant to be beside it with --also.',
  },
  missing: {
    title: 'documents of the corpus without a row of this version',
    fails: true,
    next: 'Nobody finds them under this id: run `cutover migrate backfill`, or check that the ids of store and corpus are of one kind.',
  },
  orphaned: {
    title: 'rows whose id the corpus does not have',
    fails: false,
    next: 'They are still served. Check that this is the corpus of this store; if it is, the program that writes has to take them out.',
  },
  stale: {
    title: 'rows whose text hash is missing or not that of the corpus',
    fails: true,
    next: 'The corpus changed after they were embedded, or nothing says of which text they are: `cutover migrate backfill` embeds them again.',
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

/** Where a document has one row, the store itself says what is complete, and the corpus only what was evaluated. */
const COLUMNS: Partial<Readonly<Record<FindingKind, Partial<Meaning>>>> = {
  untagged: {
    next: 'Nobody knows which version made them. Attest and tag them with `cutover tag apply`, or let `cutover migrate follow` do it.',
  },
  foreign: {
    next: 'A reader under the guard does not get them. `cutover migrate follow` brings them up to date; name a version that is meant to be beside it with --also.',
  },
  missing: {
    title: 'documents of the corpus that the store does not have',
    fails: false,
    next: 'They were removed since the evaluation, or this is another corpus.',
  },
  orphaned: { title: 'rows that the corpus does not have', next: 'They were added since the evaluation; the migration takes them along.' },
  stale: {
    title: 'rows whose text is not the one that was embedded',
    next: 'Something wrote past the trigger. `cutover migrate follow --once` embeds them again.',
  },
};

/** Every kind once, those of count 0 too. */
export function findingsOf(scan: Scan, corpus: CorpusIndex | null, attestation: Attestation | null, layout: Layout): AuditFinding[] {
  const against = corpus === null ? null : compareWith(scan, corpus, layout);
  const unattested = new Tally();
  unattested.count = attestation?.withoutText ?? 0;
  const falseTags = new Tally();
  for (const { id, note } of attestation?.failures ?? []) falseTags.add(id, () => note);
  falseTags.count = attestation?.failed ?? 0;
  const tallies: Partial<Record<FindingKind, Tally>> = { ...scan.faults, ...against, unattested, 'false-tag': falseTags };
  return (Object.keys(MEANINGS) as FindingKind[]).map((kind) => {
    const { title, fails, next } = { ...MEANINGS[kind], ...(layout === 'columns' ? COLUMNS[kind] : {}) };
    const { count, examples } = tallies[kind] ?? new Tally();
    return { kind, title, count, examples, fails, next: count === 0 ? '' : next };
  });
}

function compareWith(
  { ids, texts, untagged, foreign, faults }: Scan,
  corpus: CorpusIndex,
  layout: Layout,
): Partial<Record<FindingKind, Tally>> {
  const found = { missing: new Tally(), orphaned: new Tally(), changed: new Tally() };
  // What has a row without a tag or of a foreign version is told there.
  const told = (id: string): boolean => untagged.has(id) || foreign.has(id);
  for (const id of corpus.ids()) if (!ids.has(id) && !told(id)) found.missing.add(id, () => 'no row of this version has this id');
  for (const [id, hash] of ids) {
    const evaluated = corpus.hashOf(id);
    if (evaluated === null) found.orphaned.add(id, () => 'the corpus has no document of this id');
    else if (layout === 'columns' && texts.get(id) !== evaluated) found.changed.add(id, () => 'its text is not the one that was evaluated');
    else if (layout === 'rows' && hash === null) faults.stale.add(id, () => 'it has no text hash, so nothing says of which text it is');
    else if (layout === 'rows' && hash !== evaluated) faults.stale.add(id, () => 'its text hash is not that of the corpus');
  }
  return found;
}
