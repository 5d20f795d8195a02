import { basename, join } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import type { Mark, ReviewExport, ReviewNote, Reviews } from '../../model/review.ts';
import type { StageOptions } from '../../project/workspace.ts';
import { readJudged, requireJudged } from '../../run/judged.ts';
import { report } from '../../run/report.ts';
import { REVIEWS_FILE, readReviews } from '../../run/reviews.ts';
import { readText, writeFileAtomic } from '../../system/files.ts';
import { parsedJson } from '../../system/json.ts';
import { ownFolder } from '../../system/owned-folder.ts';
import { waiverDraft } from './waivers.ts';

export interface ReviewImportResult {
  /** Notes taken in, and all that are kept now. */
  readonly imported: number;
  readonly notes: number;
  /** Queries that `cutover judge next` picks first. */
  readonly judge: readonly string[];
  readonly regressions: readonly string[];
  /** YAML for `waivers:` of the policy, to be read and signed; null where no check that failed is all fine. */
  readonly waivers: string | null;
  readonly files: readonly string[];
}

const MARKS: readonly (Mark | null)[] = ['fine', 'regression', 'judge', null];
const DRAFT_FILE = 'waivers.draft.yaml';

/**
 * Takes the marks that a report page exported into the report: notes of it, candidates for `cutover judge next`, and a draft of
 * waivers. A reviewer's later word on a query replaces the earlier one; others' stay.
 * @param file absolute
 * @throws CutoverError REVIEW_INVALID, REVIEW_FOREIGN, FILE_MISSING, ARTIFACT_MISSING, ARTIFACT_STALE
 */
export async function reviewImport(options: StageOptions, file: string): Promise<ReviewImportResult> {
  const config = await requireJudged(options);
  const { evaluation, hash, verdict } = await readJudged(config.output);
  const given = exportOf(await readText(file), file);
  if (given.evaluation !== hash)
    throw new CutoverError('REVIEW_FOREIGN', { file, found: given.evaluation.slice(0, 12), expected: hash.slice(0, 12) });
  const known = new Set(evaluation.queries.ids);
  const unknown = given.marks.find(({ query }) => !known.has(query));
  if (unknown !== undefined) throw new CutoverError('REVIEW_INVALID', { file, reason: `the evaluation has no query ${unknown.query}` });
  const notes = merged((await readReviews(config.output, hash))?.notes ?? [], given);
  const reviews: Reviews = { kind: 'cutover.reviews', schemaVersion: 1, evaluation: hash, notes };
  const target = join(config.output, REVIEWS_FILE);
  await ownFolder(config.output, [REVIEWS_FILE, DRAFT_FILE]);
  await writeFileAtomic(target, `${JSON.stringify(reviews, null, 2)}\n`);
  const waivers = waiverDraft(verdict, evaluation, notes, options.asOf);
  const draft = join(config.output, DRAFT_FILE);
  if (waivers !== null) await writeFileAtomic(draft, waivers);
  const of = (mark: Mark) => [...new Set(notes.filter((note) => note.mark === mark).map(({ query }) => query))];
  const files = [target, ...(waivers === null ? [] : [draft]), ...(await report(config.output, options))];
  return { imported: given.marks.length, notes: notes.length, judge: of('judge'), regressions: of('regression'), waivers, files };
}

function exportOf(text: string, file: string): ReviewExport {
  const value = parsedJson<ReviewExport>(text);
  const fail = (reason: string): never => {
    throw new CutoverError('REVIEW_INVALID', { file, reason });
  };
  if (value?.kind !== 'cutover.review' || value.schemaVersion !== 1 || typeof value.evaluation !== 'string')
    return fail('it is not a cutover.review of schema version 1');
  if (typeof value.reviewer !== 'string' || !Array.isArray(value.marks)) return fail('it has no reviewer or no marks');
  const bad = value.marks.findIndex(
    (one: Partial<ReviewNote> | null) =>
      typeof one?.query !== 'string' || typeof one.note !== 'string' || !MARKS.includes(one.mark as Mark | null),
  );
  return bad >= 0 ? fail(`mark ${bad + 1} in ${basename(file)} has no query, no note, or an unknown mark`) : value;
}

function merged(before: readonly ReviewNote[], { reviewer, marks }: ReviewExport): ReviewNote[] {
  const mine = marks.map(({ query, mark, note }): ReviewNote => ({ reviewer, query, mark, note }));
  const again = new Set(mine.map(({ query }) => query));
  const kept = before.filter((note) => note.reviewer !== reviewer || !again.has(note.query));
  return [...kept, ...mine].sort((a, b) => byCodeUnits(a.query, b.query) || byCodeUnits(a.reviewer, b.reviewer));
}
