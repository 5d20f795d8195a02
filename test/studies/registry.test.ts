import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { STUDIES } from '../../src/studies/registry.ts';

const FOLDER = join(import.meta.dirname, '../../src/studies');
const kebab = (id: string): string => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

it('holds every study, each under its id and in a file of its name', () => {
  const files = readdirSync(FOLDER).map((name) => name.replace(/\.ts$/, ''));
  for (const [id, study] of Object.entries(STUDIES)) {
    expect(study.id).toBe(id);
    expect(study.title).not.toBe('');
    expect(files).toContain(kebab(id));
  }
  expect(Object.keys(STUDIES)).toEqual(['noiseFloor', 'attribution', 'counterfactual', 'efSearchSweep', 'backfillForecast']);
});
