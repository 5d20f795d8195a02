import { directionOf } from '../../model/lookup.ts';
import { bestOf, changedQueries, placeWords, type QueryChange, tellingOf, worstOf } from '../changes.ts';
import { asks, checkGroups, headlineWords, mergeWords, verdictState, verdictWords } from '../checks.ts';
import { checkTable } from '../decision/checks.ts';
import { reviewNotes } from '../decision/reviews.ts';
import { nextSteps } from '../decision/steps.ts';
import { cautions } from '../decision/view.ts';
import { overlapTable } from '../evidence/overlap.ts';
import { qualityTable } from '../evidence/quality.ts';
import { pipelineWords, reachTable } from '../evidence/reach.ts';
import { sliceTable, sliceView } from '../evidence/slices.ts';
import { acceptLines, muchChanged, thresholdTable } from '../evidence/thresholds.ts';
import { fieldTable } from '../evidence/versions.ts';
import type { Format } from '../format.ts';
import { type Fill, html } from '../html.ts';
import { at, checkInput, type ReportInput } from '../input.ts';
import { markdownOf } from '../markdown.ts';
import { code, difference, icon, quoted, sentence } from '../marks.ts';
import { boundConfidence, onWords, qualityRows } from '../measures.ts';
import { count, decimal, percent } from '../number.ts';
import { fold, list, table } from '../table.ts';
import { versionDifferences } from '../version-words.ts';

/** GitHub refuses comments of more than 65,536 characters. */
export const MARKDOWN_LIMIT = 65_000;
/** Rows of the short tables. */
const SHORT = 5;

/** Verdict, versions and what weakens the numbers. */
function opening(input: ReportInput): Fill {
  const { evaluation, verdict } = input;
  const { versions, dataset } = evaluation;
  const sides = versions === null ? 'old run → new run' : html`${code(versions.old.id, 120)} → ${code(versions.new.id, 120)}`;
  return html`<h2>${icon(verdictState(verdict))}${verdictWords(verdict)}: embedding cutover</h2>
<p><strong>${sentence(headlineWords(verdict), 500)}</strong></p>
<p>${mergeWords(verdict)} (exit code ${verdict.exitCode}). ${sides} · data set ${code(dataset.name, 120)}: ${count(dataset.documents)} documents, ${count(dataset.queries)} queries · as of ${quoted(verdict.asOf, 40)}</p>
${cautions(input)}`;
}

function steps(input: ReportInput): Fill {
  const all = nextSteps(input);
  return all.length === 0 ? null : html`<h3>What to do next</h3>${list('ol', all)}`;
}

/** Checks that a reader has to see; the others are folded. */
function checks(input: ReportInput): Fill {
  const groups = checkGroups(input.verdict);
  const pass = input.verdict.outcome === 'pass';
  const wanted = groups.filter((group) => asks(group) || (group.id === 'passed' && pass));
  const rows = wanted.flatMap(({ results }) => results);
  const unsure = groups.find(({ id }) => id === 'not-shown-safe');
  const folded = groups.filter((group) => !wanted.includes(group) && group.id !== 'not-shown-safe');
  return html`${rows.length > 0 && html`<h3>Checks</h3>${checkTable(input, 'Checks', rows)}`}
${unsure !== undefined && fold(`${unsure.title} (${count(unsure.results.length)})`, html`<p>${unsure.note}</p>${checkTable(input, unsure.title, unsure.results)}`)}
${folded.map(({ title, results }) => fold(`${title} (${count(results.length)})`, checkTable(input, title, results)))}`;
}

function movedQueries(input: ReportInput): Fill {
  const { evaluation } = input;
  const changed = changedQueries(input);
  const { by, counts } = changed;
  if (by === null || counts === null) return null;
  const row = (change: QueryChange): string => {
    const document = tellingOf(input, changed, change);
    return document === null ? '' : placeWords(document, evaluation.shown.depth);
  };
  const rows = [...worstOf(changed, SHORT), ...bestOf(changed, 3)];
  if (rows.length === 0) return null;
  const way = directionOf(evaluation, by.measure);
  return html`<h3>What users will notice</h3><p>By ${by.measure} ${onWords(by.on)} ${count(counts.lost)} queries got worse, ${count(counts.gained)} better, ${count(counts.same)} stayed.</p>${table<QueryChange>(
    'Largest losses and gains',
    [
      { head: 'Query', cell: ({ index }) => code(at(evaluation.queries.texts, index), 160) },
      { head: 'Old', numeric: true, cell: ({ pair }) => decimal(pair?.old ?? null) },
      { head: 'New', numeric: true, cell: ({ pair }) => decimal(pair?.new ?? null) },
      { head: 'Difference', numeric: true, cell: ({ pair }) => difference(pair?.difference ?? null, way, 'exact') },
      { head: 'Relevant document', cell: row },
    ],
    rows,
  )}`;
}

