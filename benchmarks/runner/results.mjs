import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..');
const KEPT = join(FOLDER, 'results.json');

/** Results of all subjects, the ones of earlier runs too. */
export function keptResults() {
  return existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, 'utf8')) : {};
}

/** Writes results.json, and RESULTS.md whole from it. @param order ids of all subjects */
export function keepResults(results, order) {
  writeFileSync(KEPT, `${JSON.stringify(results, null, 1)}\n`);
  const notes = readFileSync(join(FOLDER, 'notes.md'), 'utf8').trim();
  writeFileSync(join(FOLDER, 'RESULTS.md'), `${resultsText(results, order)}\n${notes}\n`);
}

export function machine() {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${cpu}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}

export function resultsText(results, order) {
  const known = order.filter((id) => results[id] !== undefined);
  const sections = known.map((id) => section(results[id]));
  const aims = known.flatMap((id) => results[id].tables).flatMap(aimLines);
  return `# Results

Written by \`npm run bench\` from results.json. A ratio is another tool's time ÷ ours in the same round: above 1, cutover is faster. Tools take turns; the figure is the median over the rounds, lowest and highest behind it. Peak memory is the resident memory of all processes of a tool together.

| ratio | aim | | what | row |
|---|---|---|---|---|
${aims.join('\n')}

${sections.join('\n\n')}
`;
}

function aimLines({ title, rows }) {
  return rows
    .filter(({ aim }) => aim !== null)
    .map(({ name, aim, ratio }) =>
      cells([median(ratio), aim.text, { true: 'met', false: 'short' }[aim.met] ?? 'not measured', title, name]),
    );
}

function section({ title, date, machine: where, versions, tables, problem }) {
  const from = [`${date}. ${where}.`, versions.length === 0 ? '' : `Against ${versions.join(', ')}.`].join(' ').trim();
  const body = problem == null ? tables.map(table) : [`Not measured: ${problem}`];
  return [`## ${title}`, from, ...body].join('\n\n');
}

function table({ title, columns, rounds, rows, note }) {
  const head = ['ratio', 'spread', 'aim', 'who', 'seconds', 'spread', 'a second', 'peak MB', ...columns];
  const lines = rows.map((row) => {
    if (row.problem != null)
      return cells(['', '', '', `${row.name}: not measured, ${row.problem}`, '', '', '', '', ...columns.map(() => '')]);
    const { ratio, aim, name, seconds, rate, megabytes, more } = row;
    const ratios = ratio === null ? ['', ''] : [median(ratio), range(ratio)];
    const measured = [median(seconds), range(seconds), rate === null ? '' : number(rate), megabytes === null ? '' : number(megabytes)];
    return cells([...ratios, aim === null ? '' : aim.text, name, ...measured, ...more.map((value) => number(value))]);
  });
  const turns = rounds === 1 ? 'One round.' : `${rounds} rounds.`;
  return [
    `### ${title}`,
    '',
    [turns, note].filter(Boolean).join(' '),
    '',
    cells(head),
    `|${head.map(() => '---|').join('')}`,
    ...lines,
  ].join('\n');
}

function cells(values) {
  return `| ${values.map((value) => String(value).replaceAll('|', '\\|')).join(' | ')} |`;
}

function median(spread) {
  return spread == null ? '' : number(spread.median);
}

function range(spread) {
  return spread.low === spread.high ? '' : `${number(spread.low)}–${number(spread.high)}`;
}

/** Three digits are what such a measurement is worth. */
function number(value) {
  if (typeof value !== 'number') return value ?? '';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-GB');
  return String(Number(value.toPrecision(3)));
}
