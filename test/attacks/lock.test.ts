import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Json } from '../../src/core/hash.ts';
import type { ChangeRecord, Lock } from '../../src/model/lock.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { BumpProject, pin, pinned, policy } from '../cli/bump-project.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const change = (project: BumpProject) => JSON.parse(project.read('reports/change.json')) as ChangeRecord;
const lockOf = (project: BumpProject) => JSON.parse(project.read('cutover.lock')) as Lock;

/** main pins version one as live, with two waiting; a branch of whoever wants a pass. */
async function repository(prepare?: (project: BumpProject) => void): Promise<BumpProject> {
  if (prepare === undefined) return pinned();
  const project = new BumpProject();
  prepare(project);
  await pin(project);
  return project;
}

/** The bad version, locked by whatever the branch says of it. */
async function bumped(project: BumpProject): Promise<void> {
  project.configure('one', 'flaw');
  expect((await project.run('run')).code).toBe(0);
  expect((await project.run('lock')).code).toBe(0);
  project.commit('bump');
}

describe('a lock that the change wrote', () => {
  it('makes the waiting version live: it is evaluated, and an unevaluated lock is not enough', async () => {
    const project = await repository();
    rmSync(join(project.folder, 'cutover.lock'));
    project.configure('two', 'one');
    const again = await project.run('lock', '--init');
    // What the base says is live stays live, although the file was taken away.
    expect([again.code, lockOf(project).live.id]).toEqual([0, 'one']);
    const { seal: _seal, ...rest } = lockOf(project);
    project.configure('one', 'two');
    const { waiting } = JSON.parse(project.git('show', 'main:cutover.lock')) as Lock;
    const forged = { ...rest, live: { ...rest.live, ...waiting }, waiting: null };
    project.write('cutover.lock', `${JSON.stringify({ ...forged, seal: sha256Json(forged) }, null, 2)}\n`);
    const { code } = await project.run('run', '--changed');
    expect([code, change(project)]).toEqual([
      1,
      expect.objectContaining({
        state: 'lock-missing',
        evaluated: true,
        facts: ['the lock describes two in another way than the configuration does', 'the lock was written without an evaluation'],
      }),
    ]);
  });

  it('that calls what passed by another name, or says that it was made in another way, is no lock of it', async () => {
    const project = await repository();
    project.configure('one', 'three');
    project.write('three.weights', 'three');
    expect((await project.run('run')).code).toBe(0);
    expect((await project.run('lock')).code).toBe(0);
    const { seal: _seal, ...rest } = lockOf(project);
    for (const live of [
      { ...rest.live, id: 'best' },
      { ...rest.live, decides: { ...rest.live.decides, identity: 'another' } },
    ]) {
      const forged = { ...rest, live };
      project.write('cutover.lock', `${JSON.stringify({ ...forged, seal: sha256Json(forged) }, null, 2)}\n`);
      const { code, out } = await project.run('lock', '--check', '--base', 'main', '--json');
      expect(code).toBe(1);
      expect(out).toContain('the lock describes three in another way than the configuration does');
    }
  });

  it('that passed says what else it says: another version that may wait, and more of a ledger', async () => {
    const project = await repository();
    project.configure('one', 'two');
    expect((await project.run('run')).code).toBe(0);
    expect((await project.run('lock')).code).toBe(0);
    const { seal: _seal, ...rest } = lockOf(project);
    const head = 'a'.repeat(64);
    const forged = { ...rest, waiting: { id: 'flaw', fingerprint: head }, ledgers: { live: { seq: 9, head } } };
    project.write('cutover.lock', `${JSON.stringify({ ...forged, seal: sha256Json(forged) }, null, 2)}\n`);
    expect((await project.run('run', '--changed')).code).toBe(0);
    const { state, facts } = change(project);
    expect([state, facts]).toEqual([
      'locked',
      [expect.stringMatching(/^waiting beside the live version: .* → flaw \(aaaaaaaaaaaa\)$/), 'ledger of live: entry 0 → 9'],
    ]);
  });

  it('pins less of a ledger than the base', async () => {
    const project = await repository();
    const { seal: _seal, ...rest } = lockOf(project);
    const pinned = { ...rest, ledgers: { live: { seq: 3, head: 'a'.repeat(64) } } } as never as Omit<Lock, 'seal'>;
    const write = (lock: object) => project.write('cutover.lock', `${JSON.stringify({ ...lock, seal: sha256Json(lock) }, null, 2)}\n`);
    project.git('switch', '--quiet', 'main');
    write(pinned);
    project.commit('a ledger');
    project.git('switch', '--quiet', '--force-create', 'pr');
    write({ ...pinned, ledgers: {} });
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect(change(project)).toMatchObject({ state: 'ledger-rewritten', facts: ['live: entry 3 → not pinned'] });
    // What looks like a pin, and pins nothing; and what no stack can hold.
    const head = 'f'.repeat(64);
    for (const live of [{ seq: 4 }, { seq: '3', head }, { seq: 3.5, head }, { seq: 4, head: 'f' }, { seq: 4, head: null }, {}, null, []]) {
      write({ ...pinned, ledgers: { live } });
      const { code, err } = await project.run('run', '--changed');
      expect([code, err], JSON.stringify(live)).toEqual([2, expect.stringContaining('LOCK_INVALID')]);
    }
    for (const part of [{ policy: 'x' }, { live: { ...rest.live, fingerprint: '' } }, { ledgers: [] }, { unevaluated: null }]) {
      write({ ...pinned, ...part });
      const { err } = await project.run('lock', '--check');
      expect(err).toMatch(new RegExp(`^error LOCK_INVALID .*its ${Object.keys(part)[0]} is not that of one`));
    }
    project.write(
      'cutover.lock',
      `{"kind":"cutover.lock","schemaVersion":1,"live":${'['.repeat(200_000)}${']'.repeat(200_000)},"seal":"x"}`,
    );
    expect((await project.run('lock', '--check')).err).toMatch(/^error LOCK_INVALID/);
  });
});

