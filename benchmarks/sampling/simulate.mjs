// How far recall on a sampled corpus is off: node benchmarks/sampling/simulate.mjs [documents] [queries] [draws] [drift] [scattered]
// Draws a clustered corpus of unit vectors and a second version of it that is the first with noise, ranks every query in
// full, and then estimates the new version's R@k from many samples of the corpus. docs/scale.md explains the estimators.
import { seededRandom } from '../../dist/core/random.js';

// Drift is the noise that the second version adds to every vector; 0.3 leaves about half of the ten nearest. Scattered is the
// share of documents that it puts anywhere instead.
const [N = 1_000_000, Q = 200, DRAWS = 200, DRIFT = 0.3, SCATTERED = 0] = process.argv.slice(2).map(Number);
const D = 48;
const K = 10;
const CLUSTERS = 2000;
/** Old ranks (best over the queries) up to which a document belongs to the stratum; the last one takes the rest. */
const DEPTHS = [50, 100, 250, 500, 1000, 2000, Number.POSITIVE_INFINITY];
/** Inclusion probability by stratum. The first is always kept; the last one that is kept whole ends at twice its beginning. */
const DESIGNS = {
  'the old top 100, 1 % of the rest': [1, 1, 0.01, 0.01, 0.01, 0.01, 0.01],
  'the old top 100, 10 % of the rest': [1, 1, 0.1, 0.1, 0.1, 0.1, 0.1],
  'falling with old rank: 1, 0.5, 0.1, 0.01': [1, 1, 0.5, 0.5, 0.1, 0.1, 0.01],
  'falling with old rank: 1, 1, 0.2, 0.01': [1, 1, 1, 1, 0.2, 0.2, 0.01],
  'the old top 500, 1 % of the rest': [1, 1, 1, 1, 0.01, 0.01, 0.01],
  'the old top 1,000, 1 % of the rest': [1, 1, 1, 1, 1, 0.01, 0.01],
  'the old top 2,000, 1 % of the rest': [1, 1, 1, 1, 1, 1, 0.01],
};

function gaussian(random) {
  return () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

function unit(rows) {
  for (let start = 0; start < rows.length; start += D) {
    let norm = 0;
    for (let j = start; j < start + D; j++) norm += rows[j] ** 2;
    for (let j = start; j < start + D; j++) rows[j] /= Math.sqrt(norm);
  }
  return rows;
}

/** `rows` with isotropic noise of relative length `amount`, scaled to unit length again. */
function noisy(rows, amount, label) {
  const next = gaussian(seededRandom(7, label));
  return unit(rows.map((value) => value + (amount / Math.sqrt(D)) * next()));
}

function corpus() {
  const centres = noisy(new Float32Array(CLUSTERS * D), 1, 'centres');
  const random = seededRandom(7, 'cluster');
  const rows = new Float32Array(N * D);
  for (let i = 0; i < N; i++) {
    const centre = random.below(CLUSTERS) * D;
    rows.set(centres.subarray(centre, centre + D), i * D);
  }
  return noisy(rows, 0.8, 'documents');
}

/** Pairs of rows change places, those that queries look for excepted; then all get noise. */
function secondVersion(rows) {
  const random = seededRandom(7, 'scattered');
  const moved = Float32Array.from(rows);
  for (let i = 0; i < (SCATTERED * N) / 2; i++) {
    const [a, b] = [random.below(N), random.below(N)];
    if (relevant.includes(a) || relevant.includes(b)) continue;
    const row = moved.slice(a * D, (a + 1) * D);
    moved.copyWithin(a * D, b * D, (b + 1) * D);
    moved.set(row, b * D);
  }
  return noisy(moved, DRIFT, 'drift');
}

function scores(documents, query, into) {
  for (let i = 0, at = 0; i < N; i++) {
    let sum = 0;
    for (let j = 0; j < D; j++, at++) sum += documents[at] * query[j];
    into[i] = sum;
  }
  return into;
}

const old = corpus();
const relevant = Array.from({ length: Q }, (_, i) => Math.floor((i * N) / Q));
const fresh = secondVersion(old);
const rowsOf = (documents) => Float32Array.from(relevant.flatMap((row) => [...documents.subarray(row * D, (row + 1) * D)]));
// A query is its relevant document with noise of its own, and means the same to both versions.
const asked = { old: noisy(rowsOf(old), 1.5, 'queries'), new: noisy(rowsOf(fresh), 1.5, 'queries') };
const stratum = new Uint8Array(N).fill(DEPTHS.length - 1);
const above = [];
const hits = { old: 0, new: 0 };
let overlap = 0;
const buffer = new Float32Array(N);
for (let q = 0; q < Q; q++) {
  const row = relevant[q];
  const before = scores(old, asked.old.subarray(q * D, (q + 1) * D), buffer);
  const sorted = Float32Array.from(before).sort();
  hits.old += before[row] >= sorted[N - K];
  for (let i = 0; i < N; i++)
    for (let s = 0; s < DEPTHS.length - 1; s++)
      if (before[i] >= sorted[N - DEPTHS[s]]) {
        stratum[i] = Math.min(stratum[i], s);
        break;
      }
  const top = new Set();
  for (let i = 0; i < N; i++) if (before[i] >= sorted[N - K]) top.add(i);
  const after = scores(fresh, asked.new.subarray(q * D, (q + 1) * D), buffer);
  const best = Float32Array.from(after).sort()[N - K];
  for (let i = 0; i < N; i++) if (after[i] >= best && top.has(i)) overlap++;
  const list = [];
  for (let i = 0; i < N; i++) if (after[i] > after[row]) list.push(i);
  above.push(list);
  hits.new += list.length < K;
}
for (const row of relevant) stratum[row] = 0;
const sizes = DEPTHS.map((_, s) => stratum.reduce((n, value) => n + (value === s), 0));

/**
 * Mean of 1[a + x < k]: `unweighted` takes x as sampled, `weighted` as Horvitz and Thompson estimate it, `shrunk` as below.
 * `halved` is how much the first rises without the deeper half of what is kept whole; `outside` counts the documents drawn of
 * the rest that outrank the relevant one of a query with fewer than k rivals among those kept whole.
 */
function estimate(design, draw) {
  const random = seededRandom(draw, 'draw');
  const drawn = Uint8Array.from(stratum, (s) => (random.next() < design[s] ? 1 : 0));
  const counts = above.map((list) => {
    const m = DEPTHS.map(() => 0);
    for (const row of list) m[stratum[row]] += drawn[row];
    return m;
  });
  const priors = DEPTHS.map((_, s) =>
    prior(
      counts.filter((m) => m[0] < K).map((m) => m[s]),
      design[s],
    ),
  );
  const mean = (of) => counts.reduce((sum, m) => sum + of(m), 0) / Q;
  const total = (m) => m.reduce((a, b) => a + b);
  const whole = design.lastIndexOf(1);
  const unweighted = mean((m) => (total(m) < K ? 1 : 0));
  return {
    unweighted,
    halved: mean((m) => (total(m) - m[whole] < K ? 1 : 0)) - unweighted,
    outside: Q * mean((m) => (total(m.slice(0, whole + 1)) < K ? total(m.slice(whole + 1).concat(0)) : 0)),
    weighted: mean((m) => (m.reduce((a, b, s) => a + b / design[s], 0) < K ? 1 : 0)),
    shrunk: mean((m) => shrunk(m, design, priors)),
  };
}

/** Gamma prior of a stratum's count, by moments of the sampled counts (Robbins 1956): mean and variance over the queries. */
function prior(samples, p) {
  const mean = samples.reduce((a, b) => a + b, 0) / samples.length;
  const variance = samples.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, samples.length - 1);
  const lambda = mean / p;
  const spread = Math.max((variance - mean) / p ** 2, lambda ** 2 / 50, 1e-9);
  return { shape: lambda ** 2 / spread, rate: lambda / spread };
}

