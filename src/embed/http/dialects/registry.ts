import type { Dialect } from '../dialect.ts';
import { cohere } from './cohere.ts';
import { gemini } from './gemini.ts';
import { jina } from './jina.ts';
import { nim } from './nim.ts';
import { openai } from './openai.ts';
import { voyage } from './voyage.ts';

/** Every dialect of the http embedder; the only list. The first is taken where a version names none. */
export const DIALECTS = [openai, cohere, voyage, jina, nim, gemini] as const satisfies readonly Dialect[];

/** @param id one of the registry's; the schema took no other */
export function dialectOf(id: string | undefined): Dialect {
  return DIALECTS.find((dialect) => dialect.id === id) ?? DIALECTS[0];
}
