import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { type CompareOptions, compareRuns } from '../../../src/features/compare/compare.ts';
import type { Evaluation } from '../../../src/model/evaluation.ts';
import { FORMATS } from '../../../src/report/formats/registry.ts';
import { sha256File } from '../../../src/system/files.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = temporaryFolder();
let cases = 0;

/** Writes the files of one case and compares them; warnings come back beside the result. */
async function compare(qrels: string, old: string, fresh: string, more: Partial<CompareOptions> & { policyText?: string } = {}) {
  const at = join(folder, String(cases++));
  mkdirSync(at);
  const file = (name: string, text: string): string => {
    writeFileSync(join(at, name), text);
    return join(at, name);
  };
  const warnings: string[] = [];
  const { policyText, ...options } = more;
  const result = await compareRuns({
    qrels: file('qrels.txt', qrels),
    old: file('old.run', old),
    new: file('new.run', fresh),
    measures: 'nDCG@10 P@1',
    policy: policyText === undefined ? null : file('policy.yaml', policyText),
    output: null,
    seed: 7,
    asOf: '2026-01-31',
    cwd: at,
    console: { progress: () => undefined, info: () => undefined, warn: (line) => warnings.push(line) },
    ...options,
  });
  return { ...result, warnings, at };
}

const run = (lists: Readonly<Record<string, string>>): string =>
  Object.entries(lists)
    .flatMap(([query, ids]) => [...ids].map((id, i) => `${query} Q0 ${id} ${i + 1} ${9 - i} t\n`))
    .join('');

const QRELS = 'q1 0 a 1\nq1 0 b 0\nq2 0 a 2\nq2 0 c 1\n';

describe('hand-worked', () => {
  test('two queries, one got better', async () => {
    const { comparison, verdict, files } = await compare(QRELS, run({ q1: 'ba', q2: 'ac' }), run({ q1: 'ab', q2: 'ac' }));
    // q1: the only relevant document falls from rank 1 to rank 2, 1 / log2 3 = 0.6309.
    expect(comparison.old.perQuery['nDCG@10']?.q1).toBeCloseTo(0.63093, 5);
    expect(comparison.old.perQuery['P@1']).toEqual({ q1: 0, q2: 1 });
    expect(comparison.new.aggregate).toEqual({ 'nDCG@10': 1, 'P@1': 1 });
    expect(comparison.overlap.perQuery.q1).toMatchObject({ 'overlap@1': 0, 'jaccard@5': 1, 'overlap@5': 0.4, 'kendall@50': -1 });
    expect(comparison.paired['P@1']).toMatchObject({ n: 2, mean: 0.5, permutationP: 1 });
    expect(comparison.shift).toEqual({ ks: 0, wasserstein: 0, psi: 0 });
    expect({ verdict, files }).toEqual({ verdict: null, files: [] });
  });

  test('order goes by the scores as written, as in trec_eval 10; by float32 where asked for, as in 9', async () => {
    // 0.1 and 0.10000000001 are one float32: a tie, which goes to the higher id, b.
    const old = 'q1 Q0 a 1 0.10000000001 t\nq1 Q0 b 2 0.1 t\n';
    const { comparison } = await compare('q1 0 b 1\n', old, 'q1 Q0 a 1 0.1 t\nq1 Q0 b 2 0.1 t\n', { measures: 'P@1' });
    expect(comparison.old.aggregate['P@1']).toBe(0);
    const nine = await compare('q1 0 b 1\n', old, 'q1 Q0 a 1 0.1 t\nq1 Q0 b 2 0.1 t\n', { measures: 'P@1', ties: 'float32' });
    expect(nine.comparison.old.aggregate['P@1']).toBe(1);
    expect(comparison.shift.wasserstein).toBeCloseTo(5e-12, 15);
  });

  test('names are separated by spaces or commas, and keep those in parentheses', async () => {
    const { comparison } = await compare(QRELS, run({ q1: 'b' }), run({ q1: 'a' }), {
      measures: "nDCG(dcg='exp-log2', judged_only=True)@10, R@5  MRR R@5",
    });
    expect(Object.keys(comparison.paired)).toEqual(["nDCG(dcg='exp-log2',judged_only=True)@10", 'R@5', 'RR']);
  });
});

