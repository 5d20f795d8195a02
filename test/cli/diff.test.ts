import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import type { Difference } from '../../src/features/compare/diff.ts';
import { fileWriter } from '../formats/files.ts';
import { bytesOf, header, npy } from '../formats/npy-files.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { commandLine } from './command-line.ts';

const write = fileWriter();
const cutover = commandLine(temporaryFolder());

type Rows = readonly (readonly number[])[];

/** Random directions; the same label gives the same rows. */
function cloud(label: string, rows: number, dimension: number): number[][] {
  const random = seededRandom(7, label);
  return Array.from({ length: rows }, () => Array.from({ length: dimension }, () => random.next() - 0.5));
}

const npyFile = (name: string, rows: Rows): string =>
  write(name, npy(header('<f4', `(${rows.length}, ${rows[0]?.length})`), bytesOf(Float32Array.from(rows.flat()))));
const jsonl = (name: string, rows: Rows, id: (row: number) => string = (row) => `d${row}`): string =>
  write(name, rows.map((vector, row) => `${JSON.stringify({ id: id(row), vector })}\n`).join(''));

async function diff(...args: readonly string[]): Promise<{ code: number; out: string; err: string; found: Difference }> {
  const { code, out, err } = await cutover('diff', ...args, '--json');
  return { code, out, err, found: code === 0 ? JSON.parse(out) : undefined };
}

/** Every row turned by 90° in the plane of the first two axes: other coordinates, the same neighbours. */
const turned = (rows: Rows): number[][] => rows.map(([x = 0, y = 0, ...rest]) => [-y, x, ...rest]);

describe('vectors', () => {
  const rows = cloud('documents', 60, 8);

  test('a turned space is another file and the same neighbours', async () => {
    const { code, found } = await diff(npyFile('a.npy', rows), npyFile('b.npy', turned(rows)));
    expect(code).toBe(0);
    expect(found.overlap.mean).toBeCloseTo(1, 12);
    expect(found.topChange).toBe(0);
    expect(found.vectors).toEqual({ onlyOld: 0, onlyNew: 0, same: 0, shared: 60, dimensions: { old: 8, new: 8 } });
    expect(found.asked).toEqual({ lists: 60, by: 'documents', k: 10 });
    expect(found.quality).toEqual({});
  });

  test('a document is never its own neighbour: the top score of a pair is that of the other', async () => {
    const pair = [
      [1, 0],
      [0.6, 0.8],
    ];
    const { found } = await diff(npyFile('p.npy', pair), npyFile('q.npy', pair), '--k', '1');
    expect(found.topScores.old.median).toBeCloseTo(0.6, 6);
    expect(found.vectors?.same).toBe(2);
  });

  test('unrelated vectors share what chance gives, and the text says so', async () => {
    const files = [npyFile('c.npy', cloud('one', 400, 16)), npyFile('d.npy', cloud('other', 400, 16))] as const;
    const { found } = await diff(...files);
    expect(found.overlap.chance).toBeCloseTo(10 / 399, 12);
    // 400 lists of 10: the mean overlap of unrelated lists stays well within twice its expectation.
    expect(Math.abs(found.overlap.mean - 10 / 399)).toBeLessThan(10 / 399);
    expect((await cutover('diff', ...files)).out).toContain('no more than chance');
  });

  test('ids of both files count, in any order; the rest is said', async () => {
    const before = jsonl('e.jsonl', rows);
    const after = jsonl('f.jsonl', turned(rows).reverse().slice(0, 50), (row) => `d${59 - row}`);
    const { found } = await diff(before, after);
    expect(found.vectors).toMatchObject({ shared: 50, onlyOld: 10, onlyNew: 0 });
    expect(found.overlap.mean).toBeCloseTo(1, 12);
  });

  test('queries and judgements give quality, paired', async () => {
    const documents = Array.from({ length: 12 }, (_, i) => Array.from({ length: 12 }, (_, j) => (i === j ? 1 : 0.1)));
    const swapped = documents.map((_, i) => documents[i ^ 1] as number[]);
    const queries = documents.map((row) => row);
    const qrels = write('qrels.tsv', ['query-id\tcorpus-id\tscore', ...documents.map((_, i) => `q${i}\td${i}\t1`), ''].join('\n'));
    const { found } = await diff(
      jsonl('g.jsonl', documents),
      jsonl('h.jsonl', swapped),
      '--queries',
      jsonl('gq.jsonl', queries, (row) => `q${row}`),
      jsonl('hq.jsonl', queries, (row) => `q${row}`),
      '--qrels',
      qrels,
      '--k',
      '1',
    );
    expect(found.quality['nDCG@1']).toMatchObject({ old: 1, new: 0, paired: { n: 12, mean: -1 } });
    expect(found.topChange).toBe(1);
  });
});

