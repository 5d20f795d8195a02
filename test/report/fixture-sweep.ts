import type { Fingerprint } from '../../src/core/brand.ts';
import type { Sweep, SweepResult } from '../../src/model/sweep.ts';

/** A candidate that passes unless the test says otherwise. */
export function sweepResult(name: string, quality: number, bytes: number, change: Partial<SweepResult> = {}): SweepResult {
  return {
    name,
    version: { id: name, fingerprint: 'f'.repeat(64) as Fingerprint },
    outcome: 'pass',
    headline: 'Pass: 1 of 1 rule holds.',
    reasons: [],
    quality,
    difference: 0,
    interval: null,
    cost: { dimension: 8, bytes, engine: 'hnsw', hnsw: { m: 16, efConstruction: 200, efSearch: 64 }, visited: 64 },
    dominated: false,
    ...change,
  };
}

const COST = sweepResult('', 0, 300).cost;

/** A sweep of which `cheap` is the cheapest that passes. */
export function sweepOf(results: readonly SweepResult[], change: Partial<Sweep> = {}): Sweep {
  return {
    kind: 'cutover.sweep',
    schemaVersion: 1,
    cutoverVersion: '0.0.0',
    asOf: '2026-01-31',
    dataset: { name: 'd', documents: 10_000, queries: 50 },
    old: { id: 'before', quality: 0.6, cost: COST },
    measure: { name: 'nDCG@10', on: 'served' },
    confidence: { policy: 0.95, candidate: 0.99 },
    results,
    failures: [],
    cheapest: 'cheap',
    ...change,
  };
}
