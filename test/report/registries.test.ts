import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/report/formats/registry.ts';
import { SECTIONS } from '../../src/report/sections/registry.ts';

const filesOf = (folder: string): string[] =>
  readdirSync(join(import.meta.dirname, '../../src/report', folder))
    .filter((name) => name !== 'registry.ts')
    .map((name) => name.replace(/\.ts$/, ''))
    .sort();

describe('registries', () => {
  it('hold every section, each under its file name', () => {
    expect(SECTIONS.map(({ id }) => id).sort()).toEqual(filesOf('sections'));
    expect(SECTIONS[0]?.id).toBe('verdict');
    expect(SECTIONS.at(-1)?.id).toBe('method');
  });

  it('hold every format, each under its file name', () => {
    expect(FORMATS.map(({ id }) => id).sort()).toEqual(filesOf('formats'));
    expect(FORMATS.map(({ fileName }) => fileName).slice(0, 2)).toEqual(['report.html', 'summary.md']);
    expect(new Set(FORMATS.map(({ fileName }) => fileName)).size).toBe(FORMATS.length);
  });
});
