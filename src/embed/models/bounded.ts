import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { CutoverError } from '../../core/errors.ts';

/** A text takes a millisecond or so; a pattern that backtracks through all ways to split it takes years. */
const LONGEST_MS = 20_000;
const CHARACTERS_PER_MS = 1_000;

/** A text's tokens, with the special ones or without. */
export type TokenEncoder = (text: string, special: boolean) => number[];

const context = createContext({ work: null });
const script = new Script('work()');

/**
 * An encoder that ends: tokenizer.json may bring patterns, and V8 looks for a stop while one backtracks.
 * @param longest milliseconds for a text, beside one for a thousand characters
 * @returns the encoder itself where it brings none; the other one throws CutoverError MODEL_UNUSABLE
 */
export function ending(encoder: TokenEncoder, folder: string, longest = LONGEST_MS): TokenEncoder {
  if (!bringsPatterns(folder)) return encoder;
  return (text, special) => {
    const timeout = Math.ceil(longest + text.length / CHARACTERS_PER_MS);
    context.work = () => encoder(text, special);
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

function bringsPatterns(folder: string): boolean {
  try {
    return readFileSync(join(folder, 'tokenizer.json'), 'utf8').includes('"Regex"');
  } catch {
    return false;
  }
}
