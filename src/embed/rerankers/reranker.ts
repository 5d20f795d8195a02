import type { Fingerprint } from '../../core/brand.ts';

/** Scores how well documents answer a query; it sees texts alone, so that a pair has one score whatever the version. */
export interface OpenReranker {
  /** Of what decides its scores; null for a service, which has no weights to hash. */
  readonly fingerprint: Fingerprint | null;
  /**
   * @param documents texts, at least one
   * @returns one score a document, higher is better
   * @throws CutoverError when a score can't be had, or is no finite number
   */
  score(query: string, documents: readonly string[], signal: AbortSignal): Promise<number[]>;
  close(): Promise<void>;
}