describe('odd but not wrong', () => {
  test('an unknown query counts for overlap only, a missing one is 0; both are counted aloud', async () => {
    const { comparison, warnings } = await compare(QRELS, run({ q1: 'a', x: 'ab' }), run({ q2: 'a', x: 'ba', y: 'a' }));
    expect(comparison.old.perQuery['P@1']).toEqual({ q1: 1, q2: 0 });
    expect(comparison.new.perQuery['P@1']).toEqual({ q1: 0, q2: 1 });
    expect(Object.keys(comparison.overlap.perQuery)).toEqual(['x']);
    expect(warnings).toContainEqual(expect.stringMatching(/^Queries of the runs without judgement: 2 of 4;/));
    expect(warnings).toContainEqual(expect.stringMatching(/^Judged queries that the old run lacks: 1 of 2;/));
    expect(warnings).toContainEqual(expect.stringMatching(/^Judged queries that the new run lacks: 1 of 2;/));
  });

  test('negative grades gain nothing', async () => {
    const { comparison, warnings } = await compare('q1 0 a -2\nq1 0 b 1\n', run({ q1: 'a' }), run({ q1: 'b' }));
    expect(comparison.old.aggregate['nDCG@10']).toBe(0);
    expect(comparison.new.aggregate['nDCG@10']).toBe(1);
    expect(warnings).toContainEqual(expect.stringMatching(/^Negative grades: 1 of 2/));
  });

  test('all ties: order by document id, high to low, and said so', async () => {
    const tied = 'q1 Q0 a 1 1 t\nq1 Q0 b 2 1 t\n';
    const { comparison, warnings } = await compare('q1 0 b 1\n', tied, tied);
    expect(comparison.old.aggregate['P@1']).toBe(1);
    expect(comparison.shift).toEqual({ ks: 0, wasserstein: 0, psi: 0 });
    expect(warnings.filter((line) => line.includes('all tie'))).toHaveLength(2);
  });

  test('nothing relevant anywhere: zeros as trec_eval has them, but a rule on them fails as missing', async () => {
    const policyText = 'rules: [{ metric: nDCG@10, nonInferior: 0.1 }]\n';
    const { comparison, verdict } = await compare('q1 0 a 0\n', run({ q1: 'a' }), run({ q1: 'a' }), { policyText });
    expect(comparison.old.aggregate['nDCG@10']).toBe(0);
    expect(verdict).toMatchObject({ outcome: 'fail', exitCode: 1 });
    expect(verdict?.rules[0]?.reason).toContain('no judged query has a relevant document');
  });

  test('JSON has no null and no NaN', async () => {
    const { comparison } = await compare('q1 0 a 0\nq2 0 a 1\n', run({ q1: 'a', q2: 'b' }), run({ q1: 'a', z: 'c' }));
    expect(JSON.stringify(comparison)).not.toMatch(/null|NaN/);
  });
});

describe('refused', () => {
  const good = run({ q1: 'ab' });

  test.each([
    ['a score that is no number', 'q1 Q0 a 1 NaN t\n', 'TREC_RUN_MALFORMED', /old\.run:1: the score "NaN"/],
    ['a document twice', `${good}q1 Q0 a 3 1 t\n`, 'TREC_RUN_MALFORMED', /old\.run:3: document "a"/],
    ['five columns', 'q1 Q0 a 1 1\n', 'TREC_RUN_MALFORMED', /old\.run:1: 5 columns/],
    ['an empty run', '\n', 'RUN_EMPTY', /old\.run holds no result/],
    ['a run of other queries', run({ x: 'a' }), 'RUN_UNJUDGED', /old\.run answers none/],
  ])('%s', async (_, old, code, text) => {
    const error = await compare(QRELS, old, good).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect([(error as Error).message, ...(error as { details: string[] }).details].join('\n')).toMatch(text);
  });

  test('a grade that is no whole number, with file and line', async () => {
    await expect(compare('q1 0 a 1\nq1 0 b 0.5\n', good, good)).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      details: [expect.stringMatching(/qrels\.txt:2: the grade must be a whole number, found "0.5"/)],
    });
  });

  test('a grade whose exponential gain is infinite', async () => {
    await expect(compare('q1 0 a 2000\n', good, good, { measures: "nDCG(dcg='exp-log2')@10" })).rejects.toMatchObject({
      code: 'MEASURE_OVERFLOW',
      message: expect.stringContaining('"q1"'),
    });
  });

  test.each([
    ['nDCG@0', 'METRIC_CUTOFF'],
    ['nDGC@10', 'METRIC_UNKNOWN'],
    ['overlap@10', 'METRIC_UNKNOWN'],
    [' , ', 'OPTION_INVALID'],
  ])('the measures %j', async (measures, code) => {
    await expect(compare(QRELS, good, good, { measures })).rejects.toMatchObject({ code });
  });
});

