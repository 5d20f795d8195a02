import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fingerprint } from '../../src/core/brand.ts';
import { openLiveStore } from '../../src/live/stores/registry.ts';
import type { ChangeRecord, Lock } from '../../src/model/lock.ts';
import { appendEntry } from '../../src/proof/chain.ts';
import { BumpProject, pinned, policy } from './bump-project.ts';

const change = (project: BumpProject) => JSON.parse(project.read('reports/change.json')) as ChangeRecord;
const lock = (project: BumpProject) => JSON.parse(project.read('cutover.lock')) as Lock;

describe('a bump, from the first lock to the merge', async () => {
  const project = new BumpProject();

  test('without a lock, says how to make one', async () => {
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining('LOCK_MISSING')]);
    expect(err).toContain('cutover lock --init');
  });

  test('the first lock pins the old version, marked as not evaluated', async () => {
    const { code, err } = await project.run('lock', '--init');
    expect([code, err]).toEqual([0, expect.stringContaining('one')]);
    expect(lock(project)).toMatchObject({ live: { id: 'one' }, waiting: { id: 'two' }, certificate: null });
    expect(lock(project).unevaluated).toMatch(/start/);
    project.commit('lock');
  });

  test('with nothing changed it evaluates nothing, and says why', async () => {
    project.git('switch', '--quiet', '--create', 'docs');
    const { code, err, out } = await project.run('run', '--changed', '--json');
    expect([code, err]).toEqual([0, expect.stringContaining('No version changed: one is live')]);
    expect(JSON.parse(out)).toEqual(change(project));
    expect(change(project)).toMatchObject({
      state: 'unchanged',
      evaluated: false,
      exitCode: 0,
      lock: 'cutover.lock',
      base: { ref: 'main' },
    });
    expect(existsSync(join(project.folder, 'reports/evaluation.json'))).toBe(false);
    expect(existsSync(join(project.folder, '.cutover'))).toBe(false);
  });

  test('a lock is refused before an evaluation, and after one of another tree', async () => {
    project.write('three.weights', 'three');
    project.configure('one', 'three');
    expect((await project.run('lock')).err).toContain('certificate.json does not exist');
    expect((await project.run('run')).code).toBe(0);
    project.configure('one', 'two');
    const { code, err } = await project.run('lock');
    expect([code, err]).toEqual([1, expect.stringContaining('LOCK_REFUSED')]);
    expect(err).toContain('was evaluated');
    project.configure('one', 'three');
  });

  test('a version that passes still needs the lock, and with it passes', async () => {
    const { code, err } = await project.run('run', '--changed', '--base', 'main');
    expect([code, err]).toEqual([1, expect.stringContaining('three passed the gate, but the lock does not say so yet')]);
    expect(change(project)).toMatchObject({ state: 'lock-missing', evaluated: true });
    expect((await project.run('lock')).code).toBe(0);
    expect(lock(project)).toMatchObject({ live: { id: 'three' }, waiting: null, certificate: { old: { id: 'one' } }, unevaluated: null });
    expect((await project.run('run', '--changed')).code).toBe(0);
    expect(change(project).state).toBe('locked');
  });

  test('after the merge, the same tree is settled', async () => {
    project.commit('bump');
    project.git('switch', '--quiet', 'main');
    project.git('merge', '--quiet', 'docs');
    expect((await project.run('run', '--changed')).code).toBe(0);
    expect(change(project)).toMatchObject({ state: 'unchanged', headline: expect.stringContaining('three') });
  });
});

describe('what a lock refuses', () => {
  test('a version that fails: no lock, exit 1', async () => {
    const project = await pinned();
    project.configure('one', 'flaw');
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([1, expect.stringContaining('FAIL')]);
    expect(change(project)).toMatchObject({ state: 'not-passed', exitCode: 1 });
    const refused = await project.run('lock');
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('came out as fail')]);
    expect(lock(project).live.id).toBe('one');
  });

  test('weights that changed under the same name', async () => {
    const project = await pinned();
    project.write('one.weights', 'one, trained again');
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([1, expect.stringContaining('one is not what the lock pins: it changed under the same name')]);
    expect(err).toContain('identity: "one" → "one, trained again"');
    expect(change(project)).toMatchObject({ state: 'silent-bump', evaluated: false });
    expect(project.read('reports/change.xml')).toContain('<failure type="silent-bump"');
    expect(project.read('reports/change.md')).toMatch(/^❌ <code>cutover.lock<\/code>/);
    expect(JSON.parse(project.read('reports/change.sarif')).runs[0].results[0].level).toBe('error');
    expect((await project.run('lock', '--init')).code).toBe(1);
    const adopted = await project.run('lock', '--init', '--reason', 'a new runtime');
    expect([adopted.code, lock(project).unevaluated]).toEqual([0, 'a new runtime']);
    expect((await project.run('run', '--changed')).code).toBe(1);
  });

  test('a comparison with a version that is not live', async () => {
    const project = await pinned();
    project.write('three.weights', 'three');
    project.configure('two', 'three');
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect(change(project)).toMatchObject({ state: 'not-live', next: expect.stringContaining('Make one the `old` version') });
  });

  test('a lock that was taken away', async () => {
    const project = await pinned();
    rmSync(join(project.folder, 'cutover.lock'));
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect(change(project).state).toBe('lock-removed');
  });

  test('a lock that nobody evaluated, for a version that is not live yet', async () => {
    const project = await pinned();
    project.write('three.weights', 'three');
    project.configure('three', 'three');
    expect((await project.run('lock', '--init', '--reason', 'trust me')).code).toBe(0);
    project.configure('one', 'three');
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect(change(project)).toMatchObject({
      state: 'lock-missing',
      facts: expect.arrayContaining(['the lock was written without an evaluation']),
    });
    project.configure('one', 'two');
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect(change(project).state).toBe('lock-foreign');
  });

  test('a changed policy: the lock has to pin it, and nothing is evaluated', async () => {
    const project = await pinned();
    project.write('policy.yaml', policy(0.3));
    expect((await project.run('run', '--changed')).code).toBe(1);
    expect(change(project)).toMatchObject({ state: 'policy-changed', facts: expect.arrayContaining(['policy: nDCG@10 margin 0.2 → 0.3']) });
    expect((await project.run('lock', '--init')).code).toBe(0);
    expect((await project.run('run', '--changed')).code).toBe(0);
    expect(change(project)).toMatchObject({
      state: 'judge-changed',
      evaluated: false,
      facts: ['policy: nDCG@10 margin 0.2 → 0.3'],
      next: expect.stringContaining('CODEOWNERS'),
    });
  });
});

