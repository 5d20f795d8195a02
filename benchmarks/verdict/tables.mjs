import { METHODS } from './methods.mjs';

/** `4.2`: percent. @param {number} share */
const percent = (share) => (share * 100).toFixed(1);

/** @param {readonly string[]} cells */
const row = (cells) => `| ${cells.join(' | ')} |`;

/** One table: a row a scene and method, a column a size. */
function table(cells, sizes, what) {
  const scenes = [...new Set(cells.map(({ scene }) => scene))];
  const lines = scenes.flatMap((scene) =>
    Object.keys(METHODS).map((method) => {
      const rates = sizes.map((needs) => cells.find((cell) => cell.scene === scene && cell.needs === needs)?.rates[method]?.[what] ?? 0);
      return row([scene, method, ...rates.map(percent)]);
    }),
  );
  const head = row(['scene', 'method', ...sizes.map((needs) => `${needs} needs`)]);
  return [head, row(['---', '---', ...sizes.map(() => '--:')]), ...lines].join('\n');
}

/** The worst and the median scene of each method, by size. */
function summary(cells, sizes, what) {
  const lines = Object.keys(METHODS).map((method) => {
    const of = (needs) =>
      cells
        .filter((cell) => cell.needs === needs)
        .map((cell) => cell.rates[method][what])
        .sort((a, b) => a - b);
    return row([method, ...sizes.map((needs) => `${percent(of(needs)[of(needs).length >> 1])}, ${percent(of(needs).at(-1))}`)]);
  });
  return [row(['method', ...sizes.map((needs) => `${needs} needs`)]), row(['---', ...sizes.map(() => '--:')]), ...lines].join('\n');
}

/** RESULTS.md, whole. */
export function tables({ runs, others, margin, alpha, sizes, atMargin, atZero, atThreeMargins }) {
  const of = (title, cells, what, text) =>
    `## ${title}\n\n${text} Median scene, worst scene:\n\n${summary(cells, sizes, what)}\n\n${table(cells, sizes, what)}`;
  return `# Wrong verdicts and power

Written by \`node benchmarks/verdict/run.mjs --write\`: ${runs} samples a cell for the gate's own bound where the truth is the margin, ${others} for all else, margin ${margin}, stated error ${percent(alpha)} %. All figures are percent. The scenes are those of scenes.mjs; each need has an old value, which bounds what it can lose.

${of('False passes', atMargin, 'passes', `The true loss is exactly the margin.`)}

${of('False fails', atMargin, 'fails', `The true loss is exactly the margin.`)}

${of('Passes where nothing changed', atZero, 'passes', `The true difference is 0, so that a pass is right.`)}

${of('Fails where the loss is three margins', atThreeMargins, 'fails', `The true loss is ${3 * margin}, so that a fail is right.`)}
`;
}