describe('judged and written', () => {
  const ids = Array.from({ length: 160 }, (_, i) => `q${String(i).padStart(3, '0')}`);
  // The right document is another one in each half, so that lists of other queries are wrong.
  const named = (i: number) =>
    i < 80 ? (letters: string) => letters : (letters: string) => letters.replace(/[ab]/g, (c) => (c === 'a' ? 'b' : 'a'));
  const qrels = ids
    .map((id, i) => [...named(i)('abc')].map((document, place) => `${id} 0 ${document} ${place === 0 ? 1 : 0}\n`).join(''))
    .join('');
  const lists = (list: (i: number) => string): string => run(Object.fromEntries(ids.map((id, i) => [id, named(i)(list(i))])));
  const best = lists(() => 'abc');
  const worse = lists((i) => (i % 3 === 0 ? 'bca' : 'bac'));
  const policyText = 'rules: [{ metric: RR, nonInferior: 0.02 }]\n';

  test.each([
    ['pass', 0, best],
    ['fail', 1, worse],
    ['inconclusive', 3, lists((i) => (i % 40 === 0 ? 'bac' : 'abc'))],
  ])('%s exits %i', async (outcome, exitCode, fresh) => {
    const { verdict } = await compare(qrels, best, fresh, { policyText });
    expect(verdict).toMatchObject({ outcome, exitCode, asOf: '2026-01-31' });
  });

  test('what two runs cannot tell is missing, with the reason, and fails', async () => {
    const rules = ['{ metric: RR, nonInferior: 0.02, on: exact }', '{ metric: annRecall@10, atLeast: 0.9 }'].concat(
      '{ metric: untranslatedConsumers, atMost: 0 }',
      '{ metric: overlapLossOverNoise@10, atMost: 5 }',
    );
    const { verdict } = await compare(qrels, best, best, { policyText: `rules:\n${rules.map((rule) => `  - ${rule}\n`).join('')}` });
    expect(verdict?.rules.map(({ outcome, found }) => [outcome, found])).toEqual(rules.map(() => ['fail', 'no value']));
    expect(verdict?.rules[1]?.reason).toContain('no exact neighbours are known');
    expect(verdict?.rules[2]?.reason).toContain('no consumers are known');
    expect(verdict?.rules[3]?.reason).toContain('no self-noise was measured');
  });

  test('the folder holds evaluation, verdict, reports and what they were made from', async () => {
    const output = join(folder, 'judged');
    const { files, verdict, at } = await compare(qrels, best, worse, { policyText, output });
    const names = ['evaluation.json', 'verdict.json', ...FORMATS.map(({ fileName }) => fileName)];
    expect(files).toEqual(names.map((name) => join(output, name)));
    const text = readFileSync(join(output, 'evaluation.json'), 'utf8');
    expect(verdict?.evaluation).toBe(sha256(text));
    const evaluation = JSON.parse(text) as Evaluation;
    expect(evaluation).toMatchObject({ versions: null, search: null, consumers: [], slices: [], index: {}, rerankers: [] });
    expect([evaluation.geometry, evaluation.graph]).toEqual([1, 2].map(() => ({ notApplicable: expect.stringContaining('no vectors') })));
    expect(evaluation.dataset).toMatchObject({
      name: 'qrels.txt',
      documents: 3,
      queries: 160,
      needs: 160,
      judgedQueries: 160,
      judgements: 480,
    });
    expect(evaluation.scores.map(({ id }) => id)).toEqual(['all', 'top-1', 'relevant', 'other']);
    // Old: every relevant document scores 9, the others 8 and 7. New: 54 relevant at 7, 106 at 8; others 9 and (54 at 8, 106 at 7).
    expect(evaluation.separation).toMatchObject([{ id: 'results', old: { relevant: 160, other: 320, auc: 1 } }]);
    expect(evaluation.separation[0]?.new.auc).toBeCloseTo((54 * (106 / 2) + 106 * (106 + 54 / 2)) / (160 * 320), 12);
    expect(evaluation.margin).toMatchObject({ old: { n: 160, mean: 1 }, new: { n: 160, mean: 1 } });
    expect(evaluation.shown.lists[0]).toEqual({ old: [0, 1, 2], new: [1, 2, 0], oldScores: [9, 8, 7], newScores: [9, 8, 7] });
    expect(evaluation.shown.grades[0]).toEqual({ 0: 1, 1: 0, 2: 0 });
    expect(JSON.parse(readFileSync(join(output, 'verdict.json'), 'utf8'))).toEqual(verdict);
    const manifest = JSON.parse(readFileSync(join(output, 'manifests', 'compare.json'), 'utf8'));
    expect(manifest.madeFrom).toMatchObject({ old: await sha256File(join(at, 'old.run')), new: await sha256File(join(at, 'new.run')) });
    expect(Object.keys(manifest.files).sort()).toEqual([...names].sort());
    // The page's own script may say `undefined`; what people read may not.
    const read = (file: string) => readFileSync(file, 'utf8').replace(/<(script|style)[\s\S]*?<\/\1>/g, '');
    for (const file of files) expect(read(file), file).not.toMatch(/\bNaN\b|\bundefined\b/);
  });

  test('without a policy the reports say so, and no verdict is left from before', async () => {
    const output = join(folder, 'unjudged');
    await compare(qrels, best, worse, { policyText, output });
    const { files, verdict } = await compare(qrels, best, worse, { output });
    expect(verdict).toBeNull();
    expect(files).not.toContain(join(output, 'verdict.json'));
    expect(() => readFileSync(join(output, 'verdict.json'))).toThrow(/ENOENT/);
    expect(readFileSync(join(output, 'report.html'), 'utf8')).toContain('Not judged: no policy was given.');
  });

  test('same input, same bytes, wherever the files are', async () => {
    const texts = [];
    for (const name of ['first', 'second']) {
      const output = join(folder, name);
      const { files } = await compare(qrels, best, worse, { policyText, output });
      texts.push(files.map((file) => readFileSync(file, 'utf8')));
    }
    expect(texts[0]).toHaveLength(2 + FORMATS.length);
    expect(texts[1]).toEqual(texts[0]);
  });
});

