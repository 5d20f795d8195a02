import { seededRandom } from '../../dist/core/random.js';
import { METHODS } from './methods.mjs';
import { sampleOf } from './scenes.mjs';

/** The gate's own. */
export const OWN = 'Gaffke, unseen need';

/**
 * How often each method passes and fails in samples of one scene.
 * @param {string} scene seeds the samples, so that a cell is the same whatever else is simulated
 * @param {import('./scenes.mjs').Draw} draw
 * @param {{ needs: number, runs: number, others: number, margin: number, alpha: number }} options others: samples that the
 * other methods see too, the first ones
 * @returns {Record<string, { passes: number, fails: number }>} shares of the samples, by method
 */
export function ratesOf(scene, draw, { needs, runs, others, margin, alpha }) {
  const random = seededRandom(needs, scene);
  const methods = Object.keys(METHODS);
  const counts = Object.fromEntries(methods.map((name) => [name, { passes: 0, fails: 0 }]));
  for (let run = 0; run < runs; run++) {
    const sample = sampleOf(draw, needs, random);
    for (const name of run < others ? methods : [OWN]) {
      const { pass, fail } = METHODS[name](sample, margin, alpha);
      counts[name].passes += Number(pass);
      counts[name].fails += Number(fail);
    }
  }
  const shares = ({ passes, fails }, of) => ({ passes: passes / of, fails: fails / of });
  return Object.fromEntries(methods.map((name) => [name, shares(counts[name], name === OWN ? runs : Math.min(runs, others))]));
}
