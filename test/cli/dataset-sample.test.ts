import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/dataset/load.ts';
import type { SampledDataset } from '../../src/features/dataset/sample.ts';
import type { DatasetSample } from '../../src/model/dataset.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { errorOf, folderWith } from '../dataset/folder.ts';
import { BumpProject, policy } from './bump-project.ts';

/** 12 documents; each query has a judgement of its own document only, and half of them of d00 too. */
function thinlyJudged(): BumpProject {
  const project = new BumpProject();
  const id = (i: number) => String(i).padStart(2, '0');
  const rows = Array.from({ length: 6 }, (_, i) => `q${id(i)}\td${id(i)}\t1`);
  project.write('data/qrels/test.tsv', `query-id\tcorpus-id\tscore\n${rows.join('\n')}\n`);
  return project;
}

const sampled = async (project: BumpProject, ...args: readonly string[]): Promise<SampledDataset> => {
  const { code, out, err } = await project.run('dataset', 'sample', ...args, '--json');
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out) as SampledDataset;
};
const json = <T>(project: BumpProject, file: string): T => JSON.parse(project.read(file)) as T;

describe('dataset sample', () => {
  it('keeps every judged document and every query, and draws of the rest what the seed says', async () => {
    const project = thinlyJudged();
    const { sample, documents, queries, judgements } = await sampled(project, 'data', '--out', 'small', '--documents', '3');
    expect([documents, queries, judgements]).toEqual([9, 36, 6]);
    expect(sample).toMatchObject({
      seed: 7,
      judged: 6,
      neighbours: null,
      drawn: 3,
      rest: 6,
      of: { name: 'data', documents: 12, queries: 36 },
    });
    const whole = await loadDataset(join(project.folder, 'data'));
    const small = await loadDataset(join(project.folder, 'small'));
    expect(small.name).toBe('data (sample)');
    expect(small.sample).toEqual(sample);
    expect(small.hashes.queries).toBe(whole.hashes.queries);
    expect(small.hashes.qrels).toBe(whole.hashes.qrels);
    const ids = small.documents.map(({ id }) => id);
    expect(ids.slice(0, 6)).toEqual(['d00', 'd01', 'd02', 'd03', 'd04', 'd05']);
    for (const document of small.documents) expect(whole.documents).toContainEqual(document);

    await sampled(project, 'data', '--out', 'again', '--documents', '3');
    for (const file of ['corpus.jsonl', 'queries.jsonl', 'qrels/test.tsv', 'dataset.json'])
      expect(project.read(`again/${file}`)).toBe(project.read(`small/${file}`));
    const others = await Promise.all(
      [1, 2, 3].map((seed) => sampled(project, 'data', '--out', `s${seed}`, '--documents', '3', '--seed', `${seed}`)),
    );
    const drawn = others.map(({ folder }) => project.read(`${folder.slice(project.folder.length + 1)}/corpus.jsonl`));
    expect(new Set([...drawn, project.read('small/corpus.jsonl')]).size).toBeGreaterThan(1);
  });

  it('draws judged queries only where any are judged, and drops judgements of the others', async () => {
    const project = thinlyJudged();
    const { queries, sample } = await sampled(project, 'data', '--out', 'small', '--fraction', '0', '--queries', '4');
    expect(queries).toBe(4);
    expect(sample).toMatchObject({ judged: 4, drawn: 0, rest: 8 });
    const { qrels, documents } = await loadDataset(join(project.folder, 'small'));
    expect(qrels?.size).toBe(4);
    expect(documents).toHaveLength(4);
  });

  it('keeps needs, slices, filters and all chunks of a kept document', async () => {
    const folder = await folderWith({
      'corpus.jsonl': ['a', 'b', 'c']
        .flatMap((id) => [0, 1].map((i) => JSON.stringify({ _id: `${id}#${i}`, text: `${id} ${i}`, parent: id, metadata: { lang: 'en' } })))
        .join('\n'),
      'queries.jsonl': '{"_id": "q", "text": "a?", "metadata": {"need": "n", "style": "short", "filter": {"lang": ["de", "en"]}}}\n',
      'qrels/test.tsv': 'q\ta\t2\n',
    });
    const project = new BumpProject();
    const { sample } = await sampled(project, folder, '--out', 'small', '--documents', '1');
    expect(sample).toMatchObject({ judged: 1, drawn: 1, rest: 2, of: { documents: 3 } });
    const whole = await loadDataset(folder);
    const { queries, documents, sliceFields } = await loadDataset(join(project.folder, 'small'));
    expect(queries).toEqual(whole.queries);
    expect(sliceFields).toEqual(['style']);
    expect(documents).toHaveLength(4);
    expect(documents[0]).toEqual(whole.documents[0]);
  });

  it('keeps the old neighbours of a search, or of a TREC run, and a run on the sample says in every report that recall is flattered', async () => {
    const project = thinlyJudged();
    for (const stage of ['embed', 'search']) expect((await project.run(stage, '--quiet')).code).toBe(0);
    const { sample } = await sampled(project, '--out', 'small', '--fraction', '0', '--keep-top', '2', '--queries', '3');
    expect(sample.neighbours?.k).toBe(2);
    expect(sample.neighbours?.documents).toBeGreaterThan(0);
    const lists = await loadDataset(join(project.folder, 'small'));
    expect(lists.documents).toHaveLength(3 + (sample.neighbours?.documents ?? 0));

    project.write('old.run', ['q00', 'q01'].map((query) => `${query} Q0 d07 1 0.9 old\n${query} Q0 d00 2 0.8 old\n`).join(''));
    project.write('two/corpus.jsonl', project.read('data/corpus.jsonl'));
    project.write('two/queries.jsonl', project.read('data/queries.jsonl').split('\n').slice(0, 2).join('\n'));
    project.write('two/qrels/test.tsv', 'q00\td00\t1\nq01\td01\t1\n');
    await sampled(project, 'two', '--out', 'near', '--fraction', '0.5', '--keep-top', '1', '--run', 'old.run');
    const note: DatasetSample = (await loadDataset(join(project.folder, 'near'))).sample as DatasetSample;
    expect(note).toMatchObject({ judged: 2, neighbours: { k: 1, documents: 1 }, rest: 9, drawn: 5 });

    project.write('policy.yaml', policy(0.9));
    project.write('cutover.yaml', project.read('cutover.yaml').replace('dataset: data', 'dataset: near'));
    const { err } = await project.run('run', '--quiet');
    const verdict = json<Verdict>(project, 'reports/verdict.json');
    expect(json<Evaluation>(project, 'reports/evaluation.json').dataset.sample).toEqual(note);
    expect(verdict.cautions).toMatchObject([{ id: 'sampled-corpus', title: 'Sampled corpus' }]);
    const [caution] = verdict.cautions ?? [];
    expect(caution?.text).toMatch(/^Recall is flattered\. It holds 8 of 12 documents/);
    expect(caution?.text).toContain('kept to depth 1, so it is the new version that is flattered');
    expect(verdict.reasons).toContain(`Sampled corpus: ${caution?.text}`);
    for (const text of [
      err,
      ...['summary.md', 'report.html', 'junit.xml', 'report.sarif'].map((file) => project.read(`reports/${file}`)),
    ]) {
      expect(text).toContain('Sampled corpus');
      expect(text).toContain('Recall is flattered');
    }
  });

  it('of the whole corpus warns of nothing: fewer queries flatter nobody', async () => {
    const project = thinlyJudged();
    await sampled(project, 'data', '--out', 'small', '--fraction', '1', '--queries', '6');
    project.write('policy.yaml', policy(0.9));
    project.write('cutover.yaml', project.read('cutover.yaml').replace('dataset: data', 'dataset: small'));
    await project.run('run', '--quiet');
    expect(json<Evaluation>(project, 'reports/evaluation.json').dataset.sample?.drawn).toBe(6);
    expect(json<Verdict>(project, 'reports/verdict.json').cautions).toBeUndefined();
  });
});

