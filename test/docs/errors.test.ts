import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { ERRORS } from '../../src/core/errors.ts';
import { errorPage } from '../../src/project/version.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = (path: string) => fileURLToPath(new URL(`../../${path}/`, import.meta.url));

/** What stands in all TypeScript files of a folder that `takes` takes, without comments. */
function code(path: string, takes: (file: string) => boolean): string {
  const files = readdirSync(folder(path), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && takes(file));
  expect(files.length).toBeGreaterThan(50);
  return files.map((file) => readFileSync(folder(path) + file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')).join('\n');
}

const codes = Object.keys(ERRORS);
const named = (text: string) => codes.filter((name) => !new RegExp(`\\b${name}\\b`).test(text));

test('every error of the catalogue is expected by a test', () => {
  expect(named(code('test', (file) => /\.test\.ts$|contract\.ts$/.test(file) && file !== 'docs/errors.test.ts'))).toEqual([]);
});

test('every error of the catalogue is thrown somewhere', () => {
  expect(named(code('src', (file) => file !== 'errors.ts'))).toEqual([]);
});

test('no error says to delete anything', () => {
  const advice = Object.entries(ERRORS).flatMap(([name, [, next]]) => (/\bdelete\b/i.test(next) ? [name] : []));
  expect(advice).toEqual([]);
});

test('an error prints the page that explains it, and the page has its anchor', async () => {
  let err = '';
  const host = { stdout: { write: () => {} }, stderr: { write: (text: string) => (err += text) }, env: {}, cwd: temporaryFolder() };
  const rest = { clock: () => 0, today: () => '2026-01-31', now: () => '2026-01-31T00:00:00.000Z', signal: new AbortController().signal };
  expect(await main(['run'], { ...host, ...rest })).toBe(2);
  expect(err).toMatch(/^error CONFIG_MISSING {2}.*\nnext {2}.*\nmore {2}docs\/reference\/errors\.md#config_missing\n$/);
  expect(readFileSync(folder('docs/reference').replace(/\/$/, '/errors.md'), 'utf8')).toContain('\n## CONFIG_MISSING\n');
});

test.each(['https://docs.example/cutover', 'https://docs.example/cutover/'])(
  'below %s, where package.json names that as its homepage',
  (site) => {
    expect(errorPage('LOCK_MISSING', site)).toBe('https://docs.example/cutover/docs/reference/errors.html#lock_missing');
  },
);
