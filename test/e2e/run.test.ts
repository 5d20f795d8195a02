import { readdir, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/model/evaluation.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { type Outcome, Project } from './project.ts';
import { configureWords } from './words-model.ts';

const REPORTS = ['evaluation.json', 'verdict.json', 'report.html', 'summary.md'] as const;

describe('cutover run on real weights', () => {
  let project: Project;
  let first: Outcome;
  const files = () => Promise.all(REPORTS.map((file) => project.read('report', file)));
  beforeAll(async () => {
    project = await Project.create(['billing'], 'cold');
    first = await project.spawn('run');
  });
  afterAll(() => project.remove());

  it('passes with exit code 0 and says where the report is', () => {
    expect(first.stderr).toContain('PASS');
    expect(first.stderr).toContain('report.html');
    expect(first.stdout).toBe('');
    expect(first.code).toBe(0);
  });

  it('measures both versions on exact and served neighbours, a value a query', async () => {
    const evaluation = await project.json<Evaluation>('report', 'evaluation.json');
    expect(evaluation.dataset).toMatchObject({ documents: 27, queries: 26, needs: 13, judgedQueries: 26 });
    const quality = evaluation.quality as Exclude<Evaluation['quality'], { notApplicable: string }>;
    for (const measure of ['nDCG@10', 'R@10', 'R@100', 'RR@10', 'AP@100', 'Judged@10']) {
      // Production asks for ten results: what lies deeper is measured on exact neighbours alone.
      const deeper = measure.endsWith('@100');
      expect(quality[measure]?.served === undefined, measure).toBe(deeper);
      for (const on of deeper ? (['exact'] as const) : (['exact', 'served'] as const)) {
        expect(quality[measure]?.[on]?.old.perQuery, measure).toHaveLength(26);
        expect(quality[measure]?.[on]?.new.n, measure).toBe(26);
      }
    }
    expect(quality['nDCG@10']?.exact?.old.mean).toBeGreaterThan(0.4);
    expect(quality['nDCG@10']?.exact?.new.mean).toBeLessThan(1);
    expect(evaluation.versions?.old.fingerprint).not.toBe(evaluation.versions?.new.fingerprint);
    expect(evaluation.scores.map(({ id }) => id)).toEqual(['top-1', 'rank-2', 'rank-5', 'rank-10', 'relevant', 'other']);
    expect(evaluation.search?.kUsed).toBe(27);
    expect(JSON.stringify(evaluation)).not.toMatch(/NaN|Infinity/);
  });

  it('shows the score shift of this bump: top scores fall by about a tenth', async () => {
    const { scores } = await project.json<Evaluation>('report', 'evaluation.json');
    const top = scores.find(({ id }) => id === 'top-1');
    expect((top?.old.mean ?? 0) - (top?.new.mean ?? 0)).toBeGreaterThan(0.05);
  });

  it('does nothing and changes no byte when run again', async () => {
    const before = await files();
    const again = await project.run('run');
    expect(again.code).toBe(0);
    expect(again.stderr).toMatch(/search\s+unchanged/);
    expect(again.stderr).not.toContain('embed ');
    expect(await files()).toEqual(before);
  });

  it('writes the same bytes from a cold start, but for what a clock measured', async () => {
    const timed = [
      /<details class="part" id="cost"[\s\S]*?(?=<details class="part" id="versions")/,
      /<td[^>]*data-head="Embed first">[\s\S]*?<\/td>/g,
    ];
    const timeless = async () => (await files()).map((text) => timed.reduce((left, part) => left.replace(part, ''), text));
    const before = await timeless();
    await rm(project.path('report'), { recursive: true });
    await rm(project.path('.cutover'), { recursive: true });
    expect((await project.run('run')).code).toBe(0);
    expect(await timeless()).toEqual(before);
  });

  it('prints the verdict as JSON on stdout, and nothing but the verdict on stderr when quiet', async () => {
    const { stdout, stderr, code } = await project.run('run', '--json', '--quiet');
    expect(JSON.parse(stdout)).toEqual(await project.json<Verdict>('report', 'verdict.json'));
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('PASS')]);
    expect(code).toBe(0);
  });

  it('records the date it was asked for', async () => {
    const { stdout } = await project.run('run', '--json', '--as-of', '2030-02-01');
    expect(JSON.parse(stdout)).toMatchObject({ asOf: '2030-02-01' });
    expect((await project.run('run', '--as-of', 'tomorrow')).code).toBe(2);
  });

  it('takes vectors from the cache when only the report folder is gone', async () => {
    const before = await files();
    await rm(project.path('report'), { recursive: true });
    const { stderr } = await project.run('run');
    expect(stderr).not.toContain('texts in');
    expect((await files()).slice(0, 1)).toEqual(before.slice(0, 1));
  });

  it('embeds only what changed', async () => {
    const corpus = await project.read('data', 'corpus.jsonl');
    await project.write('data/corpus.jsonl', `${corpus}{"_id":"billing-zz","title":"New","text":"A page that was added later."}\n`);
    const { stderr, code } = await project.run('run');
    expect(stderr).toMatch(/bge-small-en: 1 texts in/);
    expect(stderr).toMatch(/bge-small-en-v1\.5: 1 texts in/);
    expect(code).toBe(0);
    await project.write('data/corpus.jsonl', corpus);
  });

  it('lists and prunes the cache', async () => {
    const listed = await project.run('cache', 'ls', '--json');
    const entries = JSON.parse(listed.stdout) as { key: string; rows: number; usedBy: string | null }[];
    expect(entries.map(({ usedBy }) => usedBy).sort()).toEqual(['bge-small-en', 'bge-small-en-v1.5']);
    // 53 texts of the data set, one of them under both roles, and 8 canaries, since int8 weights depend on the processor.
    expect(entries.map(({ rows }) => rows)).toEqual([62, 62]);
    expect((await project.run('cache', 'prune', '--json')).stdout.trim()).toBe('[]');
    const gone = await project.run('cache', 'prune', '--all', '--json');
    expect(JSON.parse(gone.stdout)).toHaveLength(2);
    expect((await readdir(project.path('.cutover'))).filter((name) => /^[0-9a-f]{64}/.test(name))).toEqual([]);
  });

  it('plans without writing', async () => {
    await rm(project.path('report'), { recursive: true });
    const { stdout, stderr, code } = await project.run('run', '--plan', '--json');
    const plan = JSON.parse(stdout) as { seconds: number; bytes: number; items: { toEmbed: number; textsPerSecond: number }[] };
    expect(plan.items.map(({ toEmbed }) => toEmbed)).toEqual([53, 53]);
    expect(plan.items.every(({ textsPerSecond }) => textsPerSecond > 0)).toBe(true);
    expect(plan.bytes).toBeGreaterThan(53 * 2 * 384 * 4);
    expect(stderr).not.toContain('PASS');
    expect(code).toBe(0);
    await expect(readdir(project.path('report'))).rejects.toThrow('ENOENT');
    // What it says is the same of a model that costs nothing to measure.
    await configureWords(project, '');
    expect((await project.run('run', '--plan')).stderr).toContain('53 of 53 texts to embed');
  });
});
