import { bootstrap } from '../../dist/measure/stats/bootstrap.js';
import { twoSidedInterval } from '../../dist/measure/stats/interval.js';
import { columnByNeed, indexNeeds } from '../../dist/measure/stats/needs.js';

const [QUERIES, METRICS, SLICES] = [1_000, 30, 20];
const random = (i) => ((i * 2654435761) % 4294967296) / 4294967296;
const index = indexNeeds(Array.from({ length: QUERIES }, (_, i) => `q${i}`));
const columns = [];
for (let metric = 0; metric < METRICS; metric++) {
  const values = Array.from({ length: QUERIES }, (_, i) => random(i * 31 + metric * 7919) - 0.48);
  for (let slice = 0; slice < SLICES; slice++)
    columns.push(
      columnByNeed(
        index,
        values,
        Array.from({ length: QUERIES }, (_, i) => slice === 0 || i % SLICES === slice),
      ),
    );
}
const start = performance.now();
const intervals = bootstrap(columns, { needs: index.labels.length, resamples: 10_000, seed: 7 }, (sample) =>
  twoSidedInterval(sample, 0.95, 'none'),
);
const seconds = (performance.now() - start) / 1000;
if (intervals.length !== METRICS * SLICES) throw new Error('intervals are missing');
console.log(JSON.stringify({ seconds, items: intervals.length }));