describe('runs that contradict themselves', () => {
  const qrels = 'q1 0 a 1\nq1 0 b 0\nq2 0 a 1\nq2 0 b 0\n';
  /** The right document first by rank; `score` by rank. */
  const ranked = (score: (rank: number) => number): string =>
    ['q1', 'q2'].flatMap((query) => ['a', 'b', 'c'].map((id, i) => `${query} Q0 ${id} ${i + 1} ${score(i + 1)} t\n`)).join('');
  const similar = ranked((rank) => 1 - rank / 10);
  const distant = ranked((rank) => rank / 10);

  test('distances in the score column are refused, with the share and the option that reads them', async () => {
    for (const [old, fresh] of [
      [distant, distant],
      [similar, distant],
      [distant, similar],
    ] as const)
      await expect(compare(qrels, old, fresh)).rejects.toMatchObject({
        code: 'RUN_CONTRADICTS_ITSELF',
        message: expect.stringContaining('disagree on the order of 100.0 % of neighbouring results'),
        next: expect.stringContaining('--scores distance'),
      });
  });

  test('read as distances they give what the similarities give', async () => {
    const { comparison } = await compare(qrels, distant, similar, { scores: { old: 'distance', new: 'similarity' } });
    expect(comparison.old.aggregate).toEqual(comparison.new.aggregate);
    expect(comparison.old.aggregate['P@1']).toBe(1);
    await expect(compare(qrels, similar, similar, { scores: { old: 'distance', new: 'similarity' } })).rejects.toMatchObject({
      code: 'RUN_CONTRADICTS_ITSELF',
    });
  });

  test('scores that are one float32 tie, and are still ordered as trec_eval 10 orders them', async () => {
    const near = ['q1', 'q2'].map((query) => `${query} Q0 a 1 0.12345678901 t\n${query} Q0 b 2 0.12345678902 t\n`).join('');
    const { comparison, warnings } = await compare(qrels, near, similar);
    expect(warnings.filter((line) => line.includes('contradict'))).toEqual([]);
    expect(comparison.old.aggregate['P@1']).toBe(0);
  });

  test('distances that are one float32 are ordered as they are written, nearest first', async () => {
    const near = (a: number, b: number) => ['q1', 'q2'].map((query) => `${query} Q0 a 1 ${a} t\n${query} Q0 b 2 ${b} t\n`).join('');
    const scores = { old: 'distance', new: 'distance' } as const;
    const { comparison } = await compare(qrels, near(0.12345678901, 0.12345678902), near(0.12345678902, 0.12345678901), { scores });
    expect([comparison.old.aggregate['P@1'], comparison.new.aggregate['P@1']]).toEqual([1, 0]);
  });

  test('a few contradictions are said, and ranks that say nothing are none', async () => {
    const odd = similar.replace('q1 Q0 b 2 0.8', 'q1 Q0 b 2 0.95');
    const { warnings } = await compare(qrels, odd, similar);
    expect(warnings).toContainEqual(expect.stringContaining('Rank and score of the old run contradict each other in 25.0 %'));
    const unranked = distant.replace(/(Q0 \w) \d/g, '$1 0');
    expect((await compare(qrels, unranked, similar)).warnings.filter((line) => line.includes('contradict'))).toEqual([]);
  });
});

