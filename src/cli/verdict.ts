import { relative } from 'node:path';
import { plain } from '../core/printable.ts';
import type { RuleResult, Verdict } from '../model/verdict.ts';
import type { Host } from './host.ts';
import { type Paint, paintFor } from './terminal.ts';

/** What a run or gate leaves for the person at the terminal. */
export interface VerdictView {
  readonly verdict: Verdict;
  /** Files written, for the last lines. */
  readonly files: readonly string[];
  /** What to know besides the rules: disagreements of a spec with its model, truncation, data set oddities. */
  readonly warnings: readonly string[];
  /** Lines for the configuration's `consumers:`, ready to paste. */
  readonly patch?: readonly string[];
}

const WORD = { pass: 'PASS', fail: 'FAIL', inconclusive: 'INCONCLUSIVE', skipped: 'skip' } as const;

/** Prints the verdict to stderr: headline, each rule with expected and found, what to do, where the report is. */
export function printVerdict(host: Host, view: VerdictView, quiet: boolean): void {
  const { verdict } = view;
  const paint = paintFor(host);
  const lines = [`${mark(verdict.outcome, paint)}  ${paint.bold(plain(verdict.headline))}`];
  // Even when quiet: who reads the outcome alone must know what it rests on.
  for (const { title, text } of verdict.cautions ?? []) lines.push(`${paint.warn(plain(title))}  ${plain(text)}`);
  if (!quiet) lines.push('');
  const shown = quiet ? verdict.rules.filter((rule) => rule.decides && rule.outcome !== 'pass') : verdict.rules;
  const detailed = shown.filter((rule) => rule.slice === null || rule.waiver !== undefined || (rule.decides && rule.outcome !== 'pass'));
  for (const rule of detailed) lines.push(...ruleLines(rule, paint));
  const slices = shown.length - detailed.length;
  if (slices > 0) lines.push(paint.dim(`  and ${slices} slices without a finding, in the report`));
  if (!quiet && view.warnings.length > 0) lines.push('', ...view.warnings.map((line) => `${paint.warn('note')}  ${plain(line)}`));
  if (!quiet) lines.push(...patchLines(view.patch ?? [], paint));
  if (!quiet && view.files.length > 0) lines.push('', ...view.files.map((file) => paint.dim(`  ${relative(host.cwd, file)}`)));
  host.stderr.write(`${quiet ? '' : '\n'}${lines.join('\n')}\n`);
}

function patchLines(patch: readonly string[], paint: Paint): string[] {
  if (patch.length === 0) return [];
  const title =
    'Once the quality rules pass and the owners agree, put these lines in the place of theirs under `consumers:` of the configuration:';
  return ['', `${paint.bold('accept')}  ${title}`, ...patch.map((line) => `  ${plain(line)}`)];
}

function ruleLines(rule: RuleResult, paint: Paint): string[] {
  const name = `  ${mark(rule.outcome, paint)}  ${paint.bold(plain(rule.id))}${rule.waiver !== undefined ? paint.warn(`  (waived until ${rule.waiver.expires} by ${plain(rule.waiver.owner)})`) : rule.rule.severity === 'warn' ? paint.dim('  (warns only)') : ''}`;
  const lines = [name, `        expected  ${plain(rule.expected)}`, `        found     ${plain(rule.found)}`];
  if (rule.outcome !== 'pass') {
    lines.push(`        why       ${plain(rule.reason)}`);
    if (rule.next !== '') lines.push(`        ${paint.bold('do')}        ${plain(rule.next)}`);
  }
  return lines;
}

function mark(outcome: RuleResult['outcome'], paint: Paint): string {
  const word = WORD[outcome];
  if (outcome === 'pass') return paint.good(word);
  if (outcome === 'fail') return paint.bad(word);
  return outcome === 'skipped' ? paint.dim(word) : paint.warn(word);
}
