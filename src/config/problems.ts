import { CutoverError } from '../core/errors.ts';
import { type Path, type Problem, type Source, shownPath } from './source.ts';

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