describe('a lock that cannot be used', () => {
  const refusal = async (text: (good: string) => string) => {
    const project = await pinned();
    project.write('cutover.lock', text(project.read('cutover.lock')));
    const { code, err } = await project.run('run', '--changed');
    expect(code).toBe(2);
    return err;
  };

  test('two bumps that met in a merge', async () => {
    const project = await pinned();
    for (const [branch, name] of [
      ['bump', 'three'],
      ['other', 'four'],
    ] as const) {
      project.git('switch', '--quiet', '--force-create', branch, 'main');
      project.write(`${name}.weights`, name);
      project.configure('one', name);
      expect((await project.run('run')).code).toBe(0);
      expect((await project.run('lock')).code).toBe(0);
      project.commit(name);
    }
    expect(() => project.git('merge', 'bump')).toThrow();
    project.git('checkout', '--ours', 'cutover.yaml');
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringMatching(/LOCK_CONFLICT.*cutover\.lock:\d+: merge conflict/)]);
  });

  test('one of a newer cutover, one changed by hand, and something else', async () => {
    expect(await refusal((good) => good.replace('"schemaVersion": 1', '"schemaVersion": 2'))).toMatch(/LOCK_NEWER.*schema version 2/);
    expect(await refusal((good) => good.replace('"id": "one"', '"id": "won"'))).toContain('LOCK_EDITED');
    expect(await refusal(() => '[]\n')).toContain('LOCK_INVALID');
  });

  test('a base that is not here, and no repository at all', async () => {
    const project = await pinned();
    project.env = { ...project.env, GITHUB_BASE_REF: 'release' };
    const { code, err } = await project.run('run', '--changed');
    expect([code, err]).toEqual([2, expect.stringContaining('tried origin/release, release')]);
    rmSync(join(project.folder, '.git'), { recursive: true });
    project.env = { ...project.env, GIT_CEILING_DIRECTORIES: join(project.folder, '..') };
    expect((await project.run('run', '--changed')).err).toContain('GIT_FAILED');
  });

  test('options that belong together', async () => {
    const project = new BumpProject();
    for (const args of [
      ['run', '--base', 'main'],
      ['run', '--changed', '--plan'],
      ['lock', '--reason', 'x'],
    ])
      expect((await project.run(...args)).code, args.join(' ')).toBe(2);
  });
});

test('the lock pins where the ledgers of the stores end, and notices one that was rewritten', async () => {
  const project = new BumpProject();
  project.configure('one', 'two', 'stores: { live: { kind: arrow, path: store } }\n');
  project.write('store/.keep', '');
  const spec = { name: 'live', kind: 'arrow', path: join(project.folder, 'store'), urlFrom: null, table: null, corpus: null };
  const columns = { id: 'id', vector: 'vector', tag: 'tag', textHash: 'hash', text: null, stratum: null };
  const { ledger: storage } = await openLiveStore({ ...spec, columns }, { env: {} });
  const tag = 'a'.repeat(64) as Fingerprint;
  const begin = (migration: string) =>
    appendEntry(
      storage,
      'store',
      [],
      { event: { type: 'migration', migration, state: 'registered' }, from: null, to: tag, live: null, snapshot: { tags: {} } },
      '2026-11-19T10:00:00.000Z',
    );
  const { hash } = await begin('first');
  expect((await project.run('lock', '--init')).code).toBe(0);
  expect(lock(project).ledgers).toEqual({ live: { seq: 1, head: hash } });
  project.commit('lock');
  expect((await project.run('lock', '--check', '--stores')).code).toBe(0);
  rmSync(join(project.folder, 'store', 'cutover_migrations.jsonl'));
  await begin('another');
  const { code, err } = await project.run('lock', '--check', '--stores');
  expect([code, err]).toEqual([1, expect.stringContaining('live: entry 1 is not the one that the lock pins')]);
  expect((await project.run('lock', '--check')).code).toBe(0);
});

test('the name of the cache follows versions and corpus', async () => {
  const project = new BumpProject();
  const key = async () => (await project.run('cache', 'key')).out.trim();
  const first = await key();
  expect(first).toMatch(/^cutover-\w+-\w+-[0-9a-f]{12}-[0-9a-f]{12}-[0-9a-f]{12}$/);
  expect(await key()).toBe(first);
  project.write('data/corpus.jsonl', `${project.read('data/corpus.jsonl')}{"_id":"more","title":"","text":"more"}\n`);
  const second = await key();
  expect([second === first, second.slice(0, -12)]).toEqual([false, first.slice(0, -12)]);
  const { out } = await project.run('cache', 'key', '--json');
  expect(JSON.parse(out).restore).toEqual([second.slice(0, -12), second.slice(0, -25)]);
});
