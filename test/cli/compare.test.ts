import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/cli/host.ts';
import { main } from '../../src/cli/main.ts';
import { fileWriter } from '../formats/files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const expected = JSON.parse(readFileSync(join(golden, 'expected.json'), 'utf8'));
const MEASURES = Object.keys(expected.measures.old.aggregate);
const write = fileWriter();

/** Runs the command line in this process, in the folder of the goldens. */
async function cutover(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const host: Host = {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env: {},
    cwd: golden,
    clock: () => 0,
    today: () => '2026-01-31',
    now: () => new Date().toISOString(),
    signal: new AbortController().signal,
  };
  const code = await main(args, host);
  return { code, out: out.join(''), err: err.join('') };
}

const FILES = ['compare', '--qrels', 'qrels.txt', '--old', 'old.run', '--new', 'new.run'];

describe('goldens through the command line', async () => {
  const { code, out, err } = await cutover(...FILES, '--measures', MEASURES.join(' '), '--json');
  const result = JSON.parse(out);

  test('stdout is the JSON of the contract and nothing else, exit 0', () => {
    expect(code).toBe(0);
    expect(Object.keys(result)).toEqual(['old', 'new', 'overlap', 'shift', 'paired']);
    expect(out).not.toMatch(/null|NaN/);
    expect(err).toContain('Queries of the runs without judgement: 4 of 60');
  });

  test.each(['old', 'new'] as const)('every measure of %s.run, per query and on average', (side) => {
    expect(Object.keys(result[side].aggregate).sort()).toEqual([...MEASURES].sort());
    for (const measure of MEASURES) {
      expect(result[side].aggregate[measure], measure).toBeCloseTo(expected.measures[side].aggregate[measure], 9);
      const values = expected.measures[side].per_query[measure];
      expect(Object.keys(result[side].perQuery[measure])).toEqual(Object.keys(values).sort());
      for (const [query, value] of Object.entries(values))
        expect(result[side].perQuery[measure][query], `${measure} ${query}`).toBeCloseTo(value as number, 9);
    }
  });

  test('overlap of all queries that both runs answer', () => {
    const queries = expected.overlap.per_query;
    expect(Object.keys(result.overlap.perQuery)).toEqual(Object.keys(queries).sort());
    expect(Object.keys(queries)).toHaveLength(58);
    for (const [query, values] of Object.entries(queries as Record<string, Record<string, number>>)) {
      expect(Object.keys(result.overlap.perQuery[query]).sort(), query).toEqual(Object.keys(values).sort());
      for (const [name, value] of Object.entries(values))
        expect(result.overlap.perQuery[query][name], `${query} ${name}`).toBeCloseTo(value, 9);
    }
  });

  test('shift of all scores', () => {
    expect(Object.keys(result.shift)).toEqual(['ks', 'wasserstein', 'psi']);
    // Scores as float32 would miss the Wasserstein distance by 7e-10.
    for (const id of ['ks', 'wasserstein', 'psi']) expect(Math.abs(result.shift[id] - expected.shift[id]), id).toBeLessThan(1e-12);
  });

  test('paired nDCG@10', () => {
    const paired = result.paired['nDCG@10'];
    const { n, mean, bca95, permutation_p: p } = expected.paired_ndcg10;
    expect(paired.n).toBe(n);
    expect(paired.mean).toBeCloseTo(mean, 9);
    expect(Math.abs(paired.ci95[0] - bca95[0])).toBeLessThan(0.003);
    expect(Math.abs(paired.ci95[1] - bca95[1])).toBeLessThan(0.003);
    expect(Math.abs(paired.permutationP - p)).toBeLessThan(0.003);
    expect(Object.keys(result.paired)).toEqual(MEASURES);
  });
});

test('the seed decides the resamples and nothing else', async () => {
  const json = async (seed: string) => (await cutover(...FILES, '-m', 'nDCG@10', '--json', '--seed', seed)).out;
  const [seven, again, eight] = [await json('7'), await json('7'), await json('8')];
  expect(again).toBe(seven);
  expect(JSON.parse(eight).paired['nDCG@10'].ci95).not.toEqual(JSON.parse(seven).paired['nDCG@10'].ci95);
  expect(JSON.parse(eight).old).toEqual(JSON.parse(seven).old);
});

