import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ChangeRecord } from '../../src/model/lock.ts';
import { CacheStore, type Job, type Played, play } from '../ci/action-player.ts';
import { Forge } from '../ci/forge.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { MODELS, Project, TOKENS } from './project.ts';

// Jobs with real weights, one after another, on a machine that may have other work.
vi.setConfig({ testTimeout: 300_000 });

/** What each revision of the model `acme/embed` holds: a version, a better one, and a model that wants other settings. */
const REVISIONS = { r1: 'bge-small-en', r2: 'bge-small-en-v1.5', r3: 'all-MiniLM-L6-v2' } as const;

let project: Project;
let hub: string;
let forge: Forge;
const clones: string[] = [];

const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: project.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** Lets a revision hold the files of one of the bundled models: the hub that the project pulls from. */
function publish(revision: keyof typeof REVISIONS, model: string = REVISIONS[revision]): void {
  const folder = join(hub, 'acme', `embed@${revision}`);
  rmSync(folder, { force: true });
  symlinkSync(join(MODELS, 'Xenova', model), folder);
}

function configuration(fresh: keyof typeof REVISIONS): string {
  const settings = `dtype: q8, pooling: cls, normalize: true, maxTokens: ${TOKENS}, prefixes: { query: "Represent this sentence for searching relevant passages: " }`;
  return `dataset: data
old: { id: live, model: acme/embed, revision: r1, ${settings} }
new: { id: next, model: acme/embed, revision: ${fresh}, ${settings} }
policy: policy.yaml
output: report
production: { rebuilds: 0 }
workers: 1
models: { folders: [${JSON.stringify(hub)}], allowNetwork: false }
`;
}

/** A branch from main with one commit. */
async function branch(name: string, edit: () => Promise<void>): Promise<void> {
  git('switch', '--quiet', '--create', name, 'main');
  await edit();
  git('add', '--all');
  git('commit', '--quiet', '--message', name);
}

/** What GitHub's checkout gives for a pull request: its merge into main, here without history unless asked for. */
function checkout(name: string, depth: 'shallow' | 'whole' = 'whole'): string {
  git('switch', '--quiet', '--force-create', `merge-${name}`, 'main');
  git('merge', '--quiet', '--no-ff', '--message', 'merge', name);
  const folder = temporaryFolder();
  clones.push(folder);
  const history = depth === 'shallow' ? ['--depth=1'] : [];
  git('clone', '--quiet', ...history, '--branch', `merge-${name}`, `file://${project.folder}`, folder);
  return folder;
}

async function pullRequest(folder: string, caches: CacheStore, more: Partial<Job> & { readonly fork?: boolean } = {}): Promise<Played> {
  const { fork = false, ...job } = more;
  return play(
    {
      checkout: folder,
      event: { pull_request: { number: 5, head: { repo: { full_name: fork ? 'stranger/search' : 'org/search' } } } },
      env: { GITHUB_BASE_REF: 'main', GITHUB_REPOSITORY: 'org/search', GITHUB_API_URL: forge.url, GITHUB_RUN_ID: '77' },
      token: fork ? '' : 'secret',
      ...job,
    },
    caches,
  );
}

const change = ({ artifact }: Played) => JSON.parse(readFileSync(join(artifact, 'change.json'), 'utf8')) as ChangeRecord;
/** A checkout that may be read only has nothing in it that was not checked out. */
const untouched = (folder: string) => execFileSync('git', ['status', '--porcelain', '--ignored'], { cwd: folder, encoding: 'utf8' }) === '';

beforeAll(async () => {
  project = await Project.create(['billing'], 'cold');
  hub = temporaryFolder();
  mkdirSync(join(hub, 'acme'));
  for (const revision of ['r1', 'r2', 'r3'] as const) publish(revision);
  forge = await Forge.start();
  await project.write('cutover.yaml', configuration('r1'));
  await project.write(
    'policy.yaml',
    'resamples: 1000\nrules:\n  - { metric: nDCG@10, nonInferior: 0.2 }\n  - { metric: overlap@10, atLeast: 0.7 }\n  - { metric: annRecall@10, atLeast: 0.9 }\n',
  );
  await project.write('.gitignore', 'report/\n.cutover/\n');
  expect((await project.run('lock', '--init')).code).toBe(0);
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.email', 'dev@example.org');
  git('config', 'user.name', 'dev');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'start');
});
afterAll(async () => {
  forge.stop();
  for (const folder of [hub, ...clones]) rmSync(folder, { recursive: true, force: true });
  await project.remove();
});

/** What GitHub keeps of this repository. */
const caches = new CacheStore();

