import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REGISTRY } from '../../src/measure/registry.ts';

const folder = new URL('../../src/measure/metrics/', import.meta.url);
const kinds = Object.keys(REGISTRY) as (keyof typeof REGISTRY)[];
const all = kinds.flatMap((kind) => [...REGISTRY[kind]]);

test('every folder is a kind of metric, and every kind a folder', () => {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...kinds].sort());
});

describe.each(kinds)('%s', (kind) => {
  test('every file is registered, and its id is its name', async () => {
    const ids = readdirSync(new URL(`${kind}/`, folder)).map((file) => basename(file, '.ts'));
    expect(ids.sort()).toEqual(REGISTRY[kind].map(({ id }) => id).sort());
    for (const id of ids) {
      const module = await import(`../../src/measure/metrics/${kind}/${id}.ts`);
      expect(REGISTRY[kind]).toContain(module[id]);
    }
  });
});

test('ids are unique, whatever their case', () => {
  expect(new Set(all.map(({ id }) => id.toLowerCase())).size).toBe(all.length);
});

test.each(all.map((metric) => [metric.id, metric] as const))('%s says what it is', (_, metric) => {
  expect(metric.description.length).toBeGreaterThan(60);
  expect(metric.formula).not.toBe('');
  expect(metric.range[0]).toBeLessThan(metric.range[1] ?? Number.POSITIVE_INFINITY);
  expect(metric.source.title).not.toBe('');
  if (!metric.source.title.startsWith('Defined here')) {
    expect(metric.source.doi ?? metric.source.url).toMatch(/^(10\.\d{4,}\/\S+|https:\/\/\S+)$/);
  }
});
