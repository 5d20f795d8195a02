// Compares two TREC runs on judgements, no model involved.
// node docs/examples/compare-runs.mjs QRELS OLD.run NEW.run
import { compareRuns } from 'cutover';

const [qrels, before, after] = process.argv.slice(2);
const { comparison } = await compareRuns({
  qrels,
  old: before,
  new: after,
  measures: 'nDCG@10 R@100',
  policy: null,
  output: null,
  seed: 7,
  asOf: '2026-01-31',
  cwd: process.cwd(),
  console: { progress: () => undefined, info: () => undefined, warn: console.error },
});
for (const [measure, { mean }] of Object.entries(comparison.paired)) console.log(`${measure} ${mean.toFixed(4)}`);
