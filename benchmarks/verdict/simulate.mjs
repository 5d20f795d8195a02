import { seededRandom } from '../../dist/core/random.js';
import { METHODS } from './methods.mjs';
import { sampleOf } from './scenes.mjs';

/**
 * How often each method passes and fails in samples of one scene.
 * @param {string} scene seeds the samples, so that a cell is the same whatever else is simulated
 * @param {import('./scenes.mjs').Draw} draw
 * @param {{ needs: number, runs: number, margin: number, alpha: number, methods?: readonly string[] }} options
 * @returns {Record<string, { passes: number, fails: number }>} shares of the runs, by method
 */
export function ratesOf(scene, draw, { needs, runs, margin, alpha, methods = Object.keys(METHODS) }) {
  const random = seededRandom(needs, scene);
  const counts = Object.fromEntries(methods.map((name) => [name, { passes: 0, fails: 0 }]));
  for (let run = 0; run < runs; run++) {
    const sample = sampleOf(draw, needs, random);
    for (const name of methods) {
      const { pass, fail } = METHODS[name](sample, margin, alpha);
      counts[name].passes += Number(pass) / runs;
      counts[name].fails += Number(fail) / runs;
    }
  }
  return counts;
}
