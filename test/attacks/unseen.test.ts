import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyPair } from '../../src/embed/http/key.ts';
import type { ChangeRecord } from '../../src/model/lock.ts';
import { lockText, parseLock, sealed } from '../../src/project/lock-file.ts';
import { deleteOwned } from '../../src/system/owned-folder.ts';
import { BumpProject, pin, pinned } from '../cli/bump-project.ts';
import { sharedWordsModel } from '../embed/rerankers/shared-words.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const PIPELINE = 'pipeline: { lexical: { run: words.run } }\n';

/** What the check of a change that passes without an evaluation says of it. */
async function factsOf(project: BumpProject): Promise<readonly string[]> {
  const { code, err } = await project.run('run', '--changed');
  expect([code, err]).toEqual([0, expect.anything()]);
  return (JSON.parse(project.read('reports/change.json')) as ChangeRecord).facts;
}

/** main pins a project after what `prepare` does; a branch of whoever wants a pass. */
async function repository(prepare: (project: BumpProject) => void): Promise<BumpProject> {
  const project = new BumpProject();
  prepare(project);
  project.commit('prepared');
  await pin(project);
  return project;
}

describe('what decides a measure and is in no data set', () => {
  it('a run file with better lists of words is said', async () => {
    const project = await repository((start) => {
      start.write('words.run', 'q00 Q0 d01 1 2 words\n');
      start.configure('one', 'two', PIPELINE);
    });
    project.write('words.run', 'q00 Q0 d00 1 2 words\n');
    expect(await factsOf(project)).toEqual(['pipeline: the file of what words find changed']);
  });

  it('another run file of the same name is said', async () => {
    const project = await repository((start) => {
      start.write('words.run', 'q00 Q0 d01 1 2 words\n');
      start.configure('one', 'two', PIPELINE);
    });
    project.write('other/words.run', 'q00 Q0 d00 1 2 words\n');
    project.git('add', 'other');
    project.configure('one', 'two', PIPELINE.replace('words.run', 'other/words.run'));
    expect(await factsOf(project)).toEqual(['pipeline.lexical.file: "./words.run" → "./other/words.run"']);
  });

  it('a run file that the base has from elsewhere and the change brings along is said', async () => {
    const project = await repository((start) => {
      start.write('.gitignore', `${start.read('.gitignore')}words.run\n`);
      start.write('words.run', 'q00 Q0 d01 1 2 words\n');
      start.configure('one', 'two', PIPELINE);
    });
    project.git('add', '--force', 'words.run');
    project.git('commit', '--quiet', '--message', 'brought along');
    expect(await factsOf(project)).toEqual(['pipeline: the file of what words find changed']);
  });

  it('a file that a module is told by its options is said', async () => {
    const project = await repository((start) => {
      start.write('toy.mjs', start.read('toy.mjs').replace('({ options }) => weights(options)', '({ options }) => options.weights'));
    });
    project.write('one.weights', 'one and more');
    expect(await factsOf(project)).toEqual(['version of one: what options.weights names changed']);
  });

  it('what a module imports or reads by a literal name is said: sources of sources, folders, installed packages', async () => {
    const project = await repository((start) => {
      const toy = start
        .read('toy.mjs')
        .replace("'node:crypto';", "'node:crypto';\nimport { part } from './lib/parts.mjs';\nimport 'words-package';");
      start.write(
        'toy.mjs',
        `${toy.replace("import 'words-package';", "const tables = 'tables';\nconst unused = () => import('words-package');")}`,
      );
      start.write('lib/parts.mjs', "import { deeper } from '../deeper.mjs';\nexport const part = deeper;\n");
      start.write('deeper.mjs', 'export const deeper = 1;\n');
      start.write('tables/a.txt', 'a');
      start.write('package-lock.json', '{}');
      start.write('other.mjs', '');
    });
    for (const [file, name] of [
      ['deeper.mjs', 'deeper.mjs'],
      ['lib/parts.mjs', 'lib/parts.mjs'],
      ['tables/b.txt', 'tables'],
      ['package-lock.json', 'package-lock.json'],
    ] as const) {
      const before = file === 'tables/b.txt' ? '' : project.read(file);
      project.write(file, `${before}\n`);
      project.write('other.mjs', '// changed\n');
      project.git('add', '--all');
      const line = (id: string) => `embedder of ${id}: ${name} changed, which its module names`;
      expect(await factsOf(project), file).toEqual([line('one'), line('two')]);
      project.git('reset', '--hard', '--quiet');
    }
  });

  it('a run file outside the repository, reached by another name or led back into it, is said', async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, 'words.run'), 'q00 Q0 d01 1 2 words\n');
    const at = (path: string) => `pipeline: { lexical: { run: ${path} } }\n`;
    const project = await repository((start) => start.configure('one', 'two', at(join(outside, 'words.run'))));
    project.write('kind/words.run', 'q00 Q0 d00 1 2 words\n');
    const other = join('/proc/self/root', project.folder, 'kind/words.run');
    project.configure('one', 'two', at(other));
    expect(await factsOf(project)).toEqual([
      `pipeline.lexical.file: "${join(outside, 'words.run')}" → "${other}"`,
      'kind/words.run is not tracked by git: nobody can compare it with the base',
    ]);
    // The same file of the base by a way out of the repository and back.
    const led = await repository((start) => {
      start.write('words.run', 'q00 Q0 d01 1 2 words\n');
      start.configure('one', 'two', at(join('/proc/self/root', start.folder, 'words.run')));
    });
    led.write('words.run', 'q00 Q0 d00 1 2 words\n');
    expect(await factsOf(led)).toEqual(['pipeline: the file of what words find changed']);
  });

  it('a re-ranker whose name is led to another model is said, and is none for the base to judge by', async () => {
    const extra = 'pipeline: { rerank: { model: test/shared-words, dtype: fp32 } }\n';
    const project = new BumpProject();
    await sharedWordsModel(join(project.folder, 'models'));
    project.configure('one', 'two', extra);
    project.commit('prepared');
    await pin(project);
    cpSync(join(project.folder, 'models'), join(project.folder, 'other'), { recursive: true });
    project.write('other/test/shared-words/config.json', JSON.stringify({ model_type: 'bert', max_position_embeddings: 64 }));
    const led = `${extra}models: { folders: [other] }\n`;
    project.configure('one', 'two', led);
    expect(await factsOf(project)).toEqual([expect.stringMatching(/^pipeline: the re-ranker came out as \w{12}, on the base as \w{12}$/)]);
    project.configure('one', 'flaw', led);
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining('its re-ranker: it came out as')]);
  });

  it('the log of earlier judging, which lies beside mapped judgements, is said', async () => {
    const mapped =
      'dataset: { corpus: { path: data/corpus.jsonl }, queries: { path: data/queries.jsonl }, qrels: { path: judged/qrels.tsv } }';
    const entry = { schemaVersion: 1, date: '2026-01-01', file: 'a', judges: {}, unfilled: 0, added: 1, replaced: 0, unchanged: 0 };
    const rest = { qrels: { before: null, after: null }, needs: { before: 20, after: 36 }, of: null, agreement: [] };
    const project = await repository((start) => {
      start.write('judged/qrels.tsv', start.read('data/qrels/test.tsv'));
      start.write('judged/judgements/log.jsonl', `${JSON.stringify({ ...entry, ...rest })}\n`);
      start.write('cutover.yaml', start.read('cutover.yaml').replace('dataset: data', mapped));
    });
    project.git('rm', '--quiet', '-r', 'judged/judgements');
    expect(await factsOf(project)).toContain('data set.judging.looks: [{"date":"2026-01-01","needs":20,"of":null}] → not set');
  });
});

