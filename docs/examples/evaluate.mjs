// Evaluates two versions from code, gates them with an own policy, and renders the report as Markdown.
// node docs/examples/evaluate.mjs DATASET OUTPUT
import { fileURLToPath } from 'node:url';
import { evaluate, gate, parsePolicy, renderReport } from 'cutover';

const [dataset, output] = process.argv.slice(2);
const module = fileURLToPath(new URL('words.mjs', import.meta.url));

const { evaluation, timings } = await evaluate({
  config: {
    dataset,
    old: { id: 'letters', embedder: 'module', module, options: { weight: 1 } },
    new: { id: 'fewer vowels', embedder: 'module', module, options: { weight: 0.5 } },
    production: { rebuilds: 1 },
    cache: `${output}/cache`,
  },
  output,
});

const policy = parsePolicy({ rules: [{ metric: 'annRecall@10', atLeast: 0.9 }] });
const verdict = gate(evaluation, policy, { asOf: '2026-01-31' });

console.log(renderReport(evaluation, verdict, timings, 'markdown'));
process.exitCode = verdict.exitCode;
