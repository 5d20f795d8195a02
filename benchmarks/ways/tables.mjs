const percent = (part, whole) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);
const mean = (values) => {
  const known = values.filter((value) => value !== null);
  return (known.reduce((sum, value) => sum + value, 0) / known.length).toFixed(4);
};

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

const count = (passed, of) => passed.filter((one) => one[of]).length;

/** Results as a page. */
export function page(rows, { documents, queries, splits, margins }) {
  const all = margins.map((_, m) => rows.flatMap(({ byMargin }) => byMargin[m]));
  const advised = all.map((passed) => passed.filter((one) => one.advised));
  const cells = (passed) => [passed.length, percent(count(passed, 'fails'), passed.length), percent(count(passed, 'below'), passed.length)];
  const head = ['', 'passes', 'fail on the other half', 'mean there below the margin'];
  const margin = (m) => `nDCG@10 ${margins[m][0]}, R@10 ${margins[m][1]}`;
  const kinds = ['queries-first', 'bridge-orthogonal', 'bridge-ridge', 'bridge-low-rank', 'bridge-net', 'rescore', 'in-place', 'beside'];
  const everything = all.flat();
  return `# Ways that keep their word

Written by \`node benchmarks/ways/run.mjs --data FOLDER --work FOLDER --write\`: parts of public collections (at most ${documents} documents and ${queries} queries; ways of a small corpus are easier than those of a large one), ${new Set(rows.map(({ pair }) => pair)).size} pairs of real models each, ${splits} random halves of the needs a pair. A way that passes on one half is judged by the same rules on the other half. Stated: at most 5 % fail there.

## By margin, all collections and pairs

${table(
  head,
  margins.flatMap((_, m) => [
    [`every way that passes, ${margin(m)}`, ...cells(all[m])],
    [`the one that is advised, ${margin(m)}`, ...cells(advised[m])],
  ]),
)}

## By way, all margins

${table(
  head,
  kinds.map((kind) => [kind, ...cells(everything.filter(({ way }) => way.startsWith(kind)))]),
)}

## By collection and pair, all margins

${table(
  ['', 'needs', ...head.slice(1)],
  rows.map(({ collection, pair, found, byMargin }) => [`${collection}, ${pair}`, new Set(found.needs).size, ...cells(byMargin.flat())]),
)}

## nDCG@10 of each way

${table(
  ['', 'stay', ...kinds],
  rows.map(({ collection, pair, found: { found } }) => {
    const last = (kind) => found.ways.filter(({ id }) => id.startsWith(kind)).at(-1);
    const value = (kind) => (last(kind) === undefined ? '–' : mean(last(kind).values['nDCG@10']));
    return [`${collection}, ${pair}`, ...['stay', ...kinds].map(value)];
  }),
)}

Of bridges and rescorings the one of the most pairs or candidates.
`;
}
