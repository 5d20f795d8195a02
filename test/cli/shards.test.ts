import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BumpProject } from './bump-project.ts';

/** A project whose three shards stand in `jobs/`, as the jobs of a matrix would have left them. */
async function sharded(): Promise<BumpProject> {
  const project = new BumpProject();
  for (const shard of ['1/3', '2/3', '3/3']) {
    const { code, err } = await project.run('embed', '--shard', shard, '--output', 'jobs');
    expect(err).toMatch(/shard {5}\d of 3: /);
    expect(code).toBe(0);
  }
  return project;
}

const segmentsIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.arrow'))
    .sort();

describe('shards of a matrix', () => {
  it('merge into what one machine would have made, to the byte', async () => {
    const project = await sharded();
    expect((await project.run('run', '--output', 'alone')).code).toBe(0);
    rmSync(join(project.folder, '.cutover'), { recursive: true });
    const merged = await project.run('merge', 'jobs', '--json');
    expect(merged.code).toBe(0);
    expect(JSON.parse(merged.out)).toMatchObject({ vectors: 2 * (12 + 36), folders: { length: 3 } });
    const run = await project.run('run', '--output', 'merged');
    expect(run.code).toBe(0);
    expect(run.err).not.toMatch(/^embed .*texts in/m);
    expect(project.read('merged/evaluation.json')).toBe(project.read('alone/evaluation.json'));
    // What the cache has already is not copied again, in whatever segments it stands.
    const cache = join(project.folder, '.cutover');
    rmSync(cache, { recursive: true });
    await project.run('embed');
    const before = segmentsIn(cache);
    expect((await project.run('merge', 'jobs')).code).toBe(0);
    expect(segmentsIn(cache)).toEqual(before);
  });

  it('split the texts: none twice, none left out, and resume', async () => {
    const project = await sharded();
    const before = segmentsIn(join(project.folder, 'jobs'));
    expect(before.length).toBeGreaterThanOrEqual(6);
    expect((await project.run('embed', '--shard', '2/3', '--output', 'jobs')).err).toContain('2 of 3: unchanged');
    expect(segmentsIn(join(project.folder, 'jobs'))).toEqual(before);
  });

  it('are refused with a gap, twice, or cut differently', async () => {
    const project = await sharded();
    const gap = await project.run('merge', 'jobs/shard-1-of-3', 'jobs/shard-3-of-3');
    expect(gap.code).toBe(2);
    expect(gap.err).toContain('SHARDS_MISSING  Of 3 shards, the folders given lack 2.');
    cpSync(join(project.folder, 'jobs/shard-1-of-3'), join(project.folder, 'again'), { recursive: true });
    expect((await project.run('merge', 'jobs', 'again')).err).toContain('SHARDS_REPEATED  Shard 1/3');
    await project.run('embed', '--shard', '2/2', '--output', 'halves');
    const mixed = await project.run('merge', 'jobs', 'halves');
    expect(mixed.err).toMatch(/SHARDS_CUT_OTHERWISE {2}.*shard-2-of-2 belongs to a set of 2 shards, .*shard-1-of-3 to a set of 3\./);
    expect(existsSync(join(project.folder, '.cutover'))).toBe(false);
  });

  it('are refused when made from other data or another version', async () => {
    const project = await sharded();
    project.configure('one', 'flaw');
    expect((await project.run('merge', 'jobs')).err).toMatch(/SHARD_FOREIGN .*another new/);
    project.configure('one', 'two');
    project.write('data/corpus.jsonl', `${project.read('data/corpus.jsonl')}{"_id":"more","text":"another one"}\n`);
    expect((await project.run('merge', 'jobs')).err).toMatch(/SHARD_FOREIGN .*another corpus/);
  });

  it('are refused when vectors are missing, foreign or damaged, and nothing is copied', async () => {
    const project = await sharded();
    const shard = (i: number) => join(project.folder, `jobs/shard-${i}-of-3`);
    const [first = ''] = segmentsIn(shard(1));
    const kept = readFileSync(join(shard(1), first));
    rmSync(join(shard(1), first));
    const lacking = await project.run('merge', 'jobs');
    expect(lacking.err).toMatch(/SHARD_INCOMPLETE .*lacks \d+ of its texts/);
    expect(lacking.err).toContain('--shard 1/3');
    const damaged = Buffer.from(kept);
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1;
    writeFileSync(join(shard(1), first), damaged);
    const unusable = await project.run('merge', 'jobs');
    expect(unusable.err).toMatch(/SHARD_DAMAGED\s+Shard 1\/3 [\s\S]*\.arrow is damaged/);
    expect(unusable.err).toContain('run `cutover embed --shard 1/3`');
    const again = await project.run('embed', '--shard', '1/3', '--output', 'jobs');
    expect(again.err).toMatch(/STORE_SEGMENT_CORRUPT[\s\S]*Move this file away/);
    expect(again.code).toBe(2);
    rmSync(join(shard(1), first));
    expect((await project.run('embed', '--shard', '1/3', '--output', 'jobs')).code).toBe(0);
    expect(readFileSync(join(shard(1), first))).toEqual(kept);
    rmSync(join(shard(1), first));
    mkdirSync(join(shard(1), first));
    expect((await project.run('merge', 'jobs')).err).toMatch(/SHARD_DAMAGED[\s\S]*is a folder/);
    expect((await project.run('embed', '--shard', '1/3', '--output', 'jobs')).err).toMatch(/STORE_SEGMENT_CORRUPT .*it is a folder/);
    rmSync(join(shard(1), first), { recursive: true });
    writeFileSync(join(shard(1), first), kept);
    writeFileSync(join(shard(2), first), kept);
    expect((await project.run('merge', 'jobs')).err).toContain('SHARD_OVERLAP');
    expect(existsSync(join(project.folder, '.cutover'))).toBe(false);
  });

  it('are refused when shard.json is not one, or not there', async () => {
    const project = await sharded();
    for (const text of [
      '{',
      '{"kind":"cutover.shard","schemaVersion":0}',
      '{"kind":"cutover.shard","schemaVersion":1,"index":4,"count":3}',
    ]) {
      project.write('jobs/shard-1-of-3/shard.json', text);
      const { code, err } = await project.run('merge', 'jobs');
      expect(err).toContain('SHARD_MALFORMED');
      expect(code).toBe(2);
    }
    project.write('jobs/shard-1-of-3/shard.json', '{"kind":"cutover.shard","schemaVersion":9}');
    expect((await project.run('merge', 'jobs')).err).toContain('ARTIFACT_NEWER');
    expect((await project.run('merge', 'data')).err).toMatch(/SHARDS_ABSENT .*data holds no shard/);
    expect((await project.run('merge', 'nowhere')).err).toContain('FILE_MISSING');
    for (const wrong of ['0/3', '4/3', '1', 'a/b'])
      expect((await project.run('embed', '--shard', wrong)).err).toContain('--shard must be i/n');
  });
});
