import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ERRORS } from '../../src/core/errors.ts';

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
