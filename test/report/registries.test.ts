import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SECTIONS } from '../../src/report/evidence/registry.ts';
import { FORMATS } from '../../src/report/formats/registry.ts';

const FOLDER = join(import.meta.dirname, '../../src/report');
const filesOf = (folder: string): string[] =>
  readdirSync(join(FOLDER, folder))
    .filter((name) => name !== 'registry.ts')
    .map((name) => name.replace(/\.ts$/, ''))
    .sort();

describe('registries', () => {
  it('hold every section of the evidence once, quality first and what decides nothing last', () => {
    const ids = SECTIONS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([ids[0], ids.at(-1)]).toEqual(['quality', 'diagnostics']);
    const source = filesOf('evidence').map((name) => readFileSync(join(FOLDER, 'evidence', `${name}.ts`), 'utf8'));
    const declared = source.flatMap((text) =>
      [...text.matchAll(/^export const \w+: Section = {\n {2}id: '([\w-]+)'/gm)].map(([, id]) => id),
    );
    expect(declared.sort()).toEqual([...ids].sort());
  });

  it('hold every format, each under its file name', () => {
    expect(FORMATS.map(({ id }) => id).sort()).toEqual(filesOf('formats'));
    expect(FORMATS.map(({ fileName }) => fileName).slice(0, 2)).toEqual(['report.html', 'summary.md']);
    expect(new Set(FORMATS.map(({ fileName }) => fileName)).size).toBe(FORMATS.length);
  });
});
