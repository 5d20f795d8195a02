import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadVectors } from '../../dist/project/vectors.js';
import { withWorkspace } from '../../dist/project/workspace.js';
import { embed } from '../../dist/run/embed.js';
import { exactRun } from '../../dist/studies/answers.js';
import { ways } from '../../dist/studies/ways.js';

const ROOT = join(import.meta.dirname, '..', '..');
const BGE = join(ROOT, 'versions', 'bge-small-en.yaml');
const BGE_15 = join(ROOT, 'versions', 'bge-small-en-v1.5.yaml');
const MINILM = { id: 'all-MiniLM-L6-v2', model: 'Xenova/all-MiniLM-L6-v2', dtype: 'q8', pooling: 'mean', normalize: true, maxTokens: 256 };

/** From one version to another, by the name of the table's row. */
export const PAIRS = {
  'bge-small-en → v1.5': [BGE, BGE_15],
  'bge-small-en → MiniLM': [BGE, MINILM],
  'v1.5 → MiniLM': [BGE_15, MINILM],
};

/** Of nDCG@10 and R@10; the first are the demo's. Half of a small collection shows a loss of that size for no version. */
export const MARGINS = [
  [0.02, 0.03],
  [0.05, 0.05],
];

export const rulesAt = ([nDCG, R]) => [
  { metric: 'nDCG@10', nonInferior: nDCG },
  { metric: 'R@10', nonInferior: R },
];

/** What each way finds on a data set between two versions: embeds what the cache lacks, and runs the study alone. */
export async function waysOf(folder, name, [old, fresh], say) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'policy.json'), JSON.stringify({ rules: rulesAt(MARGINS[0]) }));
  const config = { dataset: 'data', old, new: fresh, cache: '../cache', output: `out-${name}`, policy: 'policy.json', seed: 7 };
  const options = {
    configFile: join(folder, 'cutover.yaml'),
    configText: JSON.stringify(config),
    output: null,
    asOf: '',
    cwd: folder,
    env: {},
    console: { progress: ({ task, done, total }) => done % 100 === 0 && say(`${task} ${done} of ${total}`), info: say, warn: say },
    clock: () => performance.now(),
    signal: new AbortController().signal,
  };
  return withWorkspace(options, async (workspace) => {
    await embed(workspace);
    const sides = {};
    for (const side of ['old', 'new']) {
      const vectors = await loadVectors(workspace, side);
      const { version } = workspace.embedders[side];
      sides[side] = { version, vectors: async () => vectors, exact: await exactRun(workspace, vectors) };
    }
    const context = { ...workspace, sides };
    const not = ways.applies(context);
    if (not !== null) throw new Error(not.notApplicable);
    const start = performance.now();
    const found = await ways.run(context);
    say(`${name}: ways in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    return { found, needs: workspace.dataset.queries.map(({ need }) => need) };
  });
}
