import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evaluation, SidedColumn } from '../../src/model/evaluation.ts';
import { Project } from './project.ts';

describe('exit codes', () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create(['billing', 'members']);
    expect((await project.run('run')).code).toBe(0);
  });
  afterAll(() => project.remove());

  it('is 1 for a bump with copied settings, and the report says which', async () => {
    await project.write('policy.yaml', 'rules:\n  - { metric: nDCG@10, nonInferior: 0.02 }\n');
    await project.configure({ new: 'versions/minilm-copied-settings.yaml' });
    const { code, stderr } = await project.spawn('run', '--output', 'broken');
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(/FAIL\s+nDCG@10/);
    expect(stderr).toMatch(/pool/);
    const html = await project.read('broken', 'report.html');
    expect(html).toMatch(/mean pooling/);
    await project.configure();
  });

  it('is 3 when inconclusive blocks and 0 when it only warns', async () => {
    await project.configure();
    const evaluation = await project.json<Evaluation>('report', 'evaluation.json');
    const { old: before, new: after } = (evaluation.quality as Record<string, { served: SidedColumn }>)['nDCG@10']?.served ?? {};
    const gain = (after?.mean ?? 0) - (before?.mean ?? 0);
    expect(gain).toBeLessThan(-0.001);
    // A loss of exactly what is allowed: no query set can tell on which side of the margin it lies.
    const policy = (inconclusive: string) => `inconclusive: ${inconclusive}\nrules:\n  - { metric: nDCG@10, nonInferior: ${-gain} }\n`;
    await project.write('policy.yaml', policy('block'));
    const blocked = await project.spawn('run', '--json');
    expect(JSON.parse(blocked.stdout)).toMatchObject({ outcome: 'inconclusive', exitCode: 3 });
    expect(blocked.code).toBe(3);
    await project.write('policy.yaml', policy('warn'));
    expect((await project.run('gate')).code).toBe(0);
  });

  it('judges under another policy without measuring, and leaves verdict.json alone', async () => {
    expect((await project.run('run')).code).toBe(0);
    const before = await project.read('report', 'verdict.json');
    await project.write('strict.yaml', 'rules:\n  - { metric: overlap@10, atLeast: 0.999 }\n');
    const { code, stderr } = await project.run('gate', '--policy', 'strict.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('overlap@10');
    expect(await project.read('report', 'verdict.json')).toBe(before);
  });

  it('is 2 for wrong use, with a hint', async () => {
    for (const args of [['rum'], [], ['run', '--polcy', 'x'], ['run', '-c', 'nowhere.yaml']]) {
      const { code, stderr } = await project.run(...args);
      expect(code, args.join(' ')).toBe(2);
      // Without a command there is nothing to correct: the list of commands is the hint.
      expect(stderr, args.join(' ')).toMatch(args.length === 0 ? /Commands:/ : /next/);
    }
    const { code, stderr } = await project.spawn('rum');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/next/)]);
    expect((await project.run('--help')).code).toBe(0);
    expect((await project.run('run', '--help')).stdout).toContain('--as-of');
  });
});
