import { describe, expect, it } from 'vitest';
import type { DatasetMapping } from '../../src/model/dataset.ts';
import { load, MINIMAL, problemsIn } from './folder.ts';

const withDataset = (dataset: string) => MINIMAL.replace('dataset: data', `dataset: { corpus: { path: c.csv }, ${dataset} }`);
const clicksOf = async (clicks: string) =>
  ((await load(withDataset(`clicks: { path: log.csv${clicks} }`))).dataset as DatasetMapping).clicks;

describe('dataset.clicks', () => {
  it('grades a rate where impressions are named, else clicks; queries may be left out', async () => {
    const config = await load(withDataset('clicks: { path: log.csv }'));
    expect(config.dataset).toMatchObject({ queries: null, qrels: null });
    expect(await clicksOf('')).toMatchObject({
      path: expect.stringMatching(/^\/.*log\.csv$/),
      impressions: null,
      rule: { by: 'clicks', thresholds: [3, 10], minimumImpressions: 10 },
      unknownDocuments: 'refuse',
    });
    expect((await clicksOf(', impressions: shown'))?.rule).toEqual({ by: 'rate', thresholds: [0.1, 0.3], minimumImpressions: 10 });
    expect((await clicksOf(', impressions: shown, grade: { by: clicks, thresholds: [2], minimumImpressions: 5 }'))?.rule).toEqual({
      by: 'clicks',
      thresholds: [2],
      minimumImpressions: 5,
    });
  });

  it('has a rule that means something', async () => {
    const problems = async (clicks: string) => (await problemsIn(withDataset(`clicks: { path: log.csv${clicks} }`))).join('\n');
    expect(await problems(', grade: { by: rate }')).toContain('dataset.clicks.grade.by: a rate needs impressions');
    expect(await problems(', grade: { minimumImpressions: 5 }')).toContain('means something with impressions only');
    expect(await problems(', grade: { thresholds: [3, 3] }')).toContain('must ascend');
    expect(await problems(', grade: { thresholds: [0.5] }')).toContain('whole numbers');
    expect(await problems(', impressions: s, grade: { thresholds: [2] }')).toContain('at most 1');
    expect(await problems(', grade: { thresholds: [-1] }')).toContain('thresholds');
  });

  it('counts as queries, and as judgements', async () => {
    expect((await problemsIn(MINIMAL.replace('dataset: data', 'dataset: { corpus: { path: c.csv } }'))).join()).toContain(
      'set queries, or clicks to make them from a search log',
    );
    expect((await problemsIn(withDataset('clicks: { path: a.csv }, qrels: { path: b.csv }'))).join()).toContain(
      'qrels or clicks, not both',
    );
  });

  it('is what a policy may forbid', async () => {
    const { policy } = await load(`${MINIMAL}policy: { weakGrades: forbid, rules: [{ metric: nDCG@10, atLeast: 0.1 }] }\n`);
    expect(policy.weakGrades).toBe('forbid');
    // A policy that says nothing keeps its hash.
    expect('weakGrades' in (await load(MINIMAL)).policy).toBe(false);
  });
});