describe('a lock that keeps the live version', () => {
  it('and claims an evaluation of it, or another name, is refused', async () => {
    const project = await repository();
    const { seal: _seal, ...rest } = lockOf(project);
    const hashes = { corpus: 'a', queries: 'b', qrels: null };
    const certificate = { sha256: '0'.repeat(64), old: rest.live, dataset: { hashes }, issued: '2026-01-01', expires: '2999-01-01' };
    for (const forged of [
      { ...rest, certificate, unevaluated: null },
      { ...rest, live: { ...rest.live, id: 'best' } },
    ]) {
      project.write('cutover.lock', `${JSON.stringify({ ...forged, seal: sha256Json(forged) }, null, 2)}\n`);
      expect((await project.run('run', '--changed')).code).toBe(1);
      expect(change(project)).toMatchObject({ state: 'lock-foreign', evaluated: false });
    }
  });
});

describe('a bump that changes its own judge', () => {
  it('with a looser policy fails by the policy of the base, and says every difference', async () => {
    // The bad version forgets the words of 16 queries: too much for 0.1, and the looser margin is one that lists of other queries would fail.
    const project = await repository((start) => {
      start.write('policy.yaml', policy(0.1));
      start.write('toy.mjs', start.read('toy.mjs').replace("includes('flaw')", "includes('flaw') && /number [23]\\d/.test(text)"));
    });
    project.write('policy.yaml', policy(0.45));
    await bumped(project);
    const { code } = await project.run('run', '--changed');
    const verdict = JSON.parse(project.read('reports/verdict.json')) as Verdict;
    expect([code, change(project).state, verdict.outcome]).toEqual([1, 'not-passed', 'fail']);
    const line = 'policy: nDCG@10 margin 0.1 → 0.45';
    expect(change(project).facts).toContain(line);
    expect(verdict.base).toMatchObject({ outcome: 'fail', differences: [line] });
    // In the comment, and on the page.
    for (const file of ['change.md', 'summary.md', 'report.html'])
      expect(project.read(`reports/${file}`), file).toMatch(/margin 0\\?\.1 → 0\\?\.45/);
  });

  it('with a policy so loose that nothing could fail: no lock, and the base fails it all the same', async () => {
    const project = await repository();
    project.write('policy.yaml', policy(0.9));
    project.configure('one', 'flaw');
    expect((await project.run('run')).code).toBe(3);
    expect((await project.run('lock')).code).not.toBe(0);
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect(change(project)).toMatchObject({ state: 'not-passed', facts: expect.arrayContaining(['policy: nDCG@10 margin 0.2 → 0.9']) });
  });

  it('with the same rows that mean something else', async () => {
    const project = await repository();
    project.write('data/dataset.json', '{ "name": "data", "excludeSelf": true }\n');
    project.configure('one', 'flaw');
    // What git does not know is the base's as well, as a data set that CI fetched is.
    project.commit('rows');
    expect((await project.run('run', '--changed')).code).not.toBe(0);
    expect(change(project).facts).toContain('data set.excludeSelf: not set → true');
  });

  it('with rules that only warn: no policy at all', async () => {
    const project = await repository();
    project.write('policy.yaml', policy(0.2).replace(' }', ', severity: warn }'));
    project.configure('one', 'flaw');
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining('every rule only warns')]);
  });

  it('with a rule that only warns now, beside a kind one', async () => {
    const project = await repository();
    const warns = policy(0.2).replace(' }', ', severity: warn }');
    project.write('policy.yaml', `${warns}  - { metric: nDCG@5, nonInferior: 0.9 }\n`);
    project.configure('one', 'flaw');
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect(change(project).state).toBe('not-passed');
    expect(change(project).facts).toContain('policy: nDCG@10 margin.severity: "fail" → "warn"');
  });

  it('with the queries taken out that it loses', async () => {
    const project = await repository();
    const kept = project.read('data/queries.jsonl').split('\n').slice(0, 3);
    project.write('data/queries.jsonl', `${kept.join('\n')}\n`);
    const ids = kept.map((line) => (JSON.parse(line) as { _id: string })._id);
    const [head, ...judged] = project.read('data/qrels/test.tsv').trimEnd().split('\n');
    // A query set on which the flaw does not show: only what it still finds is judged.
    const kind = judged.filter((row) => ids.includes(row.split('\t')[0] ?? '')).map((row) => row.replace(/\t0$/, '\t1'));
    project.write('data/qrels/test.tsv', `${[head, ...kind].join('\n')}\n`);
    project.configure('one', 'flaw');
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect(change(project).state).toBe('not-passed');
    expect(change(project).facts).toEqual(
      expect.arrayContaining(['data set: 33 queries removed', expect.stringMatching(/^data set: \d+ judgements (removed|changed)$/)]),
    );
  });

  it('with search settings that spoil the old version', async () => {
    const project = await repository();
    project.configure('one', 'flaw', 'search: { old: { efSearch: 1, m: 2, efConstruction: 2 } }\n');
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect(change(project).facts).toContain('search.old.efSearch: not set → 1');
  });

  it('with a module that embeds the old version badly under the same name', async () => {
    const project = await repository();
    project.write('toy.mjs', project.read('toy.mjs').replace("includes('flaw')", "includes('o')"));
    project.configure('one', 'flaw');
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect(change(project).facts).toContain('embedder of one: its module changed');
  });
});

