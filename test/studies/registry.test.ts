import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { STUDIES } from '../../src/studies/registry.ts';

const FOLDER = join(import.meta.dirname, '../../src/studies');
const kebab = (id: string): string => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const isStudy = (value: unknown): boolean => typeof value === 'object' && value !== null && 'applies' in value && 'run' in value;

it('holds every study, each under its id and in a file of its name', async () => {
  for (const [id, study] of Object.entries(STUDIES)) {
    expect(study.id).toBe(id);
    expect(study.title).not.toBe('');
    expect((await import(`../../src/studies/${kebab(id)}.ts`))[id]).toBe(study);
  }
});

it('leaves out no study that a file of its folder has', async () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts') && name !== 'registry.ts');
  const found = await Promise.all(files.map(async (name) => Object.values(await import(`../../src/studies/${name}`)).filter(isStudy)));
  expect(found.flat()).toHaveLength(Object.keys(STUDIES).length);
  expect(new Set(found.flat())).toEqual(new Set(Object.values(STUDIES)));
});
