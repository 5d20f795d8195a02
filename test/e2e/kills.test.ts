import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { BumpProject } from '../cli/bump-project.ts';

const BIN = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
/** Of one day: the verdict names it, and midnight may pass between two runs. */
const RUN = ['run', '--as-of', '2026-01-31'];
/** Once a run has begun to write: what it does until then, loading itself, leaves nothing. */
const KILLS = Number(process.env.CUTOVER_TEST_KILLS ?? 16);
/** Its multiples, whole numbers taken off, are spread evenly, however many there are: no part of a run is left out. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Runs the built command line in a process of its own and kills it after so many milliseconds, unless it ends before. */
function start(
  folder: string,
  args: readonly string[],
  killAfter = 600_000,
): Promise<{ code: number | null; killed: boolean; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: folder,
      env: { ...process.env, CI: '1', CUTOVER_CACHE_SCOPE: 'protected' },
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), killAfter);
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, killed: signal === 'SIGKILL', err });
    });
  });
}

/** They say how long a run took, and differ between any two. */
const TIMED = ['timings.json', 'report.html', 'manifests/report.json'];

/** What killed writers left. Young ones stay, as they may be another process at work; so all are made an hour old. */
function age(folder: string): string[] {
  // Killed early enough, a run has made none.
  if (!existsSync(folder)) return [];
  const parts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.part'));
  const old = Date.now() / 1000 - 3600;
  for (const part of parts) utimesSync(join(folder, part), old, old);
  return parts;
}

/** Hashes of all files below a folder, by path. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  const lasting = paths.filter((path) => !path.endsWith('.part') && !TIMED.some((name) => path.endsWith(name)));
  return Object.fromEntries(lasting.map((path) => [path.slice(folder.length + 1), sha256(readFileSync(path))]));
}

it('killed again and again all over its work, a run ends at what an undisturbed one makes, to the byte', async () => {
  const project = new BumpProject();
  // What judging costs most is no file: a rule that needs no bounds.
  project.write('policy.yaml', 'rules: [{ metric: annRecall@10, atLeast: 0.5 }]\n');
  const path = (name: string) => join(project.folder, name);
  const began = performance.now();
  let loaded = 0;
  const watcher = watch(project.folder, () => {
    loaded ||= performance.now() - began;
  });
  expect((await start(project.folder, RUN)).code).toBe(0);
  watcher.close();
  const whole = performance.now() - began - loaded;
  expect(loaded).toBeGreaterThan(0);
  const undisturbed = contents(path('reports'));
  const vectors = contents(path('.cutover'));
  const forget = () => {
    for (const folder of ['reports', '.cutover']) rmSync(path(folder), { recursive: true, force: true });
  };

  forget();
  let finished = 0;
  let since = 0;
  for (let kills = 0; kills < KILLS; ) {
    // Less than a whole run: it comes to an end only if each goes on where the last one was stopped. Longer with every kill, since
    // the machine may have more to do now than when the whole run was timed.
    const { killed, code, err } = await start(project.folder, RUN, (loaded + ((kills * GOLDEN) % 1) * 0.6 * whole) * 1.03 ** since);
    if (killed) {
      kills++;
      since++;
    } else {
      since = 0;
      expect(err).not.toMatch(/[A-Z]+_[A-Z]+ {2}/);
      expect(code).toBe(0);
      expect(contents(path('reports'))).toEqual(undisturbed);
      finished++;
      forget();
    }
  }
  for (const folder of ['reports', '.cutover']) age(path(folder));
  expect((await start(project.folder, RUN)).code).toBe(0);
  expect(contents(path('reports'))).toEqual(undisturbed);
  expect(contents(path('.cutover'))).toEqual(vectors);
  expect([...age(path('reports')), ...age(path('.cutover'))]).toEqual([]);
  expect(finished).toBeGreaterThan(0);
}, 600_000);

it('two merges at once, and one more beside a run, leave what one leaves', async () => {
  const project = new BumpProject();
  for (const shard of ['1/2', '2/2']) expect((await project.run('embed', '--shard', shard, '--output', 'jobs')).code).toBe(0);
  expect((await project.run('merge', 'jobs')).code).toBe(0);
  const one = contents(join(project.folder, '.cutover'));
  rmSync(join(project.folder, '.cutover'), { recursive: true });
  const both = await Promise.all([start(project.folder, ['merge', 'jobs']), start(project.folder, ['merge', 'jobs'])]);
  expect(both.map(({ code, err }) => [code, err])).toEqual([
    [0, expect.stringContaining('2 shards')],
    [0, expect.stringContaining('2 shards')],
  ]);
  expect(contents(join(project.folder, '.cutover'))).toEqual(one);
  const beside = await Promise.all([start(project.folder, ['merge', 'jobs']), start(project.folder, RUN)]);
  expect(beside.map(({ code }) => code)).toEqual([0, 0]);
  expect(contents(join(project.folder, '.cutover'))).toMatchObject(one);
}, 120_000);
