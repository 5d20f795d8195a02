import { normal } from '../../dist/core/random.js';

const jitter = (random) => 1 + 0.03 * Math.abs(normal(random));
const exponential = (random, mean) => -mean * Math.log(1 - random.next());

/** What a machine makes of a piece of work of x milliseconds: each scene gives a function that remembers its load. */
export const SCENES = {
  quiet: (random) => (x) => x * jitter(random),
  'stalls of 25 ms, one in seven': (random) => (x) => x * jitter(random) + (random.next() < 0.15 ? exponential(random, 25) : 0),
  'stalls of 15 ms, three in five': (random) => (x) => x * jitter(random) + (random.next() < 0.6 ? exponential(random, 15) : 0),
  'shared, its load drifting': (random) => {
    let load = 1;
    return (x) => {
      load = 0.98 * load + 0.02 * (1 + 2 * random.next()) + 0.03 * normal(random);
      return x * Math.max(1, load) * jitter(random) + (random.next() < 0.1 ? exponential(random, 8) : 0);
    };
  },
  'bursts of other work': (random) => {
    let busy = false;
    return (x) => {
      if (random.next() < 0.02) busy = !busy;
      return x * jitter(random) * (busy ? 2.5 : 1) + (busy ? exponential(random, 6) : 0);
    };
  },
};