describe('dataset sample refuses', () => {
  const failing = async (project: BumpProject, ...args: readonly string[]): Promise<string> => {
    const before = readdirSync(project.folder).sort();
    const { code, out, err } = await project.run('dataset', 'sample', ...args);
    expect([code, out]).toEqual([2, '']);
    // Nothing half-written, not even beside it.
    expect(readdirSync(project.folder).sort()).toEqual(before);
    return err;
  };

  it('a folder that is there, and a sample of a sample', async () => {
    const project = thinlyJudged();
    mkdirSync(join(project.folder, 'there'));
    expect(await failing(project, 'data', '--out', 'there', '--documents', '1')).toContain('SAMPLE_EXISTS');
    await sampled(project, 'data', '--out', 'small', '--documents', '1');
    expect(await failing(project, 'small', '--out', 'smaller', '--documents', '1')).toContain('SAMPLE_OF_SAMPLE');
  });

  it('a data set that is broken, and one that a sample would leave without anything', async () => {
    const project = thinlyJudged();
    project.write('data/qrels/test.tsv', 'q00\tnowhere\t1\n');
    expect(await failing(project, 'data', '--out', 'small', '--documents', '1')).toContain('document "nowhere" is not in corpus.jsonl');
    project.write('bare/corpus.jsonl', project.read('data/corpus.jsonl'));
    project.write('bare/queries.jsonl', project.read('data/queries.jsonl'));
    expect(await failing(project, 'bare', '--out', 'small', '--documents', '0')).toContain('holds no document');
  });

  it('neighbours of another corpus, too few of them, a search that has not run, and one of other data', async () => {
    const project = thinlyJudged();
    const top = ['data', '--out', 'small', '--documents', '1', '--keep-top', '2'];
    expect(await failing(project, ...top)).toContain('ARTIFACT_MISSING');
    project.write('old.run', 'q00 Q0 zz 1 1 old\nq00 Q0 d00 2 0.5 old\n');
    expect(await failing(project, ...top, '--run', 'old.run')).toMatch(/SAMPLE_NEIGHBOURS_FOREIGN.*"zz" of query "q00"/);
    project.write('old.run', 'q00 Q0 d01 1 1 old\n');
    expect(await failing(project, ...top, '--run', 'old.run')).toContain('query "q00" has 1 neighbours, 2 are asked for');
    for (const stage of ['embed', 'search']) expect((await project.run(stage, '--quiet')).code).toBe(0);
    project.write('data/corpus.jsonl', `${project.read('data/corpus.jsonl')}{"_id":"d99","text":"new"}\n`);
    expect(await failing(project, ...top)).toContain('ARTIFACT_STALE');
  });

  it('a wrong call', async () => {
    const project = thinlyJudged();
    const call = ['data', '--out', 'small'];
    expect(await failing(project, ...call)).toContain('--documents or --fraction');
    expect(await failing(project, ...call, '--documents', '1', '--fraction', '0.1')).toContain('one of them');
    expect(await failing(project, ...call, '--fraction', '1.5')).toContain('--fraction takes a share');
    expect(await failing(project, ...call, '--documents', '-1')).toContain('--documents takes a whole number of at least 0');
    expect(await failing(project, ...call, '--documents', '1', '--queries', '0')).toContain('--queries takes a whole number of at least 1');
    expect(await failing(project, ...call, '--documents', '1', '--run', 'x')).toContain('--run needs --keep-top');
    expect(await failing(project, 'data', '--documents', '1')).toContain('out');
  });

  it('a note in dataset.json that nothing of the kind wrote', async () => {
    const folder = await folderWith({
      'corpus.jsonl': '{"_id": "d", "text": "one"}\n',
      'queries.jsonl': '{"_id": "q", "text": "one"}\n',
      'dataset.json': '{"sample": {"seed": 7, "drawn": 1}}',
    });
    expect((await errorOf(loadDataset(folder))).details.join()).toContain('sample is not what `cutover dataset sample` writes');
  });
});
