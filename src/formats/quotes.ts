import { textChunks } from './bytes.ts';

/** Where the quotes of a CSV file go wrong; lines count from 1. */
export interface QuoteFault {
  /** Line of the quote that opens the cell. */
  readonly opened: number;
  /** Line on which text follows its closing quote; null where it is never closed. */
  readonly closed: number | null;
}

/**
 * Finds the first quoted cell of a CSV file that is not closed, or is closed amid its text. A forgotten quote closes at the next
 * one, often many lines on, and a reader fails there: people need the line where it opened.
 * @returns null where every quoted cell ends as it should
 * @example await quoteFault(file) // of 'a,b\n1,"two\n2,"three"': { opened: 2, closed: 3 }
 */
export async function quoteFault(file: string): Promise<QuoteFault | null> {
  let state: 'start' | 'bare' | 'quoted' | 'closing' = 'start';
  let line = 1;
  let opened = 1;
  for await (const chunk of textChunks(file))
    for (const sign of chunk.toString('utf8')) {
      if (state === 'closing' && sign !== '"' && sign !== ',' && sign !== '\n' && sign !== '\r') return { opened, closed: line };
      if (sign === '"' && state === 'start') {
        state = 'quoted';
        opened = line;
      } else if (sign === '"' && state !== 'bare') state = state === 'quoted' ? 'closing' : 'quoted';
      else if (state !== 'quoted' && sign !== '\uFEFF')
        state = sign === ',' || sign === '\n' ? 'start' : state === 'closing' ? state : 'bare';
      if (sign === '\n') line++;
    }
  return state === 'quoted' ? { opened, closed: null } : null;
}