describe('a lock of the same live version', () => {
  it('that was evaluated as vectors under a tag, and is now made by what has this fingerprint, is said', async () => {
    const { fingerprint } = parseLock((await pinned()).read('cutover.lock'), 'cutover.lock').live;
    const project = await repository((start) => {
      start.write('vectors.jsonl', `${JSON.stringify({ id: 'd00', vector: [0.1, 0.2] })}\n`);
      const old = `{ id: one, embedder: precomputed, tag: ${fingerprint}, vectors: { query: vectors.jsonl, document: vectors.jsonl } }`;
      start.write('cutover.yaml', start.read('cutover.yaml').replace(/^old: .*$/m, `old: ${old}`));
    });
    project.configure('one', 'two');
    expect(await factsOf(project)).toContain('one, which is live: embedder: "precomputed" → "module"');
  });

  it('that rests on something else is said', async () => {
    const project = await pinned();
    const { seal: _, ...lock } = parseLock(project.read('cutover.lock'), 'cutover.lock');
    const live = { ...lock.live, processors: ['another'] };
    project.write('cutover.lock', lockText(sealed({ ...lock, live, unevaluated: 'approved by all' })));
    expect(await factsOf(project)).toEqual([
      'evidence of one: not evaluated: the version that was live at the start → not evaluated: approved by all',
      'machine of one: the lock says another one',
      expect.stringContaining('was never approved'),
    ]);
  });
});

