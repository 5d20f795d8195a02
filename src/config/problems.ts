import type { z } from 'zod';
import { CutoverError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { type Path, type Problem, type Source, shownPath } from './source.ts';

type Issue = z.core.$ZodIssue;

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function noun(type: string): string {
  return NOUNS[type] ?? type;
}

/** The value at a path, undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Readonly<Record<PropertyKey, unknown>>)[step];
  }
  return at;
}

/** Whatever looks like a key is not put into a log. */
function looksSecret(text: string): boolean {
  return /^(sk|pk|hf|ghp|gsk|pa|jina|nvapi|AIza|Bearer )[-_ ]?\w{6,}/i.test(text) || (/^[\w-]{24,}$/.test(text) && /\d/.test(text));
}

function found(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string' && looksSecret(value)) return `a text of ${value.length} characters`;
  if (typeof value === 'string') return `"${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  return String(value);
}

/** `, did you mean x?` for a choice; nothing where no choice is near. */
export function suggestionFor(word: unknown, choices: readonly string[]): string {
  const near = typeof word === 'string' ? nearest(word, choices) : null;
  return near === null ? '' : `, did you mean ${near}?`;
}

function expectation(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${noun(issue.expected)}, found ${found(value)}`;
    case 'invalid_value': {
      const choices = issue.values.map(String);
      return `expected ${choices.length > 1 ? 'one of ' : ''}${choices.join(', ')}; found ${found(value)}${suggestionFor(value, choices)}`;
    }
    case 'too_small':
      return tooSmall(issue, value);
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}, found ${found(value)}`;
    default:
      return `${issue.message}, found ${found(value)}`;
  }
}

function tooSmall(issue: z.core.$ZodIssueTooSmall, value: unknown): string {
  if (issue.origin === 'string') return 'expected text, found an empty text';
  if (issue.origin === 'array') return 'expected a list of at least one, found an empty list';
  return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}, found ${found(value)}`;
}

/**
 * Of the ways a value could have been written, the one it was meant to be: the one whose outermost type fits.
 * Null where none fits.
 */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  return branches.find((issues) => !issues.some(({ path, code }) => path.length === 0 && /^invalid_(type|value)$/.test(code))) ?? null;
}

function alternatives(branches: readonly (readonly Issue[])[]): string {
  const words = branches.flatMap((issues) =>
    issues.map((issue) =>
      issue.code === 'invalid_type' ? noun(issue.expected) : issue.code === 'invalid_value' ? issue.values.join(', ') : '',
    ),
  );
  return [...new Set(words.filter((word) => word !== ''))].join(' or ');
}

function unknownKeys(source: Source, issue: z.core.$ZodIssueUnrecognizedKeys, path: Path): Problem[] {
  const known = issue.message.split(', ');
  return issue.keys.map((key) => {
    const near = suggestionFor(key, known);
    return problemAt(source, [...path, key], `unknown key${near === '' ? `; known here: ${known.join(', ')}` : near}`, 'key');
  });
}

/** What a schema found wrong with the value at `base`, in plain words and with its place. */
export function problemsOf(source: Source, issues: readonly Issue[], base: Path = []): Problem[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    if (issue.code === 'unrecognized_keys') return unknownKeys(source, issue, path);
    const value = valueAt(source.value, path);
    const meant = issue.code === 'invalid_union' ? meantBranch(issue.errors) : null;
    if (meant !== null) return problemsOf(source, meant, path);
    const expected =
      issue.code === 'invalid_union' ? `expected ${alternatives(issue.errors)}, found ${found(value)}` : expectation(issue, value);
    return [problemAt(source, path, value === undefined && path.length > 0 ? `missing; ${expected}` : expected)];
  });
}

/** `search.hnsw.m`, `consumers[0].keep`; empty for the whole file. */
function pathText(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${String(step)}`)).join('');
}

/** A problem with the value at a path (or its key), its path in front. */
export function problemAt(source: Source, path: Path, text: string, part: 'key' | 'value' = 'value'): Problem {
  const subject = pathText(path);
  return { file: source.file, ...source.locate(path, part), text: subject === '' ? text : `${subject}: ${text}` };
}

/** The file that the problems are in; where they are in several, the main one and how they hang together. */
function subjectOf(files: readonly string[], problems: readonly Problem[], file: string, cwd: string): string {
  const [only = file, ...more] = files.filter((name) => problems.some((problem) => problem.file === name));
  return more.length === 0 ? shownPath(only, cwd) : `${shownPath(file, cwd)}, with the files it names,`;
}

/**
 * Throws all problems at once, by file in the order the files were read, then by place.
 * @throws CutoverError CONFIG_INVALID; details are `file:line:column: what is wrong`.
 */
export function throwProblems(problems: readonly Problem[], file: string, cwd: string): never {
  const files = [...new Set([file, ...problems.map((problem) => problem.file)])];
  const sorted = [...problems].sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column);
  // A file that both versions name was read twice.
  const details = [...new Set(sorted.map((p) => `${shownPath(p.file, cwd)}:${p.line}:${p.column}: ${p.text}`))];
  const count = details.length === 1 ? 'a problem' : `${details.length} problems`;
  throw new CutoverError('CONFIG_INVALID', { file: subjectOf(files, problems, file, cwd), count }, { details });
}
