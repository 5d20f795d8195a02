import { describe, expect, test } from 'vitest';
import type { Embedder } from '../../src/embed/embedder.ts';
import { REGISTRY } from '../../src/measure/registry.ts';
import type { Costs } from '../../src/model/studies.ts';
import type { Role, Side, VersionSpec } from '../../src/model/version.ts';
import { costs } from '../../src/studies/costs.ts';
import type { StudyContext } from '../../src/studies/study.ts';
import { contextOf } from './context.ts';

/** What a fake version is like; times in milliseconds of a clock that only work moves. */
interface Fake {
  readonly load: number;
  readonly text: number;
  readonly modelBytes?: number;
  /** Of a service: a price of each text. */
  readonly price?: number | null;
}

class Machine {
  now = 0;
  readonly order: Side[] = [];

  embedder(side: Side, { load, text, price }: Fake, id: string): Embedder {
    let loaded = false;
    const work = async () => {
      this.now += text + (loaded ? 0 : load);
      loaded = true;
      this.order.push(side);
    };
    const answer = (index: number) => ({
      index,
      vector: Float32Array.from({ length: 16 }, () => 0.25),
      tokenCount: null,
      truncated: false,
    });
    return {
      version: { id } as Embedder['version'],
      embed: async function* (items) {
        for (const index of items.keys()) {
          await work();
          yield answer(index);
        }
      },
      ...(price === undefined
        ? {}
        : {
            price: (items: readonly unknown[]) => ({ tokens: items.length, price: price === null ? null : price * items.length }),
            embedOne: async (_item: unknown, _role: Role, started: () => void) => {
              this.now += 1000; // waits for its turn, which is no time of the version
              started();
              await work();
              return answer(0);
            },
          }),
      close: async () => undefined,
    };
  }
}

async function found(metrics: readonly string[], fakes: { readonly [S in Side]: Fake }, spec: Partial<VersionSpec> = {}) {
  const machine = new Machine();
  const base = await contextOf({ documents: 60, rules: metrics.map((metric) => ({ metric, atMostTimes: 1.2 })) });
  const side = <S extends Side>(of: S) => {
    const { modelBytes } = fakes[of];
    const { version, spec: own } = base.sides[of];
    return {
      ...base.sides[of],
      spec: { ...own, ...spec },
      version: { ...version, ...(modelBytes === undefined ? {} : { modelBytes }) },
      open: async () => machine.embedder(of, fakes[of], version.id),
    };
  };
  const context: StudyContext = { ...base, clock: () => machine.now, sides: { old: side('old'), new: side('new') } };
  const result = (await costs.run(context)) as Costs;
  return { machine, values: result.values, context };
}

const LOCAL = { old: { load: 500, text: 10, modelBytes: 1000 }, new: { load: 700, text: 12, modelBytes: 1500 } };
const blocks = (value: number): number[] => Array.from({ length: 13 }, () => value);

describe('costs of both versions', () => {
  test('only what a rule names is measured, and nothing where none does', async () => {
    const { values, context } = await found(['modelBytes'], LOCAL);
    expect(values).toEqual({ modelBytes: { unit: 'bytes', old: [1000], new: [1500] } });
    const without = { ...context, config: { ...context.config, policy: { ...context.config.policy, rules: [] } } };
    expect(costs.applies(without)).toEqual({ notApplicable: 'no rule of the policy names a cost' });
  });

  test('queries are timed in turn, in random order', async () => {
    const { values, machine } = await found(['queryMs.p95'], LOCAL);
    expect(values).toEqual({ 'queryMs.p95': { unit: 'ms', old: blocks(10), new: blocks(12) } });
    const timed = machine.order.slice(4);
    expect(timed).toHaveLength(2 * 13 * 20 * 3);
    const first = timed.filter((_, i) => i % 2 === 0);
    expect(timed.every((side, i) => i % 2 === 0 || side !== timed[i - 1])).toBe(true);
    expect(first.filter((side) => side === 'old').length / first.length).toBeCloseTo(0.5, 1);
  });

  test('a model is loaded anew each time', async () => {
    const { values } = await found(['coldLoadMs'], LOCAL);
    expect(values).toEqual({ coldLoadMs: { unit: 'ms', old: blocks(510), new: blocks(712) } });
  });

  test('the index is what serves: vectors and links', async () => {
    const { values } = await found(['bytesPerDocument'], LOCAL);
    // 16 float32 where nothing was saved to a file.
    expect(values).toEqual({ bytesPerDocument: { unit: 'bytes', old: [64], new: [64] } });
  });

  test('a million documents cost hours of this machine', async () => {
    const { values } = await found(['costPerMillion'], LOCAL);
    const cost = values.costPerMillion as { unit: string; old: number[]; new: number[] };
    expect(cost.unit).toBe('hours of this machine');
    // 10 ms · 10⁶ = 10⁷ ms.
    expect(cost.old[0]).toBeCloseTo(1e4 / 3600, 9);
    expect(cost.new[12]).toBeCloseTo(1.2e4 / 3600, 9);
  });

  test('of services the price counts, and waiting for a turn is no time of the version', async () => {
    const paid = { old: { load: 0, text: 100, price: 0.00002 }, new: { load: 0, text: 130, price: 0.00003 } };
    const { values } = await found(['costPerMillion', 'queryMs.p95', 'modelBytes', 'coldLoadMs'], paid);
    expect(values['queryMs.p95']).toEqual({ unit: 'ms', old: blocks(100), new: blocks(130) });
    expect(values.costPerMillion).toMatchObject({
      unit: 'at the price of the versions',
      old: [expect.closeTo(20)],
      new: [expect.closeTo(30)],
    });
    expect(values.modelBytes).toEqual({ notApplicable: 'the model of one and two is not in files that cutover runs' });
    expect(values.coldLoadMs).toEqual({ notApplicable: 'cutover does not load the model of one and two' });
  });

  test.each([
    [
      'a service without a price',
      { old: { load: 0, text: 1, price: null }, new: { load: 0, text: 1, price: 1 } },
      /names no `pricePerMillionTokens`/,
    ],
    ['one of each', { old: LOCAL.old, new: { load: 0, text: 1, price: 1 } }, /no common unit/],
    ['a free old version', { old: { load: 0, text: 1, price: 0 }, new: { load: 0, text: 1, price: 1 } }, /costs nothing/],
  ])('%s has no ratio of costs', async (_, fakes, why) => {
    expect((await found(['costPerMillion'], fakes)).values.costPerMillion).toEqual({ notApplicable: expect.stringMatching(why) });
  });

  test('vectors that were made elsewhere take no time here', async () => {
    const file = { path: '/v.arrow' };
    const { values } = await found(['queryMs.p95'], LOCAL, { vectors: { query: file, document: file } });
    expect(values['queryMs.p95']).toEqual({ notApplicable: 'the vectors of one and two were made elsewhere' });
  });

  test('every cost of the registry can be measured', async () => {
    const names = REGISTRY.cost.map(({ id, statistic }) => (statistic === undefined ? id : `${id}.${statistic}`));
    const { values } = await found(names, LOCAL);
    expect(Object.keys(values)).toEqual([...names].sort());
    for (const value of Object.values(values)) expect(value).toHaveProperty('old');
  });
});
