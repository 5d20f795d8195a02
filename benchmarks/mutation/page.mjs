// The results as a page.

/** Wilson's interval for a share, 95 %. Source: Wilson 1927, doi:10.1080/01621459.1927.10502953 */
function wilson(hits, n) {
  const z = 1.959964;
  const centre = (hits + (z * z) / 2) / (n + z * z);
  const half = (z / (n + z * z)) * Math.sqrt((hits * (n - hits)) / n + (z * z) / 4);
  return [centre - half, centre + half];
}

const percent = (share) => `${(100 * share).toFixed(0)} %`;

/** @param results room → what its run found */
export function page(results) {
  const rows = Object.entries(results).map(([room, { date, seed, places, tried, survivors }]) => {
    const noticed = tried - survivors.length;
    const [low, high] = wilson(noticed, tried);
    return `| ${room} | ${places} | ${tried} (seed ${seed}) | ${noticed} | ${percent(noticed / tried)} [${percent(low)}, ${percent(high)}] | ${date} |`;
  });
  const lists = Object.entries(results).map(([room, { survivors }]) =>
    [`## ${room}: what no test noticed`, '', ...(survivors.length === 0 ? ['Nothing.'] : survivors.map((words) => `- ${words}`)), ''].join(
      '\n',
    ),
  );
  return `# Mutations

Small faults, one at a time: an operator turned round, a condition held true or false, a number off by one, a statement left out. The share that the tests of the room notice, with Wilson's interval, since a seeded sample of the places is tried. Not every survivor is a gap: some change speed alone, some a guard that nothing reaches.

\`node benchmarks/mutation/run.mjs\` draws this page from \`results.json\`; \`--file src/gate/waivers.ts --count 1000\` tries all of one file.

| room | places | tried | noticed | share | date |
|---|---|---|---|---|---|
${rows.join('\n')}

${lists.join('\n')}`;
}
