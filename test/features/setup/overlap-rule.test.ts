import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { overlapRule } from '../../../src/features/setup/init/config-text.ts';

const UNJUDGED = { silence: null, needs: 0 };

describe('how much of the first results has to stay', () => {
  it('is the default where documents are many, or nobody counted them', () => {
    expect(overlapRule({ documents: 5000, queries: 100, empty: 0, ...UNJUDGED }, 10)).toEqual({ depth: 10, atLeast: 0.2 });
    expect(overlapRule({ documents: null, queries: 0, empty: 0, ...UNJUDGED }, 10)).toEqual({ depth: 10, atLeast: 0.2 });
    expect(overlapRule({ documents: 5000, queries: 100, empty: 0, ...UNJUDGED }, 3)).toEqual({ depth: 3, atLeast: 0.2 });
  });

  it('looks less deep into a small corpus, and asks for more of few queries', () => {
    expect(overlapRule({ documents: 43, queries: 30, empty: 0, ...UNJUDGED }, 10)).toEqual({ depth: 2, atLeast: 0.2 });
    expect(overlapRule({ documents: 43, queries: 5, empty: 0, ...UNJUDGED }, 10).atLeast).toBeGreaterThan(0.2);
    expect(overlapRule({ documents: 3, queries: 2, empty: 0, ...UNJUDGED }, 10)).toEqual({ depth: 1, atLeast: 0.9 });
  });

  // Lists drawn at random have nothing to do with each other, like those of random vectors.
  it.each([
    [15, 10],
    [25, 8],
    [43, 10],
    [43, 60],
    [100, 5],
    [300, 20],
    [2000, 10],
  ])('chance alone passes in fewer than one of two hundred runs: %i documents, %i queries', (documents, queries) => {
    const { depth, atLeast } = overlapRule({ documents, queries, empty: 0, ...UNJUDGED }, 10);
    const random = seededRandom(documents, `queries ${queries}`);
    const draw = () => {
      const drawn = new Set<number>();
      while (drawn.size < depth) drawn.add(random.below(documents));
      return drawn;
    };
    let passed = 0;
    const runs = 2000;
    for (let run = 0; run < runs; run++) {
      let shared = 0;
      for (let query = 0; query < queries; query++) {
        const [before, after] = [draw(), draw()];
        shared += [...before].filter((document) => after.has(document)).length;
      }
      if (shared / (queries * depth) >= atLeast) passed++;
    }
    expect(passed / runs).toBeLessThan(0.005);
  });
});
