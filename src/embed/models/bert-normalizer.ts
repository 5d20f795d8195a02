import { join } from 'node:path';
import { readText } from '../../system/files.ts';
import { parsedJson } from '../../system/json.ts';

/** What of tokenizer.json decides how BERT's tokenizers normalise. */
interface TokenizerFile {
  readonly normalizer?: {
    readonly type?: string;
    readonly clean_text?: boolean;
    readonly handle_chinese_chars?: boolean;
    readonly strip_accents?: boolean | null;
    readonly lowercase?: boolean;
  } | null;
  readonly added_tokens?: readonly { readonly content: string; readonly normalized?: boolean }[];
}

/**
 * Normalises a text as Python's tokenizers do for BERT's models, so that JavaScript's have nothing left to normalise: those strip
 * only some accents (none of Devanagari), lower a final sigma to ς, and know no CJK beyond the basic plane. Null for a folder of
 * another kind of tokenizer.
 * Source: huggingface/tokenizers, tokenizers/src/normalizers/bert.rs
 */
export async function bertNormalizer(folder: string): Promise<((text: string) => string) | null> {
  const file = parsedJson<TokenizerFile>(await readText(join(folder, 'tokenizer.json')).catch(() => ''));
  const rules = file?.normalizer;
  if (rules?.type !== 'BertNormalizer') return null;
  const { clean_text: cleans = true, handle_chinese_chars: parts = true, lowercase = true } = rules;
  const strips = rules.strip_accents ?? lowercase;
  const steps = [cleans && clean, parts && apartChinese, strips && stripAccents, lowercase && lower].filter((step) => step !== false);
  const normalise = (text: string): string => steps.reduce((done, step) => step(done), text);
  const kept = (file?.added_tokens ?? []).filter(({ normalized }) => normalized !== true).map(({ content }) => content);
  return (text) => between(text, kept, normalise);
}

/** Changes what is between the tokens that are taken as they are written, such as [MASK]. */
function between(text: string, kept: readonly string[], change: (text: string) => string): string {
  if (!kept.some((token) => text.includes(token))) return change(text);
  const pattern = new RegExp(`(${kept.map((token) => token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`);
  return text
    .split(pattern)
    .map((part) => (kept.includes(part) ? part : change(part)))
    .join('');
}

const WHITE = /[\p{White_Space}]/u;
const CONTROL = /[\0\uFFFD\p{Cc}\p{Cf}\p{Co}]/u;

function clean(text: string): string {
  return each(text, (char) => {
    if (char === '\t' || char === '\n' || char === '\r') return ' ';
    if (CONTROL.test(char)) return '';
    return WHITE.test(char) ? ' ' : char;
  });
}

/** First and last code points that are written apart; Rust's table, its gap at 2B820 with it. */
const CHINESE: readonly (readonly [number, number])[] = [
  [0x4e00, 0x9fff],
  [0x3400, 0x4dbf],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b73f],
  [0x2b740, 0x2b81f],
  [0x2b920, 0x2ceaf],
  [0xf900, 0xfaff],
  [0x2f800, 0x2fa1f],
];

function apartChinese(text: string): string {
  return each(text, (char) => {
    const point = char.codePointAt(0) ?? 0;
    return point >= 0x3400 && CHINESE.some(([first, last]) => first <= point && point <= last) ? ` ${char} ` : char;
  });
}

function stripAccents(text: string): string {
  return text.normalize('NFD').replace(/\p{Mn}/gu, '');
}

/** Each character alone: a sigma at the end of a word stays σ. */
function lower(text: string): string {
  return each(text, (char) => char.toLowerCase());
}

function each(text: string, change: (char: string) => string): string {
  let result = '';
  for (const char of text) result += change(char);
  return result;
}
