import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../ci/script.ts';
import { pages, pageText } from './shell-blocks.ts';

/** Links out of a page's prose: what stands in fences and code is no link. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));
}

/** Anchors as GitHub makes them from headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(pages())('%s has no dead link', (page) => {
  const dead = linksOf(pageText(page)).filter((target) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
    if (!existsSync(file)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
  });
  expect(dead).toEqual([]);
});

test('every page is reached from the index', () => {
  // The front page of the site is where one starts there.
  const reached = new Set<string>(['docs/README.md', 'docs/index.md', 'README.md']);
  const follow = (page: string): void => {
    for (const target of linksOf(pageText(page))) {
      const found = relative(ROOT, join(ROOT, dirname(page), target.split('#')[0] ?? '')).replaceAll('\\', '/');
      if (found.startsWith('docs/') && found.endsWith('.md') && !reached.has(found)) {
        reached.add(found);
        follow(found);
      }
    }
  };
  follow('docs/README.md');
  expect(pages().filter((page) => !reached.has(page) && !page.startsWith('docs/adr/'))).toEqual([]);
});
