import { expect, test } from 'vitest';
import { counted, findingsOf } from '../../../src/live/audit/findings.ts';
import { noFaults, type Scan } from '../../../src/live/audit/scan.ts';

test('a row that is told as untagged or foreign is not told as missing again, and a missing hash is called that', () => {
  const scan: Scan = {
    rows: 3,
    tags: new Map(),
    ids: new Map([['hashless', null]]),
    texts: new Map(),
    hasTexts: false,
    untagged: new Set(['untagged']),
    foreign: new Set(['foreign']),
    dimension: 2,
    faults: noFaults(),
  };
  const hashes = new Map(['hashless', 'untagged', 'foreign', 'gone'].map((id) => [id, 'f'.repeat(64)]));
  const corpus = { size: hashes.size, ids: () => hashes.keys(), hashOf: (id: string) => hashes.get(id) ?? null };
  const found = findingsOf(scan, corpus as unknown as Parameters<typeof findingsOf>[1], null);
  const of = (kind: string) => found.find((finding) => finding.kind === kind);
  expect(of('missing')).toMatchObject({ count: 1, examples: [{ id: 'gone', note: 'no row of this version has this id' }] });
  expect(of('stale')).toMatchObject({ count: 1, title: 'rows whose text is not the one that was embedded' });
});

test('one of a kind is told as one', () => {
  const scan: Scan = {
    rows: 0,
    tags: new Map(),
    ids: new Map(),
    texts: new Map(),
    hasTexts: false,
    untagged: new Set(),
    foreign: new Set(),
    dimension: 2,
    faults: noFaults(),
  };
  const told = (count: number) => findingsOf(scan, null, null).map((finding) => counted({ ...finding, count }));
  expect(told(2)).toContain('2 vectors that are not of length 1');
  expect(told(1)).toContain('1 vector that is not of length 1');
  expect(told(1)).toContain('1 sampled row whose tag is false');
  expect(told(1).filter((text) => /^1 (sampled )?\w+s /.test(text))).toEqual([]);
});
