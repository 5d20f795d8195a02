import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { ROOT } from '../ci/script.ts';

const { phrasesIn } = (await import(pathToFileURL(join(ROOT, 'scripts/words.mjs')).href)) as {
  readonly phrasesIn: (text: string) => readonly { readonly line: number; readonly phrase: string; readonly better: string }[];
};

test('a turn of phrase that nobody says is found with its line and a better one', () => {
  expect(phrasesIn('It resumes.\nThe report stands in a folder of its own; names are apart by blanks.')).toEqual([
    { line: 2, phrase: 'stands', better: 'is, is written, is stored' },
    { line: 2, phrase: 'of its own', better: 'its own, separate' },
    { line: 2, phrase: 'blanks', better: 'spaces' },
    { line: 2, phrase: 'apart by', better: 'separated by' },
  ]);
});

test('a line break inside does not hide it', () => {
  expect(phrasesIn('/**\n * A session of its\n * own.\n */')).toEqual([{ line: 2, phrase: 'of its own', better: 'its own, separate' }]);
});

test.each([
  'What whole numbers stand for, unless the configuration says otherwise.',
  'Blank lines are skipped, and each worker has its own copy.',
  'const standing = standingOf(entries);',
])('%s: nothing to say better', (text) => {
  expect(phrasesIn(text)).toEqual([]);
});
