import { basename, join } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import type { Evaluation } from '../../model/evaluation.ts';
import type { Mark, ReviewExport, ReviewNote, Reviews } from '../../model/review.ts';
import type { RuleResult, Verdict } from '../../model/verdict.ts';
import type { StageOptions } from '../../project/workspace.ts';
import { REVIEWS_FILE, readJudged, readReviews, requireJudged } from '../../run/judged.ts';
import { report } from '../../run/report.ts';
import { readText, writeFileAtomic } from '../../system/files.ts';
import { parsedJson } from '../../system/json.ts';
import { ownFolder } from '../../system/owned-folder.ts';

/** How long a draft's waivers hold: short, since a reviewer makes them longer in a second. */
const DAYS = 30;

/** Ids of the queries that a check is about: those of its slice, else all. */
function queriesOf({ slice }: RuleResult, { queries }: Evaluation): ReadonlySet<string> {
  const column = slice === null ? null : queries.slices[slice.field];
  return new Set(queries.ids.filter((_, i) => column === null || column?.[i] === slice?.value));
}

/** A rule's id without its slice, as a waiver names it. */
function ruleOf({ id, slice }: RuleResult): string {
  const where = slice === null ? '' : ` · ${slice.field}=${slice.value}`;
  return where !== '' && id.endsWith(where) ? id.slice(0, -where.length) : id;
}

function lastDay(asOf: string): string {
  return new Date(Date.parse(`${asOf}T00:00:00Z`) + DAYS * 86_400_000).toISOString().slice(0, 10);
}

/**
 * Waivers for checks that did not pass although reviewers called queries of theirs fine and none a regression, as YAML for a
 * person to read, complete and sign; null where there is no such check. Nothing reads it by itself.
 */
export function waiverDraft(verdict: Verdict, evaluation: Evaluation, notes: readonly ReviewNote[], asOf: string): string | null {
  const open = verdict.rules.filter(({ decides, outcome }) => decides && (outcome === 'fail' || outcome === 'inconclusive'));
  const entries = open.flatMap((result) => {
    const mine = queriesOf(result, evaluation);
    const about = notes.filter(({ query, mark }) => mine.has(query) && mark !== null && mark !== 'judge');
    const fine = about.filter(({ mark }) => mark === 'fine');
    if (fine.length === 0 || fine.length < about.length) return [];
    const owner = [...new Set(fine.map(({ reviewer }) => reviewer))].filter((name) => name !== '').join(', ') || 'YOUR NAME';
    const why =
      fine.flatMap(({ query, note }) => (note.trim() === '' ? [] : [`${query}: ${note.trim()}`])).join('; ') || 'WHY THIS IS FINE';
    const slice = result.slice === null ? [] : [`    slice: ${JSON.stringify(`${result.slice.field}=${result.slice.value}`)}`];
    return [
      [
        `  - rule: ${JSON.stringify(ruleOf(result))}`,
        ...slice,
        `    owner: ${JSON.stringify(owner)}`,
        `    reason: ${JSON.stringify(why)}`,
        `    expires: "${lastDay(asOf)}"`,
      ].join('\n'),
    ];
  });
  if (entries.length === 0) return null;
  return `# A draft made of reviewers' marks. Read it, complete it, and copy what you answer for into the policy.\nwaivers:\n${entries.join('\n')}\n`;
}

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
