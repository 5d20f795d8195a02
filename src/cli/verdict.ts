import { dirname, relative } from 'node:path';
import { plain } from '../core/printable.ts';
import type { RuleResult, State, Verdict } from '../model/verdict.ts';
import {
  asks,
  type CheckGroup,
  checkGroups,
  foundWords,
  headlineWords,
  limitWords,
  verdictState,
  verdictWords,
  whyInforms,
} from '../report/checks.ts';
import { STATES } from '../report/marks.ts';
import type { Host } from './host.ts';
import { type Paint, paintFor } from './terminal.ts';

/** What a run or gate leaves for the person at the terminal. */
export interface VerdictView {
  readonly verdict: Verdict;
  /** Files written, for the last line. */
  readonly files: readonly string[];
  /** What to know before the checks: what explains the result first. */
  readonly warnings: readonly string[];
  /** Lines for the configuration's `consumers:`, ready to paste. */
  readonly patch?: readonly string[];
}

/** Prints the verdict to stderr: what explains it, each check, what to do once each, and last the verdict with the report. */
export function printVerdict(host: Host, view: VerdictView, quiet: boolean): void {
  const { verdict } = view;
  const paint = paintFor(host);
  // Even when quiet: who reads the outcome alone must know what it rests on.
  const cautions = (verdict.cautions ?? []).map(({ title, text }) => `${paint.warn(plain(title))}  ${plain(text)}`);
  const notes = quiet ? [] : view.warnings.map((line) => `${paint.warn('note')}  ${plain(line)}`);
  const blocks = [
    [...notes, ...cautions],
    checkLines(verdict, quiet, paint),
    quiet ? [] : adviceLines(verdict, paint),
    quiet ? [] : patchLines(view.patch ?? [], paint),
    [...(quiet ? [] : besideLines(view, paint)), lastLine(host, view, paint)],
  ].filter((lines) => lines.length > 0);
  host.stderr.write(`${quiet ? '' : '\n'}${blocks.map((lines) => lines.join('\n')).join(quiet ? '\n' : '\n\n')}\n`);
}

/** The page that people read, else what a script reads. */
function reportOf({ files }: VerdictView): string | undefined {
  return files.find((file) => file.endsWith('report.html')) ?? files.find((file) => file.endsWith('verdict.json'));
}

/** What else was written, by its name beside the report. */
function besideLines(view: VerdictView, paint: Paint): string[] {
  const report = reportOf(view);
  if (report === undefined) return [];
  const others = view.files.filter((file) => file !== report).map((file) => relative(dirname(report), file));
  return others.length === 0 ? [] : [paint.dim(`beside the report  ${plain(others.join(', '))}`)];
}

/** The verdict, and where the report is. */
function lastLine(host: Host, view: VerdictView, paint: Paint): string {
  const { verdict } = view;
  const report = reportOf(view);
  const where = report === undefined ? '' : `  ${paint.dim(plain(relative(host.cwd, report)))}`;
  return `${coloured(verdictState(verdict), verdictWords(verdict).toUpperCase(), paint)}  ${paint.bold(plain(headlineWords(verdict)))}${where}`;
}

/** Two lines a check, failures first; of slices that are not shown safe the first stands for all, and those without a finding are counted. */
function checkLines(verdict: Verdict, quiet: boolean, paint: Paint): string[] {
  const groups = checkGroups(verdict);
  const listed = (group: CheckGroup) => asks(group) || (!quiet && (group.id === 'passed' || group.id === 'skipped'));
  const shown = groups.filter(listed).flatMap(({ results }) => results.flatMap((result) => checkOf(result, paint)));
  if (quiet) return shown;
  const [unsure, ...alike] = groups.find(({ id }) => id === 'not-shown-safe')?.results ?? [];
  const rest = groups
    .filter((group) => !listed(group) && group.id !== 'not-shown-safe')
    .reduce((sum, { results }) => sum + results.length, 0);
  const counted = (count: number, words: string) =>
    count === 0 ? [] : [paint.dim(`  ${count} more ${count === 1 ? 'slice is' : 'slices are'} ${words}; see the report`)];
  return [
    ...shown,
    ...(unsure === undefined ? [] : checkOf(unsure, paint)),
    ...counted(alike.length, 'not shown safe either'),
    ...counted(rest, 'safe or too small to decide'),
  ];
}

function checkOf(result: RuleResult, paint: Paint): string[] {
  const state = result.state;
  const informs = whyInforms(result);
  const note = informs === null ? '' : paint.dim(`  (${plain(informs)})`);
  const lines = [
    `  ${coloured(state, STATES[state].words.toUpperCase(), paint)}  ${paint.bold(plain(result.id))}${note}`,
    `        ${plain(foundWords(result))}; ${plain(limitWords(result))}`,
  ];
  return state === 'pass' || state === 'not-shown-safe' ? lines : [...lines, `        ${plain(result.reason)}`];
}

/** What the checks ask for, each once. */
function adviceLines(verdict: Verdict, paint: Paint): string[] {
  const asking = checkGroups(verdict)
    .filter(asks)
    .flatMap(({ results }) => results.map(({ next }) => next));
  return [...new Set(asking)].filter((next) => next !== '').map((next) => `${paint.bold('do')}  ${plain(next)}`);
}

function patchLines(patch: readonly string[], paint: Paint): string[] {
  if (patch.length === 0) return [];
  const title = 'Once the quality checks pass and the owners agree, replace their entries under `consumers:` of the configuration with:';
  return [`${paint.bold('accept')}  ${title}`, ...patch.map((line) => `  ${plain(line)}`)];
}

function coloured(state: State, word: string, paint: Paint): string {
  if (state === 'pass') return paint.good(word);
  if (state === 'fail') return paint.bad(word);
  return state === 'skipped' || state === 'not-shown-safe' ? paint.dim(word) : paint.warn(word);
}
