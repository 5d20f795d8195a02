import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ChangeRecord } from '../../src/model/lock.ts';
import { BumpProject, once, pin } from '../cli/bump-project.ts';

const MAPPED = (corpus: string, queries = 'data/queries.jsonl') =>
  `dataset: { corpus: { path: ${corpus} }, queries: { path: ${queries} }, qrels: { path: data/qrels/test.tsv } }\n`;

/** main maps its data set file by file, one query with an accent in it. */
const mapped = once(async () => {
  const project = new BumpProject();
  project.write('data/queries.jsonl', project.read('data/queries.jsonl').replace('avatar number 9', 'avatar of José'));
  remap(project, MAPPED('data/corpus.jsonl'));
  project.commit('mapped');
  await pin(project);
  return project;
});

function remap(project: BumpProject, mapping: string): void {
  project.write('cutover.yaml', project.read('cutover.yaml').replace(/^dataset: .*\n/m, mapping));
}

function bytes(project: BumpProject, file: string, content: Uint8Array): void {
  project.write(file, content as unknown as string);
  project.git('add', '--all');
}

async function checked(project: BumpProject): Promise<readonly [code: number, state: string, facts: readonly string[]]> {
  const { code } = await project.run('run', '--changed');
  const { state, facts } = JSON.parse(project.read('reports/change.json')) as ChangeRecord;
  return [code, state, facts];
}

const WAITING = expect.stringContaining('is beside it and was never approved');

describe('the same data set in other bytes', () => {
  it('is the same packed, with a byte order mark or with Windows line ends, and another one where a row differs', async () => {
    const corpus = (await mapped()).read('data/corpus.jsonl');
    const kind = corpus.replace('all about the refund', 'all about the refund refund');
    const same = [0, 'unchanged', [WAITING]];
    const another = [0, 'judge-changed', ['data set: 1 documents changed']];
    for (const [file, content, expected] of [
      ['data/corpus.jsonl.gz', gzipSync(corpus), same],
      ['data/corpus.jsonl.gz', gzipSync(kind), another],
      ['data/corpus.jsonl', Buffer.from(`\uFEFF${corpus.replaceAll('\n', '\r\n')}`), same],
      ['data/corpus.jsonl', Buffer.from(`\uFEFF${kind}`), another],
      ['Data/CORPUS.jsonl', Buffer.from(kind), another],
    ] as const) {
      const project = await mapped();
      bytes(project, file, content);
      remap(project, MAPPED(file));
      expect(await checked(project), file).toEqual(expected);
    }
  });

  it('is another one in another normal form of Unicode, of texts and of ids', async () => {
    const project = await mapped();
    const queries = project.read('data/queries.jsonl');
    expect(queries.normalize('NFD')).not.toBe(queries);
    project.write('data/queries.jsonl', queries.normalize('NFD'));
    expect(await checked(project)).toEqual([0, 'judge-changed', ['data set: 1 queries changed']]);
  });

  it('that is a pointer of Git LFS in the change is not read as data', async () => {
    const project = await mapped();
    project.write('data/qrels/test.tsv', `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 3\n`);
    expect((await project.run('run', '--changed')).code).toBe(2);
  });

  it('with a second file that would be taken in place of the first is said, or refused', async () => {
    const project = new BumpProject();
    await pin(project);
    const rows = project.read('data/corpus.jsonl').replace('refund', 'avatar');
    for (const [file, content] of [
      ['data/corpus.jsonl.gz', gzipSync(rows)],
      ['data/corpus.csv', Buffer.from('id,text\nd00,another\n')],
      ['data/qrels.txt', Buffer.from('q00 0 d05 1\n')],
      ['data/qrels/a.tsv', Buffer.from('query-id\tcorpus-id\tscore\nq00\td05\t1\n')],
    ] as const) {
      bytes(project, file, content);
      const { code } = await project.run('run', '--changed');
      const said = code === 2 ? [] : (JSON.parse(project.read('reports/change.json')) as ChangeRecord).facts;
      // Not read at all, or refused: what judges is the file of the base.
      expect([[0, 2].includes(code), said.filter((line) => line.startsWith('data set'))], file).toEqual([true, []]);
      project.git('reset', '--hard', '--quiet');
    }
    // Without the first, the second is read, and said.
    renameSync(join(project.folder, 'data/qrels/test.tsv'), join(project.folder, 'data/qrels/other.tsv'));
    project.write('data/qrels/other.tsv', project.read('data/qrels/other.tsv').replace(/\t0$/m, '\t1'));
    project.git('add', '--all');
    expect(await checked(project)).toEqual([0, 'judge-changed', expect.arrayContaining(['data set: 1 judgements changed'])]);
  });
});
