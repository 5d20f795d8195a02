import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BumpProject } from '../cli/bump-project.ts';

const OLD = '.a.0d9c3a52-6f0e-4c1b-9a57-2f1f6f2b7c11.part';
const YOUNG = '.a.1d9c3a52-6f0e-4c1b-9a57-2f1f6f2b7c11.part';

test('a run that finds everything done deletes what killed ones left, and leaves what others have under way', async () => {
  const project = new BumpProject();
  expect((await project.run('run')).code).toBe(0);
  const below = ['reports', '.cutover'].map((folder) => join(project.folder, folder));
  const folders = below.flatMap((folder) => [
    folder,
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name)),
  ]);
  // A cache holds other projects' versions beside these; none is written to but its versions' folders.
  const ours = folders.filter((folder) => folder !== join(project.folder, '.cutover'));
  expect(ours.filter((folder) => folder.includes('index') && folder.endsWith('manifests'))).toHaveLength(2);
  for (const folder of ours)
    for (const name of [OLD, YOUNG]) {
      writeFileSync(join(folder, name), 'x');
      if (name === OLD) utimesSync(join(folder, name), 0, 0);
    }
  expect((await project.run('run')).code).toBe(0);
  for (const folder of ours) expect([folder, readdirSync(folder).filter((name) => name.endsWith('.part'))]).toEqual([folder, [YOUNG]]);
});
