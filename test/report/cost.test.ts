import { describe, expect, it } from 'vitest';
import { TIMINGS } from './fixture.ts';
import { CASES } from './fixture-verdicts.ts';
import { render, sectionOf, textOf } from './page.ts';

const entries = {
  'embed.old.document': { seconds: 10, items: 1000, unit: 'texts' },
  'embed.new.document': { seconds: 20, items: 1000, unit: 'texts' },
};
const index = { old: { bytes: 2048, buildSeconds: 0.5, p50: 0.1, p95: 0.2, queries: 200 } };
const timings = { ...TIMINGS, entries, index };
const read = (page: string): string => textOf(sectionOf(page, 'cost'));

describe('cost', () => {
  it('says what was measured and leaves out what was not', () => {
    const text = read(render('html', CASES.pass, timings));
    expect(text).toContain('One vector, float32 1,536 bytes 1,536 bytes same stated');
    expect(text).toContain('Embedding documents 100.0 texts/s 50.0 texts/s −50.0 % measured');
    expect(text).toContain('Index file 2.0 KiB – – measured');
    expect(text).toContain('One query through the index, 95 % 0.200 ms – – measured');
    expect(text).not.toContain('Embedding queries');
    expect(text).not.toContain('rojection');
  });

  it('says of what a reader looks for that nobody measured it', () => {
    const text = read(render('html', CASES.pass, { ...timings, entries: {} }));
    expect(text).toContain('Embedding documents – – – not measured');
    expect(text).toContain('vectors from the cache or from files need no embedding');
  });

  it('projects for the corpus that the configuration states', () => {
    const { evaluation, verdict } = CASES.pass;
    const text = read(render('html', { evaluation: { ...evaluation, projection: { documents: 3_600_000 } }, verdict }, timings));
    expect(text).toContain('Projection for 3,600,000 documents');
    expect(text).toContain('Embedding all documents 10.00 hours 20.00 hours +100.0 % projected');
    expect(text).toContain('Vectors, float32 5.15 GiB 5.15 GiB same projected');
  });

  it('needs no timings for what follows from the versions, and nothing is there without both', () => {
    expect(read(render('html', CASES.pass, null))).toContain('There are no timings');
    const { evaluation, verdict } = CASES.pass;
    expect(render('html', { evaluation: { ...evaluation, versions: null }, verdict }, null)).not.toContain('id="cost"');
  });
});
