import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ConfigSource, evaluate, FORMATS, gate, parsePolicy, type ReportFormat, renderReport } from '../../src/index.ts';
import { configure, projectFolder, run, writeData } from './module-project.ts';

const TEXTS = {
  documents: new Map(Array.from({ length: 12 }, (_, i) => [`d${i}`, `document ${'abcdefghijkl'[i]} about ${'thing'.repeat(1 + (i % 3))}`])),
  queries: new Map([
    ['q1', 'about a thing'],
    ['q2', 'document c'],
  ]),
  qrels: new Map([
    ['q1', new Map([['d0', 1]])],
    ['q2', new Map([['d2', 1]])],
  ]),
};

async function project(): Promise<string> {
  const folder = await projectFolder();
  await configure(folder);
  await writeData(folder, TEXTS);
  return folder;
}

describe('evaluate, gate, renderReport', () => {
  it('give what `cutover run` writes, byte for byte', async () => {
    const folder = await project();
    const { verdict } = await run(folder);
    const { evaluation, timings, output } = await evaluate({ config: 'cutover.yaml', folder });
    expect(output).toBe(join(folder, 'report'));
    const schema = JSON.parse(await readFile(new URL('../../schemas/evaluation.json', import.meta.url), 'utf8'));
    const fits = new Ajv({ strict: false }).compile(schema);
    expect([fits(evaluation), fits.errors]).toEqual([true, null]);
    const own = gate(evaluation, verdict.policy, { asOf: '2026-01-31' });
    expect(`${JSON.stringify(own, null, 2)}\n`).toBe(await readFile(join(output, 'verdict.json'), 'utf8'));
    for (const { id, fileName } of FORMATS) {
      const text = await readFile(join(output, fileName), 'utf8');
      expect(renderReport(evaluation, own, timings, id as ReportFormat) === text, id).toBe(true);
    }
  });

  it('takes a configuration written in code, and names the place of what is wrong in it', async () => {
    const folder = await project();
    const config = parse(await readFile(join(folder, 'cutover.yaml'), 'utf8')) as ConfigSource;
    const fromFile = await evaluate({ config: 'cutover.yaml', folder });
    const { output: _, ...unsaid } = config;
    const fromCode = await evaluate({ config: unsaid, folder });
    expect(fromCode.output).toBe(join(folder, 'reports', 'cutover'));
    expect(fromCode.evaluation).toEqual(fromFile.evaluation);
    const wrong = { ...config, seed: 'seven' } as unknown as ConfigSource;
    await expect(evaluate({ config: wrong, folder })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: [expect.stringMatching(/^\(config\):\d+:\d+: seed: /)],
    });
  });

  it('checks a policy written in code', () => {
    expect(parsePolicy({ rules: [{ metric: 'nDCG@10', nonInferior: 0.02 }] })).toMatchObject({
      confidence: 0.95,
      rules: [{ kind: 'nonInferior', margin: 0.02, on: 'served' }],
    });
    expect(() => parsePolicy({ rules: [{ metric: 'nDGC@10', nonInferior: 0.02 }] })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  it('refuses a format that nobody writes', async () => {
    const folder = await project();
    const { verdict } = await run(folder);
    const { evaluation } = await evaluate({ config: 'cutover.yaml', folder });
    expect(() => renderReport(evaluation, verdict, null, 'pdf' as ReportFormat)).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNKNOWN' }),
    );
  });
});