describe('a pull request that changes only the revision of a model', () => {
  let first: Played;

  it('is evaluated on a cold cache, passes, and is red for want of a lock', async () => {
    await branch('bump', () => project.write('cutover.yaml', configuration('r2')));
    const folder = checkout('bump', 'shallow');
    first = await pullRequest(folder, caches);
    expect(first.outputs, first.log).toMatchObject({ verdict: 'pass', 'exit-code': '1', report: first.artifact });
    expect(first.code).toBe(1);
    expect(change(first)).toMatchObject({ state: 'lock-missing', evaluated: true });
    expect(first.log).toContain(
      '::error file=cutover.lock,line=1,title=cutover.lock::next passed the gate, but the lock does not say so yet',
    );
    expect(readdirSync(first.artifact)).toEqual(
      expect.arrayContaining(['report.html', 'junit.xml', 'report.sarif', 'summary.md', 'certificate.json']),
    );
    expect(first.summary).toContain('Pass: embedding cutover');
    expect(forge.comments.map(({ body }) => body)).toEqual([
      expect.stringMatching(/Pass: embedding cutover[\s\S]*the lock does not say so yet/),
    ]);
    expect(caches.names).toEqual([expect.stringMatching(/^cutover-\w+-\w+-[0-9a-f]{12}-[0-9a-f]{12}-[0-9a-f]{12}$/)]);
    expect(untouched(folder)).toBe(true);
  });

  it('passes once the lock is committed, from the report of that run, and embeds nothing again', async () => {
    git('switch', '--quiet', 'bump');
    const locked = await project.run('lock', '--output', first.artifact);
    expect(locked.code, locked.stderr).toBe(0);
    git('commit', '--quiet', '--all', '--message', 'lock');
    const second = await pullRequest(checkout('bump'), caches);
    expect([second.code, second.outputs.verdict], second.log).toEqual([0, 'pass']);
    expect(change(second).state).toBe('locked');
    expect(second.log).not.toMatch(/embed {5}(live|next)|::error/);
    expect(forge.comments.map(({ body }) => body)).toEqual([expect.stringContaining('the lock says so')]);
    expect(readFileSync(join(second.artifact, 'change.xml'), 'utf8')).toContain('failures="0"');
  });

  it('of a fork, without secrets: killed while it embeds, run again, the same answer and a notice for the comment', async () => {
    const cold = new CacheStore();
    const asked = forge.requests.length;
    const segments = (cache: string) =>
      existsSync(cache) && readdirSync(cache, { recursive: true }).some((name) => String(name).endsWith('.arrow'));
    const killed = await pullRequest(checkout('bump'), cold, { fork: true, killWhen: segments });
    expect(killed.code).not.toBe(0);
    expect(cold.names).toEqual([expect.stringMatching(/-77-1$/)]);
    const again = await pullRequest(checkout('bump'), cold, { fork: true });
    expect([again.code, again.outputs.verdict], again.log).toEqual([0, 'pass']);
    const embedded = Number(/embed {5}live: (\d+) texts/.exec(again.log)?.[1] ?? 0);
    const texts =
      (await project.read('data', 'corpus.jsonl')).trimEnd().split('\n').length +
      (await project.read('data', 'queries.jsonl')).trimEnd().split('\n').length;
    expect(embedded).toBeLessThan(texts);
    expect(cold.names).toHaveLength(2);
    expect(again.log).toContain('::notice::no comment was written: the pull request comes from a fork');
    expect(again.summary).toContain('the lock says so');
    expect(forge.requests).toHaveLength(asked);
  });
});

it('a bad bump: exit 1, an error beside the configuration for every rule that failed', async () => {
  forge.comments.length = 0;
  await branch('bad', () => project.write('cutover.yaml', configuration('r3')));
  const played = await pullRequest(checkout('bad'), caches);
  expect([played.code, played.outputs.verdict], played.log).toEqual([1, 'fail']);
  // The old version's vectors came from the cache of another candidate.
  expect(played.log).not.toMatch(/embed {5}live/);
  expect(played.log).toMatch(/^::error file=cutover\.yaml,line=1,title=overlap@10 atLeast 0\.7::expected/m);
  expect(played.log).not.toContain('::error file=cutover.lock');
  expect(forge.comments.map(({ body }) => body)).toEqual([expect.stringContaining('Fail: embedding cutover')]);
  expect(readFileSync(join(played.artifact, 'junit.xml'), 'utf8')).toMatch(/<failure type="fail"/);
  const sarif = JSON.parse(readFileSync(join(played.artifact, 'report.sarif'), 'utf8'));
  expect(sarif.runs[0].results.map(({ level }: { level: string }) => level)).toContain('error');
});

it('a silent bump: other weights under the same name and revision, in a pull request about something else', async () => {
  forge.comments.length = 0;
  await branch('docs', () => project.write('README.md', 'More words.\n'));
  const folder = checkout('docs');
  const before = await pullRequest(folder, new CacheStore());
  expect([before.code, before.outputs.verdict], before.log).toEqual([0, 'unchanged']);
  expect(forge.comments).toEqual([]);
  expect(existsSync(join(before.artifact, 'evaluation.json'))).toBe(false);
  publish('r1', REVISIONS.r2);
  const played = await pullRequest(folder, new CacheStore());
  publish('r1');
  expect([played.code, played.outputs], played.log).toEqual([1, expect.objectContaining({ verdict: 'refused', 'exit-code': '1' })]);
  expect(change(played)).toMatchObject({
    state: 'silent-bump',
    facts: expect.arrayContaining([expect.stringMatching(/^weights\.model: 93b3c104db83 → 6c9c6101a956$/)]),
  });
  expect(played.log).toMatch(
    /^::error file=cutover\.lock,line=1,title=cutover\.lock::next is not what the lock pins: it changed under the same name/m,
  );
  expect(forge.comments.map(({ body }) => body)).toEqual([expect.stringContaining('it changed under the same name')]);
  expect(played.summary).toContain('weights.model');
  expect(readFileSync(join(played.artifact, 'change.xml'), 'utf8')).toContain('<failure type="silent-bump"');
  expect(untouched(folder)).toBe(true);
});

it('a lock with the marks of a merge conflict: could not be evaluated, and says where', async () => {
  forge.comments.length = 0;
  const lock = await project.read('cutover.lock');
  await branch('conflict', () => project.write('cutover.lock', `<<<<<<< HEAD\n${lock}=======\n${lock}>>>>>>> bump\n`));
  const played = await pullRequest(checkout('conflict'), new CacheStore());
  expect([played.code, played.outputs.verdict]).toEqual([2, 'error']);
  expect(played.log).toMatch(/::error file=cutover\.yaml.*LOCK_CONFLICT.*cutover\.lock:1: merge conflict/);
  expect(forge.comments.map(({ body }) => body)).toEqual([expect.stringContaining('could not be evaluated')]);
});