/** P(sampled + unseen < k): unseen counts are negative binomial given what was sampled, independent between strata. */
function shrunk(m, design, priors) {
  const room = K - 1 - m.reduce((a, b) => a + b);
  if (room < 0) return 0;
  let unseen = [1, ...Array(room).fill(0)];
  for (let s = 0; s < design.length; s++) {
    if (design[s] === 1 || !(priors[s].shape > 0)) continue;
    const shape = priors[s].shape + m[s];
    const stay = (priors[s].rate + design[s]) / (priors[s].rate + 1);
    const mass = [stay ** shape];
    for (let j = 1; j <= room; j++) mass.push((mass[j - 1] * (shape + j - 1) * (1 - stay)) / j);
    unseen = unseen.map((_, n) => mass.slice(0, n + 1).reduce((sum, p, j) => sum + p * unseen[n - j], 0));
  }
  return unseen.reduce((a, b) => a + b);
}

const truth = hits.new / Q;
console.log(
  `${N} documents, ${Q} queries: R@${K} old ${(hits.old / Q).toFixed(3)}, new ${truth.toFixed(3)}, overlap@${K} ${(overlap / Q / K).toFixed(2)}`,
);
console.log(`standard error from the queries alone: ${Math.sqrt((truth * (1 - truth)) / Q).toFixed(3)}`);
console.log(
  '| sample | documents embedded | unweighted: bias ± sd | Horvitz-Thompson: bias ± sd | shrunk: bias ± sd | half the depth: rise ± sd | rivals drawn outside |\n|---|---|---|---|---|---|---|',
);
for (const [name, design] of Object.entries(DESIGNS)) {
  const draws = Array.from({ length: DRAWS }, (_, draw) => estimate(design, draw));
  const cell = (key, target = truth) => {
    const bias = draws.reduce((sum, one) => sum + one[key], 0) / DRAWS - target;
    const sd = Math.sqrt(draws.reduce((sum, one) => sum + (one[key] - target - bias) ** 2, 0) / DRAWS);
    return `${bias >= 0 ? '+' : ''}${bias.toFixed(3)} ± ${sd.toFixed(3)}`;
  };
  const embedded = sizes.reduce((sum, size, s) => sum + size * design[s], 0);
  const outside = draws.reduce((sum, one) => sum + one.outside, 0) / DRAWS;
  console.log(
    `| ${name} | ${((100 * embedded) / N).toFixed(1)} % | ${cell('unweighted')} | ${cell('weighted')} | ${cell('shrunk')} | ${cell('halved', 0)} | ${outside.toFixed(1)} |`,
  );
}
