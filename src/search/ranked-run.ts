import { CutoverError } from '../core/errors.ts';
import type { Run } from '../model/search.ts';
import { byScore, type Result, type Results, readResults, type TieOrder } from './trec-run.ts';

/** What the score column of a run holds: higher is nearer, or lower is. */
export type ScoreKind = 'similarity' | 'distance';

/** A run whose ranks and scores agree. */
export interface RankedRun {
  readonly run: Run;
  /** Float64Array [results], every score as it was written, below 0 for distances. */
  readonly scores: Float64Array;
  /** Share of neighbouring results whose scores go against their ranks. */
  readonly contradictions: number;
}

/** Share of neighbouring results above which rank and score can't both be meant. */
const MOSTLY = 0.5;

/**
 * Reads a TREC run that somebody else's program wrote, and holds its ranks against its scores: distances in the score column would
 * put every list upside down.
 * @throws CutoverError RUN_CONTRADICTS_ITSELF when scores rise where ranks fall; RUN_EMPTY, TREC_RUN_MALFORMED
 */
export async function readRankedRun(file: string, kind: ScoreKind = 'similarity', ties: TieOrder = 'double'): Promise<RankedRun> {
  const results = await readResults(file);
  if (results.size === 0) throw new CutoverError('RUN_EMPTY', { file });
  const contradictions = shareOfContradictions(results, kind);
  if (contradictions > MOSTLY) throw contradiction(file, contradictions, kind);
  const sign = kind === 'distance' ? -1 : 1;
  const written = [...results.values()].flatMap((list) => [...list.values()]);
  return { run: byScore(results, ties, sign), scores: Float64Array.from(written, ({ score }) => sign * score), contradictions };
}

function contradiction(file: string, contradictions: number, kind: ScoreKind): CutoverError {
  const next =
    kind === 'similarity'
      ? 'Say --scores distance where the column holds distances (--scores old=distance for one of the runs)'
      : 'Leave --scores distance out where the column holds similarities';
  const values = { file, share: `${(100 * contradictions).toFixed(1)} %`, direction: kind === 'similarity' ? 'higher' : 'lower', next };
  return new CutoverError('RUN_CONTRADICTS_ITSELF', values);
}

/**
 * Of pairs of results at one rank and the next, with other scores: the share whose scores go against their ranks; 0 without a pair.
 * Scores that are one float32 tie: most programs rank by float32 and write more digits than it holds.
 */
function shareOfContradictions(results: Results, kind: ScoreKind): number {
  let [pairs, against] = [0, 0];
  for (const list of results.values()) {
    const ranked = [...list.values()].filter(({ rank }) => Number.isFinite(rank)).sort((a, b) => a.rank - b.rank);
    for (const [i, after] of ranked.entries()) {
      const before = ranked[i - 1];
      if (before === undefined || before.rank === after.rank || ties(before, after)) continue;
      pairs++;
      if (after.score > before.score === (kind === 'similarity')) against++;
    }
  }
  return pairs === 0 ? 0 : against / pairs;
}

const ties = (a: Result, b: Result): boolean => Math.fround(a.score) === Math.fround(b.score);
