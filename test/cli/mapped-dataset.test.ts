import { expect, test } from 'vitest';
import { folderWith } from '../dataset/folder.ts';
import { commandLine } from './command-line.ts';

const CONFIG = `dataset: { corpus: { path: a.csv }, queries: { path: q.csv } }
old: { id: a, model: x/a }
new: { id: b, model: x/b }
`;

test('a mapping without judgements refuses a sheet before anybody grades, and an import after', async () => {
  const cutover = commandLine(await folderWith({ 'cutover.yaml': CONFIG, 'grades.tsv': '1\t1\t1\n' }));
  for (const args of [['next'], ['import', 'grades.tsv', '--judge', 'alice']]) {
    const { code, err } = await cutover('judge', ...args);
    expect([code, err]).toEqual([2, expect.stringContaining('DATASET_MAPPED')]);
    expect(err).toContain('dataset.qrels');
  }
});