describe('a data set in a submodule', () => {
  it('that .gitmodules asks to be left out is another one all the same', async () => {
    const project = new BumpProject();
    const data = temporaryFolder();
    cpSync(join(project.folder, 'data'), data, { recursive: true });
    const inData = (...args: string[]) => project.git('-C', data, '-c', 'user.email=a@b.c', '-c', 'user.name=a', ...args);
    const commitData = (message: string) => {
      inData('add', '--all');
      inData('commit', '--quiet', '--message', message);
    };
    inData('init', '--quiet');
    commitData('rows');
    project.git('rm', '-rq', 'data');
    project.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', data, 'data');
    expect((await project.run('lock', '--init')).code).toBe(0);
    project.commit('lock');
    project.git('switch', '--quiet', '--create', 'pr');
    project.git('config', '--file', '.gitmodules', 'submodule.data.ignore', 'all');
    const [head, ...judged] = readFileSync(join(data, 'qrels', 'test.tsv'), 'utf8')
      .trimEnd()
      .split('\n');
    writeFileSync(join(data, 'qrels', 'test.tsv'), `${[head, ...judged.slice(0, 24)].join('\n')}\n`);
    commitData('kind');
    project.git('-C', 'data', 'pull', '--quiet', 'origin');
    project.git('add', '--force', 'data', '.gitmodules');
    project.configure('one', 'flaw');
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining('BASE_UNREADABLE')]);
  });
});

