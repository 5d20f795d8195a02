import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { requireVectorFiles } from '../../src/config/version.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
writeFileSync(join(folder, 'docs.npy'), '');

const files = (document: object) => ({
  query: { path: join(folder, 'docs.npy') },
  document: { path: join(folder, 'docs.npy'), ...document },
});

it('vector files that are not there are told with the line of the version that names them', async () => {
  const file = join(folder, 'v1.yaml');
  writeFileSync(file, 'id: v1\nvectors:\n  query: docs.npy\n  document: { path: docs.npy, ids: docs.ids.txt }\n');
  await expect(requireVectorFiles({ file, vectors: files({ ids: join(folder, 'docs.ids.txt') }) })).rejects.toMatchObject({
    code: 'FILE_MISSING',
    message: `${join(folder, 'docs.ids.txt')} (${file}:4) does not exist.`,
  });
  await expect(requireVectorFiles({ file, vectors: files({}) })).resolves.toBeUndefined();
});

it('also where the version is written in the configuration', async () => {
  const file = join(folder, 'cutover.yaml');
  const side = (name: string) => `  id: ${name}\n  vectors: { query: ${name}.npy, document: ${name}.npy }\n`;
  writeFileSync(file, `dataset: d\nold:\n${side('a')}new:\n${side('b')}`);
  const path = join(folder, 'b.npy');
  await expect(requireVectorFiles({ file, vectors: { query: { path }, document: { path } } })).rejects.toThrow(`${path} (${file}:7)`);
});
