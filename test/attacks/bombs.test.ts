import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { Problems } from '../../src/dataset/problems.ts';
import { markdownRecord } from '../../src/dataset/sources/markdown.ts';
import { topicRecord } from '../../src/dataset/sources/topics.ts';
import { messageOf } from '../../src/embed/http/request.ts';
import { judgeDifferences } from '../../src/features/lock/differences.ts';
import { readNpz } from '../../src/formats/npy.ts';
import { parseMetric } from '../../src/measure/measure-name.ts';
import { BumpProject, policy } from '../cli/bump-project.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('a file made to exhaust who reads it', () => {
  it('.npz of zeros that unpacks to a thousand times its size, or claims to', async () => {
    const file = join(temporaryFolder(), 'bomb.npz');
    writeFileSync(file, zipSync({ 'vectors.npy': new Uint8Array(80e6) }));
    await expect(readNpz(file)).rejects.toMatchObject({ code: 'NPY_MALFORMED', message: expect.stringContaining('would grow') });
    const lie = Buffer.from(zipSync({ 'vectors.npy': new Uint8Array(1000) }));
    lie.writeUInt32LE(0xf0000000, lie.indexOf(Buffer.from('PK\u0001\u0002')) + 24);
    writeFileSync(file, lie);
    await expect(readNpz(file)).rejects.toMatchObject({ code: 'NPY_MALFORMED' });
    writeFileSync(file, zipSync({ '../../evil.npy': new Uint8Array(10), 'notes.txt': new Uint8Array(10) }));
    expect([...(await readNpz(file)).keys()]).toEqual(['../../evil']);
  });

  it('YAML nested deeper than any configuration, in brackets, lists and mappings, and a judging log', async () => {
    const project = new BumpProject();
    for (const deep of [
      '['.repeat(20_000),
      '{a: '.repeat(20_000),
      '- '.repeat(20_000),
      `${'- '.repeat(20_000)}x`,
      '['.repeat(20_000) + ']'.repeat(20_000),
      Array.from({ length: 300 }, (_, i) => `\n${' '.repeat(i + 1)}a:`).join(''),
    ]) {
      project.write('policy.yaml', `rules: ${deep.startsWith('-') ? `\n  ${deep}` : deep}\n`);
      const { code, err } = await project.run('run');
      expect([code, err], deep.slice(0, 4)).toEqual([2, expect.stringMatching(/policy\.yaml:\d+:1.*more than 100 levels/)]);
    }
    project.write('policy.yaml', policy(0.2));
    const entry = { schemaVersion: 1, date: '2026-01-01', file: 'x', judges: {}, unfilled: 0, added: 0, replaced: 0, unchanged: 0 };
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    project.write('data/judgements/log.jsonl', `${JSON.stringify(entry).slice(0, -1)},"agreement":${deep},"hash":"x"}\n`);
    const { code, err } = await project.run('run');
    expect([code, err]).toEqual([2, expect.stringMatching(/DATASET_INVALID[\s\S]*log\.jsonl:1/)]);
  });

  it('a heading of spaces, and of number signs', () => {
    const fail = () => expect.unreachable('there is no front matter');
    for (const filler of [' ', '\t', '#', ' #', '# ']) {
      const many = filler.repeat(50_000);
      expect(markdownRecord(`# x${many}y\n\ntext`, fail)).toEqual({ title: `x${many}y`, text: 'text' });
    }
  });

  it('tags that never close, quotations that never end, a name of spaces', () => {
    const open = '<top '.repeat(100_000);
    expect(topicRecord(`<top>\n<num> 7\n<title> ${open}\n</top>`)).toEqual({ num: '7' });
    expect(messageOf('<a '.repeat(100_000))).toHaveLength(119);
    const problems = new Problems();
    problems.add('a.jsonl:1', `not JSON: "${'\\"'.repeat(100_000)}`);
    expect(() => problems.throwIfAny('data')).toThrow('a problem');
    expect(() => parseMetric(`nDCG${' '.repeat(100_000)}x`)).toThrow('nDCG');
  });

  it('a policy of thousands of rules of one kind', () => {
    const rules = Array.from({ length: 20_000 }, (_, i) => ({
      metric: 'nDCG@10',
      kind: 'nonInferior' as const,
      margin: (i + 1) / 1e5,
      on: 'served' as const,
    }));
    const policy = (of: typeof rules) => ({ policy: { rules: of } }) as unknown as Parameters<typeof judgeDifferences>[0];
    expect(judgeDifferences(policy(rules), policy(rules.slice(1))).length).toBe(20_000);
  });

  it('a policy that asks for a hundred billion resamples', async () => {
    const project = new BumpProject();
    project.write('policy.yaml', 'resamples: 100000000000\nrules:\n  - { metric: nDCG@10, nonInferior: 0.2 }\n');
    const { code, err } = await project.run('run');
    expect([code, err]).toEqual([2, expect.stringContaining('resamples: expected at most 1000000')]);
  });
});