describe('a report folder with a link in it', () => {
  const record = (names: string[]) => JSON.stringify({ kind: 'cutover.folder', schemaVersion: 1, names });
  const elsewhere = (name: string): string => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, name), 'mine');
    return folder;
  };

  it('does not lead out of it, whatever its record names', async () => {
    const [folder, other] = [temporaryFolder(), elsewhere('keep.txt')];
    mkdirSync(join(folder, 'manifests'));
    writeFileSync(join(folder, 'manifests/folder.json'), record(['link/keep.txt', 'link/deeper/keep.txt', 'link']));
    symlinkSync(other, join(folder, 'link'));
    await deleteOwned(folder, ['link/keep.txt', 'link/deeper/keep.txt']);
    expect(readFileSync(join(other, 'keep.txt'), 'utf8')).toBe('mine');
    await deleteOwned(folder);
    expect([existsSync(join(folder, 'link')), readFileSync(join(other, 'keep.txt'), 'utf8')]).toEqual([false, 'mine']);
  });

  it('is refused by a run, before anything is deleted or written', async () => {
    for (const [name, file] of [
      ['redacted', 'report.html'],
      ['manifests', 'embed.json'],
      ['neighbours', 'old.exact.arrow'],
    ] as const) {
      const [project, other] = [new BumpProject(), elsewhere(file)];
      mkdirSync(join(project.folder, 'reports'));
      if (name === 'manifests') writeFileSync(join(other, 'folder.json'), record(['manifests/embed.json', 'manifests/gate.json']));
      else project.write('reports/manifests/folder.json', record([name, 'verdict.json']));
      symlinkSync(other, join(project.folder, 'reports', name));
      const { code, err } = await project.run('run');
      expect([code, err], name).toEqual([2, expect.stringContaining('OUTPUT_FOREIGN')]);
      expect(readFileSync(join(other, file), 'utf8'), name).toBe('mine');
    }
  });

  it('is refused where it is tracked, also under a name that begins with two dots', async () => {
    const [project, other] = [await pinned(), elsewhere('keep.txt')];
    project.write('cutover.yaml', project.read('cutover.yaml').replace('output: reports', 'output: ..reports'));
    project.write('..reports/manifests/folder.json', record(['link/keep.txt']));
    symlinkSync(other, join(project.folder, '..reports/link'));
    project.commit('tracked');
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining('OUTPUT_TRACKED')]);
    expect(readFileSync(join(other, 'keep.txt'), 'utf8')).toBe('mine');
  });
});

describe('where a key may go', () => {
  it('is what a request reads of an address, whatever else is in it', () => {
    for (const url of ['http://api.example.com/v1', 'ht\ttp://api.example.com', '\u0001http://api.example.com', 'HTTP:api.example.com'])
      expect(keyPair('KEY', url), JSON.stringify(url)).toBe('KEY@http://api.example.com');
    expect(keyPair('KEY', 'https://api.example.com/v1')).toBe('KEY@api.example.com');
    expect(keyPair('KEY', 'https://api.example.com:8443')).toBe('KEY@api.example.com:8443');
  });
});
