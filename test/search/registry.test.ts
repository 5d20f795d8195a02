import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SEARCH_ENGINES } from '../../src/search/registry.ts';

test('every file of engines/ is registered under its name', () => {
  const files = readdirSync(new URL('../../src/search/engines', import.meta.url)).map((name) => name.replace(/\.ts$/, ''));
  expect(Object.keys(SEARCH_ENGINES).sort()).toEqual(files.sort());
  for (const [id, engine] of Object.entries(SEARCH_ENGINES)) expect(engine.id).toBe(id);
});
