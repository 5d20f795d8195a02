/**
 * The one source of randomness: sfc32 seeded through splitmix32 from a seed and a label, so that each use has
 * its own stream and adding a use never shifts another.
 * Source: Chris Doty-Humphrey, PractRand (sfc); Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195 (splitmix).
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
}

/** FNV-1a over UTF-16 code units; only to tell labels apart. */
function labelSeed(label: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
  return hash;
}

/**
 * @param seed the run's seed
 * @param label what the numbers are for, e.g. `bootstrap`
 * @example const random = seededRandom(7, 'bootstrap'); random.below(6);
 */
export function seededRandom(seed: number, label: string): Random {
  const mix = splitmix32(seed ^ labelSeed(label));
  let a = mix();
  let b = mix();
  let c = mix();
  let counter = 1;
  const step = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) step();
  return {
    next: () => step() / 4294967296,
    below: (n) => Math.floor((step() / 4294967296) * n),
  };
}

/** `count` distinct integers below n, ascending; all of them when count ≥ n. Floyd's sampling. */
export function sampleWithout(random: Pick<Random, 'below'>, n: number, count: number): number[] {
  if (count >= n) return Array.from({ length: n }, (_, i) => i);
  const chosen = new Set<number>();
  for (let j = n - count; j < n; j++) {
    const t = random.below(j + 1);
    chosen.add(chosen.has(t) ? j : t);
  }
  return [...chosen].sort((x, y) => x - y);
}

/** The whole numbers below n in random order. Fisher & Yates; Durstenfeld 1964, doi:10.1145/364520.364540 */
export function shuffled(random: Random, n: number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let last = n - 1; last > 0; last--) {
    const picked = random.below(last + 1);
    [order[last], order[picked]] = [order[picked] as number, order[last] as number];
  }
  return order;
}

/** One normal number. Box & Muller 1958, doi:10.1214/aoms/1177706645 */
export function normal(random: Pick<Random, 'next'>): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
