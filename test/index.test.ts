import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as cutover from '../src/index.ts';
import { goldenJson, goldenScores } from './measure/golden.ts';

const golden = goldenJson('expected.json');
const file = (name: string) => fileURLToPath(new URL(`golden/${name}`, import.meta.url));

describe('the library', () => {
  it('reads runs and judgements and gives the reference values (test/golden)', async () => {
    const qrels = await cutover.readQrels(file('qrels.txt'));
    const names = Object.keys(golden.measures.old.aggregate).map(cutover.parseMeasure);
    for (const side of ['old', 'new'] as const) {
      const { columns } = cutover.qualityColumns(names, await cutover.readTrecRun(file(`${side}.run`)), qrels, [...qrels.keys()]);
      for (const [measure, value] of Object.entries<number>(golden.measures[side].aggregate)) {
        expect(columns[measure]?.mean, `${side} ${measure}`).toBeCloseTo(value, 9);
      }
    }
  });

  it('gives the reference values of score shift and geometry', () => {
    const shift = cutover.scoreShift('all', 'All', goldenScores('old.run'), goldenScores('new.run'));
    for (const id of ['ks', 'wasserstein', 'psi']) expect(shift.distances[id], id).toBeCloseTo(golden.shift[id], 9);
    const space = (rows: number[][]) => cutover.spaceOf(rows.flat(), rows[0]?.length ?? 0);
    const [A, B] = [space(golden.geometry.A), space(golden.geometry.B)];
    const metric = (id: string) => cutover.REGISTRY.geometry.find((candidate) => candidate.id === id);
    const cka = metric('cka');
    const rank = metric('effectiveRank');
    expect(cka?.spaces === 2 && cka.compute(A, B)).toBeCloseTo(golden.geometry.cka_A_B, 9);
    expect(rank?.spaces === 1 && rank.compute(A)).toBeCloseTo(golden.geometry.effective_rank_A, 9);
  });

  it('has no side effect on import: nothing printed, nothing kept open', () => {
    const entry = new URL('../dist/index.js', import.meta.url).href;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', `await import(${JSON.stringify(entry)})`], {
      encoding: 'utf8',
    });
    expect(printed).toBe('');
  });

  it('loads modules on import and nothing else: no addon, no worker, no file, no setting of ours', () => {
    const entry = new URL('../dist/index.js', import.meta.url).href;
    const script = fileURLToPath(new URL('import-effects.mjs', import.meta.url));
    const seen = JSON.parse(execFileSync(process.execPath, [script, entry], { encoding: 'utf8' }));
    expect(seen).toMatchObject({ addons: [], shared: [], workers: 0 });
    expect(seen.files.filter((path: string) => !/\.(c|m)?js$|package\.json$/.test(path))).toEqual([]);
    expect(seen.env.filter((key: string) => /^(CUTOVER|HF|XDG|DATABASE)|TOKEN|KEY|^HOME$/.test(key))).toEqual([]);
  });

  it('names every error with a sentence and a next step', () => {
    for (const [code, [message, next]] of Object.entries(cutover.ERRORS)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(message, code).toMatch(/\.$/);
      expect(next, code).toMatch(/\.$/);
    }
    expect(Object.keys(cutover.ERRORS)).toEqual(Object.keys(cutover.ERRORS).sort());
  });
});
