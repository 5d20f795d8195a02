import { expect, test } from 'vitest';
import { folderWith } from '../dataset/folder.ts';
import { commandLine } from './command-line.ts';

const CONFIG = `dataset: { corpus: { path: a.csv }, queries: { path: q.csv } }
old: { id: a, model: x/a }
new: { id: b, model: x/b }
`;

test('judgements are imported into a folder only, and the error says where else to put them', async () => {
  const cutover = commandLine(await folderWith({ 'cutover.yaml': CONFIG, 'grades.tsv': '1\t1\t1\n' }));
  const { code, err } = await cutover('judge', 'import', 'grades.tsv', '--judge', 'alice');
  expect(code).toBe(2);
  expect(err).toContain('DATASET_MAPPED');
  expect(err).toContain('dataset.qrels');
});
