import { expect, it } from 'vitest';
import { nearDuplicates } from '../../src/measure/near-duplicates.ts';

const TEXTS: Readonly<Record<string, string>> = {
  right: 'How to reset the password of a team account',
  copy: 'How to reset the password of a team account!',
  close: 'How to reset the password of your team account',
  other: 'Export an invoice as PDF',
};
const textOf = (id: string): string => TEXTS[id] ?? '';
const runOf = (lists: Readonly<Record<string, readonly string[]>>) =>
  new Map(Object.entries(lists).map(([query, ids]) => [query, { ids }]));
const qrels = new Map([
  ['a', new Map([['right', 1]])],
  ['b', new Map([['right', 2]])],
]);

it('counts queries for which a document of nearly the same words is above the right one, by version', () => {
  const old = runOf({ a: ['right', 'copy'], b: ['other', 'right', 'copy'] });
  const fresh = runOf({ a: ['copy', 'right'], b: ['other', 'copy'] });
  expect(nearDuplicates(qrels, { old, new: fresh }, textOf, 10)).toEqual({ queries: 2, old: 0, new: 2 });
});

it('eight of ten words are enough, and what is beyond the depth is not looked at', () => {
  // 9 words each ("a" against "your"): 8 shared of 10.
  const old = runOf({ a: ['close', 'right'], b: ['other', 'close', 'right'] });
  expect(nearDuplicates(qrels, { old, new: old }, textOf, 10)?.old).toBe(2);
  expect(nearDuplicates(qrels, { old, new: old }, textOf, 1)?.old).toBe(1);
  const apart = runOf({ a: ['other', 'right'], b: ['other'] });
  expect(nearDuplicates(qrels, { old: apart, new: apart }, textOf, 10)).toEqual({ queries: 2, old: 0, new: 0 });
});

it('says nothing where queries have several relevant documents or none', () => {
  const many = new Map([
    [
      'two',
      new Map([
        ['right', 1],
        ['other', 1],
      ]),
    ],
    ['none', new Map([['other', 0]])],
  ]);
  expect(nearDuplicates(many, { old: runOf({}), new: runOf({}) }, textOf, 10)).toBeNull();
});
