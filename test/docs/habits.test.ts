import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateWorkflow } from '@action-validator/core';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../ci/script.ts';
import { pages } from './shell-blocks.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const DOCUMENTS = [...pages(), 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'benchmarks/README.md', 'benchmarks/RESULTS.md'];

test('decision records are numbered without gaps, and each says its number', () => {
  const files = readdirSync(join(ROOT, 'docs/adr')).sort();
  expect(files.length).toBeGreaterThan(20);
  files.forEach((file, i) => {
    expect(file).toMatch(new RegExp(`^${String(i + 1).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
    expect(read(`docs/adr/${file}`)).toMatch(new RegExp(`^# ${i + 1}\\. \\S`));
  });
});

test('no document links to a package registry: a tool is linked by its repository', () => {
  // In two parts each, so that this file names no host either.
  const names = 'npm-js py-pi python-hosted cra-tes ruby-gems nu-get hub\\.-docker un-pkg js-delivr pack-agist'
    .replaceAll('-', '')
    .split(' ');
  const hosts = new RegExp(`(${names.join('|')})\\.(com|org|io|net)`);
  expect(hosts.test(`https://www.${names[0]}.com/package/x`)).toBe(true);
  expect(DOCUMENTS.filter((page) => hosts.test(read(page)))).toEqual([]);
});

test('a pull request is checked and tested by what a release is', () => {
  const text = read('.github/workflows/checks.yml');
  expect(validateWorkflow(text)).toMatchObject({ errors: [] });
  const { on, permissions, jobs } = parse(text);
  expect([Object.keys(on), permissions]).toEqual([['pull_request', 'push'], { contents: 'read' }]);
  expect(jobs.checks.steps.map(({ run }: { run?: string }) => run ?? '')).toContain('bash .ci/run');
  // Dead links fail there.
  expect(jobs.checks.steps.map(({ run }: { run?: string }) => run ?? '')).toContain('npm run docs:site');
});

test('every file that the tour and the recipes name is there', () => {
  const named = ['docs/tour.md', 'CONTRIBUTING.md'].flatMap((page) =>
    [...read(page).matchAll(/`((?:src|test|benchmarks)\/[\w./-]+)`/g)].map(([, file = '']) => file),
  );
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});