describe('the version that is live', () => {
  it('with another module under what the first one says of itself, and another name', async () => {
    const project = await repository();
    project.write('kind.mjs', project.read('toy.mjs').replace("includes('flaw')", "includes('o')"));
    project.configure('one', 'flaw');
    const config = project.read('cutover.yaml');
    for (const id of ['one', 'uno']) {
      project.write('cutover.yaml', config.replace('old: { id: one, embedder: ./toy.mjs', `old: { id: ${id}, embedder: ./kind.mjs`));
      expect((await project.run('run', '--changed')).code, id).toBe(1);
      const source = `source of ${id}, which is live: ./kind.mjs, which the live version of the base does not come from`;
      expect(change(project).facts, id).toContain(source);
    }
  });
});

describe('the base', () => {
  it('is the branch, whatever a tag of its name holds', async () => {
    const project = await repository();
    project.configure('flaw', 'one');
    rmSync(join(project.folder, 'cutover.lock'));
    expect((await project.run('lock', '--init', '--reason', 'x')).code).toBe(0);
    project.configure('one', 'flaw');
    project.commit('helper');
    for (const name of ['main', 'origin/main', 'heads/main', 'refs/heads/main']) project.git('tag', name);
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect((await project.run('run', '--changed', '--base', 'main')).code).toBe(1);
    project.env = { ...project.env, GITHUB_BASE_REF: 'main' };
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect(change(project).base.commit).toBe(project.git('rev-parse', 'refs/heads/main').trim());
  });

  it('of before its policy or rows became stricter judges no bump', async () => {
    for (const [file, stricter, line] of [
      ['policy.yaml', policy(0.05), 'policy: nDCG@10 margin 0.2 → 0.05'],
      ['data/dataset.json', '{ "judgements": "pooled" }\n', 'data set: its files changed'],
    ] as const) {
      const project = await repository();
      project.git('switch', '--quiet', 'main');
      project.write(file, stricter);
      project.commit('stricter');
      project.git('switch', '--quiet', 'pr');
      project.configure('one', 'flaw');
      const { code, err } = await project.run('run', '--changed', '--base', 'main');
      expect([code, err], file).toEqual([2, expect.stringContaining('BASE_MOVED')]);
      expect(err).toContain(line);
    }
  });

  it('of before rows behind a link, lists of words or what its module reads changed judges no bump', async () => {
    const linked = async () => {
      const project = await repository();
      project.git('switch', '--quiet', 'main');
      project.git('mv', 'data', 'rows');
      symlinkSync('rows', join(project.folder, 'data'));
      project.write('words.run', 'q00 Q0 d00 1 2 words\n');
      project.write('table.json', '[1]');
      project.write('toy.mjs', `const table = new URL('./table.json', import.meta.url);\n${project.read('toy.mjs')}`);
      project.configure('one', 'two', 'pipeline: { lexical: { run: words.run } }\n');
      project.commit('links');
      expect((await project.run('lock', '--init')).code).toBe(0);
      project.commit('lock');
      project.git('switch', '--quiet', '--force-create', 'pr');
      return project;
    };
    const project = await linked();
    for (const [file, text, line] of [
      ['rows/dataset.json', '{ "judgements": "pooled" }\n', 'data set: its files changed'],
      ['words.run', 'q00 Q0 d01 1 2 words\n', 'words.run changed'],
      ['table.json', '[2]', 'table.json changed'],
    ] as const) {
      project.git('switch', '--quiet', '--detach', 'pr');
      project.write(file, text);
      project.commit('stricter');
      project.git('branch', '--quiet', '--force', 'main');
      project.git('switch', '--quiet', 'pr');
      project.configure('one', 'flaw', 'pipeline: { lexical: { run: words.run } }\n');
      const { code, err } = await project.run('run', '--changed', '--base', 'main');
      expect([code, err], file).toEqual([2, expect.stringContaining('BASE_MOVED')]);
      expect(err).toContain(`  ${line}\n`);
      project.git('checkout', '--quiet', '--', '.');
    }
  });

  it("is the target branch as it is now, also where the branch began long before: GitLab's job names that commit, too", async () => {
    const project = await repository();
    const began = project.git('rev-parse', 'HEAD').trim();
    project.git('switch', '--quiet', 'main');
    project.write('policy.yaml', policy(0.05));
    project.commit('stricter');
    project.git('update-ref', 'refs/remotes/origin/main', 'main');
    project.git('switch', '--quiet', 'pr');
    project.git('branch', '--quiet', '--force', '--delete', 'main');
    project.configure('one', 'flaw');
    project.env = { ...project.env, CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main', CI_MERGE_REQUEST_DIFF_BASE_SHA: began };
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining('BASE_MOVED')]);
    project.git('update-ref', '-d', 'refs/remotes/origin/main');
    const unknown = await project.run('run', '--changed');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('LOCK_BASE_UNKNOWN')]);
  });

  it('is the commit of the event where CI names one', async () => {
    const project = await repository();
    const commit = project.git('rev-parse', 'refs/heads/main').trim();
    project.write('event.json', JSON.stringify({ pull_request: { base: { sha: commit } } }));
    project.env = { ...project.env, GITHUB_EVENT_PATH: join(project.folder, 'event.json'), GITHUB_BASE_REF: 'main' };
    project.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    expect((await project.run('run', '--changed')).code).toBe(0);
    expect(change(project).base).toEqual({ ref: 'main', commit });
  });

  it('without a lock, or without its data, judges nothing', async () => {
    const bare = new BumpProject();
    bare.git('switch', '--quiet', '--create', 'pr');
    expect((await bare.run('lock', '--init')).code).toBe(0);
    const { code, err } = await bare.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining('LOCK_BASE_MISSING')]);
    const project = await repository();
    project.git('switch', '--quiet', 'main');
    project.write('data/corpus.jsonl', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n');
    project.commit('broken');
    project.git('switch', '--quiet', '--force-create', 'pr');
    project.write('data/corpus.jsonl', '{"_id":"d00","title":"a","text":"b"}\n');
    const unreadable = await project.run('run', '--changed');
    expect([unreadable.code, unreadable.err]).toEqual([2, expect.stringContaining('BASE_UNREADABLE')]);
  });

  it('takes bytes for the same only where attributes did not change what a checkout writes', async () => {
    const project = await repository();
    project.write('.gitattributes', 'policy.yaml working-tree-encoding=UTF-16\n');
    project.write('policy.yaml', policy(0.9));
    project.configure('one', 'flaw');
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect(change(project).facts).toContain('policy: nDCG@10 margin 0.2 → 0.9');
  });
});
