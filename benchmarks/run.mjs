// Runs the comparisons and writes RESULTS.md: node benchmarks/run.mjs [--only subject,…] [--quick]
import { parseArgs } from 'node:util';
import { throwAway } from './runner/environment.mjs';
import { keepResults, keptResults, machine, resultsText } from './runner/results.mjs';
import { SUBJECTS } from './subjects.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } } });
const ids = SUBJECTS.map(({ id }) => id);
const wanted = values.only?.split(',') ?? ids;
const unknown = wanted.filter((id) => !ids.includes(id));
if (unknown.length > 0) {
  console.error(`No subject ${unknown.join(', ')}; there are ${ids.join(', ')}.`);
  process.exit(2);
}

// What is tried out in small sizes is shown and not kept.
const results = values.quick ? {} : keptResults();
const environment = throwAway();
process.on('exit', environment.remove);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
for (const { id, title, run } of SUBJECTS.filter((subject) => wanted.includes(subject.id))) {
  const start = performance.now();
  const say = (text) => console.error(`${id}: ${text}`);
  const found = await run({ environment, quick: values.quick, say }).catch((error) => {
    say(`failed: ${error instanceof Error ? error.stack : error}`);
    process.exitCode = 1;
    return { versions: [], tables: [], problem: error instanceof Error ? error.message : String(error) };
  });
  results[id] = { title, date: new Date().toISOString().slice(0, 10), machine: machine(), ...found };
  if (!values.quick) keepResults(results, ids);
  say(`done in ${((performance.now() - start) / 60_000).toFixed(1)} min`);
}
console.log(resultsText(results, ids));
