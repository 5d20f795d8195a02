import { relative } from 'node:path';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { reasonOf } from '../core/errors.ts';
import { readText } from '../system/files.ts';

/** Keys and indexes from the root of a file. */
export type Path = readonly PropertyKey[];

/** Something wrong at a place of a file; line and column count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** A YAML file as plain values, with the place of each. */
export interface Source {
  /** Absolute path. */
  readonly file: string;
  readonly value: unknown;
  /** Where the value at a path is, or its key; for what isn't there, the nearest thing around it. */
  locate(path: Path, part?: 'key' | 'value'): { readonly line: number; readonly column: number };
}

/** The path as people see it: relative where the file is under the working folder. */
export function shownPath(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path.startsWith('..') ? file : path;
}

function followed(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** Offset of the value, or of its key, at a path; as deep as the path can be followed. */
function offsetAt(document: Document, path: Path, part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const container = followed(node, document);
    const wantsKey = part === 'key' && depth === path.length - 1;
    if (isMap(container)) {
      const pair = container.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step));
      if (pair === undefined) return offset;
      node = wantsKey ? pair.key : pair.value;
      offset = startOf(node) ?? startOf(pair.key) ?? offset;
    } else if (isSeq(container)) {
      node = container.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function syntaxText(code: string, message: string, word: string): string {
  if (code === 'DUPLICATE_KEY') return `${word}: this key is there twice in one mapping`;
  if (code === 'MULTIPLE_DOCS') return 'a second YAML document starts here; the file must hold one';
  return `not valid YAML: ${message}`;
}

/**
 * Reads a YAML file (or JSON, which is YAML too).
 * @returns null when the syntax leaves nothing to check.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE
 */
export async function readSource(file: string, problems: Problem[]): Promise<Source | null> {
  return sourceOf(file, await readText(file), problems);
}

/** No configuration has more; parsers call themselves for each level, until the process ends. */
const MOST_LEVELS = 100;

/** The first line at which more brackets, list marks in a row or steps to the right are open than a configuration has; null where none is. */
function lineTooDeep(text: string): number | null {
  let open = 0;
  const steps: number[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const indented = line.search(/[^ ]/);
    if (indented >= 0) {
      while ((steps.at(-1) ?? -1) >= indented) steps.pop();
      steps.push(indented);
      if (steps.length > MOST_LEVELS) return i + 1;
    }
    const marks = (/^\s*(?:[-?:][ \t]+)*/.exec(line)?.[0] ?? '').replace(/\s/g, '').length;
    for (const character of line) {
      if (character === '[' || character === '{') open++;
      else if ((character === ']' || character === '}') && open > 0) open--;
      if (open + marks > MOST_LEVELS) return i + 1;
    }
  }
  return null;
}

/**
 * Parses a file's text and adds what is wrong with its syntax to `problems`.
 * Duplicate keys are wrong; a file whose only fault they are is read on, so that other faults show in the same pass.
 * @returns null when the syntax leaves nothing to check.
 */
export function sourceOf(file: string, text: string, problems: Problem[]): Source | null {
  const line = lineTooDeep(text);
  if (line !== null) {
    problems.push({ file, line, column: 1, text: `more than ${MOST_LEVELS} levels of brackets, lists or mappings in each other` });
    return null;
  }
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, merge: true, logLevel: 'error' });
  const place = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const found = [...document.errors, ...document.warnings];
  for (const { code, message, pos } of found) {
    const word = /^[^\s:,}]*/.exec(text.slice(pos[0]))?.[0] ?? '';
    problems.push({ file, ...place(pos[0]), text: syntaxText(code, message, word) });
  }
  if (found.some(({ code }) => code !== 'DUPLICATE_KEY')) return null;
  try {
    const value: unknown = document.toJS();
    return { file, value, locate: (path, part = 'value') => place(offsetAt(document, path, part)) };
  } catch (error) {
    problems.push({ file, line: 1, column: 1, text: `not valid YAML: ${reasonOf(error)}` });
    return null;
  }
}