describe('runs', () => {
  const run = (name: string, lists: Readonly<Record<string, readonly string[]>>): string =>
    write(
      name,
      Object.entries(lists)
        .flatMap(([query, ids]) => ids.map((id, i) => `${query} Q0 ${id} ${i + 1} ${1 - i / 10} x\n`))
        .join(''),
    );

  test('overlap without judgements, and lines that make it a gate', async () => {
    const files = [run('a.run', { 1: ['x', 'y'], 2: ['x', 'z'] }), run('b.run', { 1: ['x', 'w'], 2: ['x', 'z'] })] as const;
    const { found } = await diff(...files, '--k', '2');
    expect(found).toMatchObject({ kind: 'runs', vectors: null, overlap: { mean: 0.75, chance: null }, topChange: 0 });
    expect((await cutover('diff', ...files)).err).toContain('cutover compare --qrels');
  });

  test('distances are refused until they are called so, and then the nearest is first', async () => {
    const distances = write('d.run', '1 Q0 x 1 0.1 t\n1 Q0 y 2 0.2 t\n2 Q0 x 1 0.1 t\n2 Q0 z 2 0.3 t\n');
    const similar = run('s.run', { 1: ['x', 'y'], 2: ['x', 'z'] });
    const { code, err } = await diff(similar, distances, '--k', '1');
    expect(code).toBe(2);
    expect(err).toMatch(/RUN_CONTRADICTS_ITSELF {2}.*d\.run: rank and score disagree on the order of 100\.0 % .*--scores distance/s);
    const { found } = await diff(similar, distances, '--k', '1', '--scores', 'new=distance');
    expect(found).toMatchObject({ overlap: { mean: 1 }, topChange: 0, topScores: { old: { median: 1 } } });
    expect(found.topScores.new.median).toBeCloseTo(-0.1, 6);
  });
});

describe('bad input', () => {
  const rows = cloud('few', 5, 4);

  test.each([
    ['a run beside vectors', () => [npyFile('k.npy', rows), write('k.run', '1 Q0 d 1 1 x\n')], 'DIFF_UNLIKE'],
    ['no common id', () => [jsonl('l.jsonl', rows), jsonl('m.jsonl', rows, (row) => `x${row}`)], 'DIFF_APART'],
    ['fewer vectors than neighbours', () => [npyFile('n.npy', rows), npyFile('o.npy', rows)], 'DIFF_FEW'],
    ['no vector', () => [write('p.jsonl', ''), npyFile('r.npy', rows)], 'DIFF_EMPTY'],
    [
      'a row of zeros',
      () => [
        npyFile('s.npy', [
          [0, 0],
          [1, 1],
        ]),
        npyFile('t.npy', [
          [1, 0],
          [1, 1],
        ]),
      ],
      'VECTOR_FILE_MALFORMED',
    ],
    [
      'judgements of others',
      () => [npyFile('u.npy', rows), npyFile('v.npy', rows), '--k', '2', '--qrels', write('w.tsv', 'a 0 b 1\n')],
      'DIFF_UNJUDGED',
    ],
    ['a missing file', () => ['none.npy', npyFile('x.npy', rows)], 'FILE_MISSING'],
  ])('%s', async (_, args, code) => {
    const result = await diff(...args());
    expect(result.code).toBe(2);
    expect(result.err).toContain(code);
  });
});