describe('judgements of other documents', () => {
  test('are an error that names an id of each side', async () => {
    const qrels = 'q1 0 d17 1\nq2 0 d18 1\n';
    const found = 'q1 Q0 doc-17 1 0.9 t\nq2 Q0 doc-18 1 0.9 t\n';
    await expect(compare(qrels, found, found)).rejects.toMatchObject({
      code: 'RUN_DOCUMENTS_UNJUDGED',
      message: expect.stringMatching(/returns 2 documents.*"doc-17" is returned, "d17" is judged/),
    });
    // One side alone, too.
    await expect(compare(qrels, 'q1 Q0 d17 1 0.9 t\n', found)).rejects.toMatchObject({ code: 'RUN_DOCUMENTS_UNJUDGED' });
  });

  test('few judged results on both sides are said', async () => {
    const lists = (last: string) =>
      `q1 Q0 ${last} 10 0.1 t\n${[...'bcdefghij'].map((id, i) => `q1 Q0 ${id} ${i + 1} ${0.9 - i / 20} t\n`).join('')}`;
    const { warnings } = await compare('q1 0 a 1\n', lists('a'), lists('a'));
    expect(warnings).toContainEqual(expect.stringContaining('Few of the first 10 results are judged: 10.0 % old, 10.0 % new'));
  });
});

test('what a policy asks of compare and it cannot measure is said once, by name', async () => {
  const policyText = `rules:
  - { metric: nDCG@10, nonInferior: 0.5 }
  - { metric: annRecall@10, atLeast: 0.9 }
  - { metric: untranslatedConsumers, atMost: 0 }
  - { metric: nDCG@10, noHarm: 0.05, slices: declared }
  - { metric: annRecall@5, atLeast: 0.9, ifMissing: skip }
`;
  const { warnings } = await compare(QRELS, run({ q1: 'ba', q2: 'ac' }), run({ q1: 'ab', q2: 'ac' }), { policyText });
  const said = warnings.filter((line) => line.includes('compare cannot measure'));
  expect(said).toEqual([
    expect.stringContaining('policy.yaml: compare cannot measure annRecall@10, untranslatedConsumers, nDCG@10 noHarm:'),
  ]);
});
