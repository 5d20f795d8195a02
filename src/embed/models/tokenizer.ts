import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import type { Role } from '../../model/version.ts';
import { bertNormalizer } from './bert-normalizer.ts';
import type { ModelUse } from './transformers-version.ts';

/** A text takes a millisecond or so; a pattern that backtracks through all ways to split it takes years. */
const LONGEST_MS = 20_000;
const CHARACTERS_PER_MS = 1_000;

/** Tokens of a text, or of a pair of texts, with the special ones or without. */
export type TokenEncoder = (text: string, special: boolean, pair?: string) => number[];

const context = createContext({ work: null });
const script = new Script('work()');

/**
 * An encoder that ends: tokenizer.json may bring patterns, and V8 looks for a stop while one backtracks.
 * @param longest milliseconds for a text, beside one for a thousand characters
 * @returns the encoder itself where it brings none; the other one throws CutoverError MODEL_UNUSABLE
 */
export function ending(encoder: TokenEncoder, folder: string, longest = LONGEST_MS): TokenEncoder {
  if (!bringsPatterns(folder)) return encoder;
  return (text, special, pair) => {
    const timeout = Math.ceil(longest + (text.length + (pair?.length ?? 0)) / CHARACTERS_PER_MS);
    context.work = () => encoder(text, special, pair);
    try {
      return script.runInContext(context, { timeout }) as number[];
    } catch (error) {
      // Made outside of this realm, so that it is no instance of Error here.
      if ((error as { readonly code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      const reason = `it was not done with a text of ${text.length} characters after ${timeout} ms: a pattern of tokenizer.json backtracks without end`;
      throw new CutoverError('MODEL_UNUSABLE', { file: `The tokenizer in ${folder}`, reason }, { cause: error });
    }
  };
}

/** Whatever a key looks like in the file, parsed it is one of these letters. */
function bringsPatterns(folder: string): boolean {
  try {
    let found = false;
    JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8'), (key, value: unknown) => {
      found ||= key === 'Regex';
      return value;
    });
    return found;
  } catch {
    return false;
  }
}

/** A text as the model sees it. */
export interface Tokens {
  /** Special tokens included. */
  readonly ids: readonly number[];
  /** How many of them, from the first, are the role's prefix with what comes before it; 0 where it has none. */
  readonly prefix: number;
  readonly truncated: boolean;
}

export type Tokenizer = (text: string, role: Role) => Tokens;

/** What of a version a tokenizer goes by. */
type TokenizerUse = Pick<ModelUse, 'folder' | 'maxTokens' | 'lowercase' | 'prefixes'>;

/**
 * A tokenizer that cuts what is too long. Cutting is done here: @xenova/transformers 2.17 cuts the finished sequence, so that
 * a long text loses its closing [SEP] and no longer looks like what the model was trained on. Here the text's own tokens are
 * cut, and the special ones stay.
 * @throws CutoverError MODEL_UNUSABLE when the special tokens leave no room; the tokenizer, when a pattern backtracks without end
 */
export function cutting(given: TokenEncoder, { folder, maxTokens, lowercase, prefixes }: TokenizerUse): Tokenizer {
  const encoder = ending(given, folder);
  const { before, after } = specialTokens(encoder, folder);
  const written = (text: string): string => (lowercase ? text.toLowerCase() : text);
  const room = maxTokens - before.length - after.length;
  if (room < 1) throw unusable(folder, `its special tokens leave no room for text in ${maxTokens} tokens`);
  const prefixOf = (role: Role): number => {
    const text = prefixes[role];
    return text === '' ? 0 : before.length + encoder(written(text), false).length;
  };
  const prefix = { query: prefixOf('query'), document: prefixOf('document') };
  return (text, role) => {
    const own = encoder(written(text), false);
    const truncated = own.length > room;
    return { ids: [...before, ...(truncated ? own.slice(0, room) : own), ...after], prefix: prefix[role], truncated };
  };
}

/** A model folder's tokenizer as it is. @throws CutoverError MODEL_UNUSABLE when it can't be read */
export async function loadEncoder(folder: string): Promise<TokenEncoder> {
  try {
    const { AutoTokenizer, env } = await import('./transformers-js.ts');
    Object.assign(env, { allowLocalModels: true, allowRemoteModels: false, useFSCache: false, localModelPath: dirname(folder) });
    const tokenizer = await AutoTokenizer.from_pretrained(basename(folder), { local_files_only: true });
    const normalise = (await bertNormalizer(folder)) ?? ((text: string) => text);
    return (text, special, pair) =>
      tokenizer.encode(normalise(text), pair === undefined ? null : normalise(pair), { add_special_tokens: special });
  } catch (error) {
    throw unusable(folder, reasonOf(error), error);
  }
}

/** What the tokenizer puts before and after a text, found by encoding one with and without. */
function specialTokens(encode: TokenEncoder, folder: string): { before: number[]; after: number[] } {
  const own = encode('a', false);
  const all = encode('a', true);
  const start = all.findIndex((_, i) => own.every((id, j) => all[i + j] === id));
  if (own.length === 0 || start < 0) throw unusable(folder, 'its special tokens are not before and after the text');
  return { before: all.slice(0, start), after: all.slice(start + own.length) };
}

function unusable(folder: string, reason: string, cause?: unknown): CutoverError {
  return new CutoverError('MODEL_UNUSABLE', { file: `The tokenizer in ${folder}`, reason }, { cause });
}
