import type { Evaluation } from '../model/evaluation.ts';
import type { Side } from '../model/version.ts';
import { clip } from './text.ts';

/** How a setting is called in a sentence, those that people look for first; a key that isn't here is called by itself. */
const FIELDS: Readonly<Record<string, string>> = {
  model: 'model',
  embedder: 'embedder',
  files: 'weights',
  weights: 'weights',
  pooling: 'pooling',
  prefixes: 'prefixes',
  maxTokens: 'longest input',
  dtype: 'number format',
  dimensions: 'dimensions',
  normalize: 'normalisation',
  tokenizer: 'tokenizer',
  steps: 'steps after pooling',
  output: 'output of the graph',
  includePrompt: 'prefix in the mean',
  lowercase: 'lower-casing',
  encoding: 'encoding of the vectors',
  tag: 'tag',
  canary: 'answers of the service',
  dialect: 'dialect of the service',
  body: 'fields of the requests',
  maxCharacters: 'longest text',
  dimension: 'dimension',
  module: 'module',
  identity: 'what the module runs',
  settings: 'settings of the model',
  options: 'options',
  runtime: 'runtime',
  rest: 'everything else',
};
/** Longer values are named, not quoted. */
const SHORT = 24;

/** `longest input` of `maxTokens`. */
export function settingWords(field: string): string {
  return Object.hasOwn(FIELDS, field) ? (FIELDS[field] ?? field) : field;
}

function topic({ field }: DecidingField): string {
  const [top = field, file = ''] = field.split(' › ');
  return top === 'files' && /token|vocab|merges|spiece/.test(file) ? 'tokenizer' : settingWords(top);
}

function changeWords(name: string, fields: readonly DecidingField[]): string {
  const [only] = fields;
  if (name === 'weights' || name === 'tokenizer') return `${name === 'weights' ? 'new weights' : 'another tokenizer'}`;
  const short = (value: string | null): boolean => value === null || value.length <= SHORT;
  if (fields.length !== 1 || only === undefined || !short(only.old) || !short(only.new)) return `other ${name}`;
  return `${name} ${settingValue(only.old)} → ${settingValue(only.new)}`;
}

/** A setting's value in a sentence: a switch is on or off. */
function settingValue(value: string | null): string {
  if (value === 'true') return 'on';
  return value === 'false' ? 'off' : (value ?? 'not set');
}

/** The names in the order in which people look for them. */
function sorted(names: readonly string[]): string[] {
  const order = Object.values(FIELDS);
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...names].sort((a, b) => place(a) - place(b));
}

/** What decides the vectors and differs, in words: `New weights; pooling cls → mean. Same prefixes, longest input.` */
export function whatChanged(versions: NonNullable<Evaluation['versions']>): string {
  const { differing, agreeing } = versionDifferences(versions);
  const names = sorted([...new Set(differing.map(topic))]);
  const same = sorted([...new Set(agreeing.map(topic))]).filter((name) => !names.includes(name) && name !== 'embedder');
  if (names.length === 0) return 'Nothing that decides a vector differs.';
  const words = names.map((name) =>
    changeWords(
      name,
      differing.filter((field) => topic(field) === name),
    ),
  );
  const all = `${words.join('; ')}.`;
  const kept = same.length === 0 ? '' : ` Same ${same.slice(0, 6).join(', ')}.`;
  return clip(`${all.charAt(0).toUpperCase()}${all.slice(1)}${kept}`, 400);
}

/** One field that decides vectors, by its dotted path; null where a version hasn't got it. */
export interface DecidingField {
  readonly field: string;
  readonly old: string | null;
  readonly new: string | null;
}

function written(value: unknown): string {
  return typeof value === 'string' ? (value === '' ? '(empty)' : value) : JSON.stringify(value);
}

/** Leaves of a record, by dotted path. */
export function decidingFields(record: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  return flatten(record, '', new Map());
}

function flatten(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
    return into.set(path, written(value));
  }
  for (const [key, inner] of Object.entries(value)) flatten(inner, path === '' ? key : `${path} › ${key}`, into);
  return into;
}

/** Deciding fields of both versions, ascending, split into those that differ and those that agree. */
export function versionDifferences(versions: { readonly [S in Side]: { readonly decides: Readonly<Record<string, unknown>> } }): {
  readonly differing: readonly DecidingField[];
  readonly agreeing: readonly DecidingField[];
} {
  const old = decidingFields(versions.old.decides);
  const fresh = decidingFields(versions.new.decides);
  const fields = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  const rows = fields.map((field) => ({ field, old: old.get(field) ?? null, new: fresh.get(field) ?? null }));
  return { differing: rows.filter((row) => row.old !== row.new), agreeing: rows.filter((row) => row.old === row.new) };
}
