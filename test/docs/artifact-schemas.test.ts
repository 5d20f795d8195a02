import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../ci/script.ts';
import { pageText } from './shell-blocks.ts';

const PAGE = pageText('docs/guides/artifact-schemas.md');

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'));
}

test('the page names every kind of artifact that the sources write, at its version, and no other', () => {
  const kinds = sources('src').flatMap((text) =>
    [...text.matchAll(/(?:\bkind:|\bKIND =) '(cutover\.[a-z]+)'/g)].map(([, kind = '']) => kind),
  );
  const rows = PAGE.split('\n').filter((line) => line.startsWith('| '));
  const named = rows.flatMap((row) => [...(row.split('|')[2] ?? '').matchAll(/`(cutover\.[a-z]+)`/g)].map(([, kind = '']) => kind));
  expect(named.sort()).toEqual([...new Set(kinds)].sort());
});

test('the page names the JSON Schema of each artifact that has one', () => {
  const written = ['config.json', 'policy.json', 'version.json'];
  const schemas = readdirSync(join(ROOT, 'schemas')).filter((name) => !written.includes(name));
  const cells = PAGE.split('\n').flatMap((line) => /^\|.*\| 1 \| `([\w.]+)` \|/.exec(line)?.[1] ?? []);
  expect(cells.sort()).toEqual(schemas.sort());
});