test('a table for people: values on stdout, explanation on stderr; --per-query adds a line a query', async () => {
  const plain = await cutover(...FILES, '--measures', 'nDCG@10', 'R@100');
  expect(plain.out).toMatch(/^nDCG@10 +0\.3573 +0\.4708 +\+0\.1135 +\+0\.05\d\d to \+0\.17\d\d +0\.00\d\d$/m);
  expect(plain.out).toMatch(/^kendall@50 +0\.\d{4} +50$/m);
  expect(plain.out).not.toContain('q52');
  expect(plain.err).toContain('Means over 56 judged queries');
  const more = await cutover(...FILES, '--measures', 'nDCG@10', '--per-query', '--quiet');
  expect(more.out.match(/^nDCG@10 +q\d\d /gm)).toHaveLength(56);
  expect(more.out).toMatch(/^nDCG@10 +q52 +0\.8118 +0\.2709 +-0\.5409$/m);
  expect(more.err).not.toContain('Means over');
  expect(more.err).toContain('warning');
});

describe('with a policy', () => {
  const policy = (rule: string): string => write(`${rule.replace(/\W+/g, '-')}.yaml`, `rules: [${rule}]\n`);

  test.each([
    ['{ metric: overlap@10, atLeast: 0.1 }', 0, 'PASS'],
    ['{ metric: overlap@10, atLeast: 0.9 }', 1, 'FAIL'],
    // Judged@10 differs by 0.095 between the runs.
    ['{ metric: nDCG@10, nonInferior: 0.02 }', 3, 'INCONCLUSIVE'],
    ['{ metric: nDCG@10, nonInferior: 0.02, on: exact }', 1, 'FAIL'],
  ])('%s exits %i', async (rule, code, word) => {
    const result = await cutover(...FILES, '-m', 'nDCG@10', '--policy', policy(rule), '--json');
    expect(result.code).toBe(code);
    expect(result.err).toContain(`${word}  `);
    expect(Object.keys(JSON.parse(result.out))).toEqual(['old', 'new', 'overlap', 'shift', 'paired']);
  });

  test('--output holds the verdict of the date given', async () => {
    const output = join(temporaryFolder(), 'report');
    const file = policy('{ metric: P@5, nonInferior: 0.5 }');
    await cutover(...FILES, '-m', 'nDCG@10', '--policy', file, '--output', output, '--as-of', '2025-12-24');
    expect(JSON.parse(readFileSync(join(output, 'verdict.json'), 'utf8')).asOf).toBe('2025-12-24');
    expect(existsSync(join(output, 'report.html'))).toBe(true);
  });
});

describe('could not be evaluated: exit 2, nothing on stdout', () => {
  test.each([
    ['a missing file', [...FILES.slice(0, -1), 'no.run', '-m', 'R@10'], 'FILE_MISSING'],
    ['a cutoff of 0', [...FILES, '-m', 'R@0'], 'METRIC_CUTOFF'],
    ['no measure', [...FILES, '-m', ''], 'OPTION_INVALID'],
    ['a seed in words', [...FILES, '-m', 'R@10', '--seed', 'seven'], '--seed takes a number'],
    ['half a seed', [...FILES, '-m', 'R@10', '--seed', '1.5'], 'OPTION_INVALID'],
    ['no new run', ['compare', '--qrels', 'qrels.txt', '--old', 'old.run', '-m', 'R@10'], 'new'],
    ['an unknown metric in the policy', [...FILES, '-m', 'R@10', '-p', write('x.yaml', 'rules: [{ metric: nope, atMost: 1 }]')], 'nope'],
    ['a malformed run', [...FILES.slice(0, -1), write('bad.run', 'q00 Q0 d1 1 x t\n'), '-m', 'R@10'], 'bad.run:1'],
  ])('%s', async (_, args, text) => {
    const { code, out, err } = await cutover(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(text);
    expect(err).not.toContain('internal error');
  });
});

test('escape sequences of a query id do not reach the terminal', async () => {
  const id = 'q\u001b[31m';
  const run = write('hostile.run', `${id} Q0 d 1 1 t\n`);
  const args = ['compare', '--qrels', write('hostile.txt', `${id} 0 d 1\n`), '--old', run, '--new', run, '-m', 'P@1', '--per-query'];
  const { code, out, err } = await cutover(...args);
  expect(code).toBe(0);
  expect(out).toContain('P@1      q ');
  expect(out + err).not.toContain('\u001b');
});