function worstSlices(input: ReportInput): Fill {
  const view = sliceView(input);
  const sign = view.lead?.direction === 'lower' ? -1 : 1;
  const worst = view.rows.filter(({ bounds }) => sign * (bounds?.difference ?? 0) < 0).slice(0, SHORT);
  return view.lead === null || worst.length === 0 ? null : html`<h3>Slices that lost most</h3>${sliceTable({ ...view, rows: worst })}`;
}

function quality(input: ReportInput): Fill {
  const rows = qualityRows(input.evaluation).filter(({ judgedOnly }) => !judgedOnly);
  return rows.length === 0 ? null : fold('Quality', qualityTable(input, 'Quality', rows));
}

function reach(input: ReportInput): Fill {
  const { pipeline } = input.evaluation;
  const found = reachTable(input);
  return pipeline === undefined || found === null ? null : html`<h3>What reaches the user</h3><p>${pipelineWords(pipeline)}</p>${found}`;
}

function thresholds({ evaluation: { consumers } }: ReportInput): Fill {
  return consumers.length === 0
    ? null
    : fold('Thresholds', html`${thresholdTable(consumers)}${list('ul', muchChanged(consumers))}${acceptLines(consumers)}`);
}

function versions({ evaluation }: ReportInput): Fill {
  if (evaluation.versions === null) return null;
  const { differing } = versionDifferences(evaluation.versions);
  return differing.length === 0 ? null : fold('What differs between the versions', fieldTable('Fields that differ', differing));
}

function overlap(input: ReportInput): Fill {
  return Object.keys(input.evaluation.neighbours).length === 0 ? null : fold('Results that stay', overlapTable(input));
}

function provenance({ evaluation, verdict }: ReportInput): Fill {
  return fold(
    'Provenance',
    list('ul', [
      html`evaluation.json, SHA-256: ${code(verdict.evaluation)}`,
      html`policy, SHA-256: ${code(verdict.policyHash)}`,
      html`corpus, SHA-256: ${code(evaluation.dataset.hashes.corpus)}`,
      html`seed ${evaluation.seed}, bounds at ${percent(boundConfidence(verdict))}, cutover ${quoted(evaluation.cutoverVersion, 40)}`,
    ]),
  );
}

/** The parts in order of reading, each with the name it has where it was left out. */
const PARTS: readonly (readonly [name: string, part: (input: ReportInput) => Fill])[] = [
  ['verdict', opening],
  ['next steps', steps],
  ['checks', checks],
  ['what reviewers say', reviewNotes],
  ['what reaches the user', reach],
  ['queries that moved', movedQueries],
  ['slices', worstSlices],
  ['quality', quality],
  ['thresholds', thresholds],
  ['what differs between the versions', versions],
  ['results that stay', overlap],
  ['provenance', provenance],
];

/** Room that is kept for the sentence that says what was left out. */
const ROOM = leftOut(PARTS.map(([name]) => name)).length;

function leftOut(names: readonly string[]): string {
  return names.length === 0 ? '' : `Left out for length: ${names.join(', ')}. The full report has them.\n\n`;
}

function summary(input: ReportInput): string {
  checkInput(input);
  let text = '';
  const missing: string[] = [];
  for (const [name, part] of PARTS) {
    const next = markdownOf(part(input));
    if (next === '') continue;
    if (text.length + next.length + 2 + ROOM > MARKDOWN_LIMIT) missing.push(name);
    else text += `${next}\n\n`;
  }
  return `${text}${leftOut(missing)}`.replace(/\n+$/, '\n');
}

/** Verdict and next steps alone, to paste where people talk. */
export function shortSummary(input: ReportInput): string {
  return `${markdownOf([opening(input), steps(input)])}\n`;
}

export const markdown: Format = {
  id: 'markdown',
  title: 'Markdown summary for a pull request',
  fileName: 'summary.md',
  mediaType: 'text/markdown',
  render: (evaluation, verdict, timings, reviews = null) => summary({ evaluation, verdict, timings, reviews }),
};
