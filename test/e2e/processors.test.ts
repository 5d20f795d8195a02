import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fingerprint, Sha256 } from '../../src/core/brand.ts';
import { seededRandom } from '../../src/core/random.ts';
import { writeSegment } from '../../src/embed/cache/segment.ts';
import { readArrow } from '../../src/formats/arrow.ts';
import type { Certificate } from '../../src/model/certificate.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import type { Lock } from '../../src/model/lock.ts';
import type { VectorRow } from '../../src/model/vectors.ts';
import { processorHere } from '../../src/system/processor.ts';
import { Project } from './project.ts';

const [WITHOUT, WITH] = ['x64 avx avx2 fma', 'x64 avx avx2 fma avx512f avx512bw avx512_vnni'];
/** Another machine than this one. */
const ELSEWHERE = processorHere() === WITHOUT ? WITH : WITHOUT;
/** As far as int8 products that saturate move a vector of MiniLM: cosines of about 0.998. */
const NOISE = 0.06;

/** The segment's rows, each vector moved as another processor would. */
async function movedRows(file: string, tag: Fingerprint): Promise<VectorRow[]> {
  // By nothing that names this run's folder.
  const random = seededRandom(7, tag);
  const rows: VectorRow[] = [];
  for await (const { columns, rows: count } of readArrow(file, {})) {
    const { text_hash: hashes, role, id, token_count: tokens, truncated, vector } = columns;
    if (hashes?.type !== 'bytes' || role?.type !== 'label' || id?.type !== 'text') throw new Error('no segment');
    if (tokens?.type !== 'integer' || truncated?.type !== 'flag' || vector?.type !== 'vector') throw new Error('no segment');
    for (let i = 0; i < count; i++) {
      const before = vector.data.slice(i * vector.width, (i + 1) * vector.width);
      const moved = before.map((value) => value + (NOISE * (random.next() - 0.5) * 2) / Math.sqrt(vector.width));
      const length = Math.hypot(...moved);
      rows.push({
        id: id.values[i] ?? '',
        role: role.dictionary[role.indices[i] ?? 0] === 'query' ? 'query' : 'document',
        textHash: Buffer.from(hashes.data.slice(i * 32, (i + 1) * 32)).toString('hex') as Sha256,
        tag,
        vector: moved.map((value) => value / length),
        tokenCount: tokens.values[i] ?? null,
        truncated: truncated.values[i] ?? false,
      });
    }
  }
  return rows;
}

/** The cache as it would be had the other machine filled it. @param roles whose vectors it made */
async function fillElsewhere(project: Project, roles: readonly string[] = ['query', 'document']): Promise<void> {
  const cache = project.path('.cutover');
  for (const name of await readdir(cache)) {
    const folder = join(cache, name, 'vectors');
    const tag = name.slice(0, 64) as Fingerprint;
    for (const file of (await readdir(folder).catch(() => [])).filter((each) => each.endsWith('.arrow'))) {
      const rows = (await movedRows(join(folder, file), tag)).filter(({ role }) => roles.includes(role));
      await rm(join(folder, file));
      if (rows.length > 0) await writeSegment(folder, rows, { tag, dimension: rows[0]?.vector.length ?? 0, processor: ELSEWHERE });
    }
  }
}

/** The cache as this machine filled it. */
async function asEmbedded(project: Project): Promise<void> {
  await rm(project.path('.cutover'), { recursive: true });
  await cp(project.path('embedded'), project.path('.cutover'), { recursive: true });
}

const evaluationOf = (project: Project) => project.json<Evaluation>('report', 'evaluation.json');

describe('vectors of quantised weights are of one processor', () => {
  let project: Project;
  const HERE = processorHere();
  beforeAll(async () => {
    project = await Project.create(['billing'], 'cold');
    expect((await project.run('run')).code).toBe(0);
    await cp(project.path('.cutover'), project.path('embedded'), { recursive: true });
  });
  afterAll(() => project.remove());

  it('which evaluation and certificate name, with its canaries', async () => {
    expect(HERE).toMatch(/^(x64|arm64) /);
    const { versions } = await evaluationOf(project);
    const { predicate } = JSON.parse(
      Buffer.from((await project.json<{ payload?: string }>('report', 'certificate.json')).payload ?? '', 'base64').toString() ||
        (await project.read('report', 'certificate.json')),
    ) as Certificate;
    for (const side of ['old', 'new'] as const) {
      expect(versions?.[side].processors).toEqual([HERE]);
      expect(versions?.[side].canaries?.vectors).toHaveLength(8);
      expect(predicate[side]).toMatchObject({ processors: [HERE], canaries: { processor: HERE } });
    }
  });

  it('another one that made every vector is taken whole, and nothing is embedded here', async () => {
    const before = await evaluationOf(project);
    await fillElsewhere(project);
    await rm(project.path('report'), { recursive: true });
    const { code, stderr } = await project.run('run');
    expect(code, stderr).toBe(0);
    expect(stderr).not.toMatch(/texts in/);
    const after = await evaluationOf(project);
    for (const side of ['old', 'new'] as const) expect(after.versions?.[side].processors).toEqual([ELSEWHERE]);
    expect(after.scores).not.toEqual(before.scores);
    const locked = await project.run('lock');
    expect(locked.code, locked.stderr).toBe(0);
    expect((await project.json<Lock>('cutover.lock')).live).toMatchObject({ processors: [ELSEWHERE], canaries: { processor: ELSEWHERE } });
  });

  it('some of another one are left out, said, and embedded again here; the gate says by how much the machines differ', async () => {
    await asEmbedded(project);
    await fillElsewhere(project, ['document']);
    await rm(project.path('report'), { recursive: true });
    const { code, stderr } = await project.run('run');
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(
      new RegExp(`the cache has 27 document vectors of another processor \\(${ELSEWHERE}; here .*\\).*mixProcessors: true`),
    );
    const { versions } = await evaluationOf(project);
    for (const side of ['old', 'new'] as const) expect(versions?.[side].processors).toEqual([HERE]);
    const [, least, most] = /the lock is of another machine .* cosines of (\d\.\d+) to (\d\.\d+)/.exec(stderr) ?? [];
    expect(Number(least)).toBeGreaterThan(0.99);
    expect(Number(most)).toBeLessThan(0.9999);
    // Once more changes nothing, and a gate alone says it too.
    expect((await project.run('run')).stderr).not.toMatch(/texts in/);
    expect((await project.run('gate')).stderr).toContain('the lock is of another machine');
  });

  it('two of them are mixed when told to, and that is said', async () => {
    await asEmbedded(project);
    await fillElsewhere(project, ['document']);
    await rm(project.path('report'), { recursive: true });
    await project.configure({ extra: 'mixProcessors: true' });
    const { code, stderr } = await project.run('run');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('made on 2 processors');
    const { versions } = await evaluationOf(project);
    expect(versions?.old.processors).toEqual([ELSEWHERE, HERE].sort());
  });
});
