import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/model/evaluation.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { BumpProject } from './bump-project.ts';

/** A word that stands nowhere by chance. */
const canary = (name: string) => `zq${name}qz`;

const POLICY = `rules:
  - { metric: nDCG@10, nonInferior: 0.2 }
  - { metric: nDCG@10, noHarm: 0.05, slices: [${canary('field')}] }
  - { metric: P@1, atMost: 0 }
waivers:
  - { rule: "P@1 atMost 0 on served", owner: ${canary('owner')}, reason: "${canary('reason')} says so", expires: 2030-01-01 }
  - { rule: "nDCG@10 noHarm 0.05 on served", slice: "${canary('field')}=${canary('value1')}", owner: ${canary('owner')}, reason: ${canary('reason')}, expires: 2030-01-01 }
  - { rule: ${canary('rule')}, owner: ${canary('owner')}, reason: ${canary('reason')}, expires: 2030-01-01 }
`;

const CONSUMERS = `consumers:
  - { name: ${canary('consumer')}, threshold: 0.5, pairs: query-document, keep: pass-rate, usedBy: ${canary('user')} }
rerankers: [{ name: ${canary('reranker')}, depth: 5, usedBy: ${canary('user')} }]
projection: { documents: 1000000 }
`;

/** A comparison in which every text and every name of the data holds a canary. */
function planted(): BumpProject {
  const project = new BumpProject();
  const lines = (file: string) => project.read(file).trim().split('\n');
  const id = (text: string) => canary(`id${text}`);
  const corpus = lines('data/corpus.jsonl').map((line) => {
    const { _id, title, text } = JSON.parse(line);
    return JSON.stringify({ _id: id(_id), title: `${title} ${canary('title')}`, text: `${text} ${canary('text')}` });
  });
  const queries = lines('data/queries.jsonl').map((line, i) => {
    const { _id, text } = JSON.parse(line);
    const metadata = { need: canary(`need${i}`), [canary('field')]: canary(`value${i % 2}`) };
    return JSON.stringify({ _id: id(_id), text: `${text} ${canary('query')}`, metadata });
  });
  const [head = '', ...judged] = lines('data/qrels/test.tsv');
  const qrels = judged
    .map((line) => line.split('\t'))
    .map(([query = '', document = '', grade]) => [id(query), id(document), grade].join('\t'));
  project.write('data/corpus.jsonl', `${corpus.join('\n')}\n`);
  project.write('data/queries.jsonl', `${queries.join('\n')}\n`);
  project.write('data/qrels/test.tsv', `${[head, ...qrels].join('\n')}\n`);
  project.write('data/dataset.json', JSON.stringify({ name: canary('dataset'), licence: canary('licence'), slices: [canary('field')] }));
  project.write('policy.yaml', POLICY);
  const prefixes = `prefixes: { query: "${canary('prefix')} " }`;
  const config = project
    .read('cutover.yaml')
    .replace(/(new: \{ id: two,)/, `$1 ${prefixes},`)
    .replaceAll('options: {', `options: { ${canary('key')}: { ${canary('inner')}: ${canary('option')} },`);
  project.write('cutover.yaml', `${config}${CONSUMERS}`);
  return project;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

/** Every number, in the order in which it stands. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

const json = <T>(project: BumpProject, file: string): T => JSON.parse(project.read(file)) as T;

describe('a redacted report', () => {
  let project: BumpProject;
  beforeAll(async () => {
    project = planted();
    const { err } = await project.run('run', '--redact');
    expect(err).toContain('redacted/report.html');
  });

  it('starts from a report that is full of what must not leave', () => {
    const plain = filesIn(join(project.folder, 'reports')).filter((file) => !file.includes('redacted'));
    const seen = plain.map((file) => readFileSync(file, 'latin1')).join('');
    for (const name of [
      'field',
      'value0',
      'owner',
      'reason',
      'consumer',
      'user',
      'reranker',
      'title',
      'text',
      'query',
      'dataset',
      'licence',
      'prefix',
      'key',
      'inner',
      'option',
      'rule',
    ])
      expect(seen, name).toContain(canary(name));
  });

  it('holds none of it, in any file', () => {
    const files = filesIn(join(project.folder, 'reports', 'redacted'));
    expect(files.map((file) => file.slice(file.lastIndexOf('/') + 1))).toEqual(
      expect.arrayContaining(['report.html', 'summary.md', 'junit.xml', 'report.sarif', 'queries.csv', 'evaluation.json', 'verdict.json']),
    );
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      expect(text.match(/zq\w+qz/g), file).toBeNull();
      expect(text, file).not.toContain(project.folder);
      // Words of the texts themselves, as topics are made of them.
      expect(text, file).not.toMatch(/\b(refund|webhook|invoice|all about)\b/);
    }
  });

  it('says that it is one, on the page, in the summary and in the verdict', () => {
    const { cautions } = json<Verdict>(project, 'reports/redacted/verdict.json');
    expect(cautions?.map(({ id }) => id)).toEqual(['redacted']);
    for (const file of ['report.html', 'summary.md']) {
      expect(project.read(`reports/redacted/${file}`)).toContain('Texts, ids and names were replaced');
      expect(project.read(`reports/${file}`)).not.toContain('Texts, ids and names were replaced');
    }
  });

  it('holds no plain hash over what is hidden, which would confirm a guess', () => {
    const { versions } = json<Evaluation>(project, 'reports/evaluation.json');
    const { policyHash, evaluation } = json<Verdict>(project, 'reports/verdict.json');
    const hashes = [versions?.old.fingerprint ?? '', versions?.new.fingerprint ?? '', policyHash, evaluation];
    for (const file of filesIn(join(project.folder, 'reports', 'redacted')))
      for (const hash of hashes) expect(readFileSync(file, 'utf8'), file).not.toContain(hash.slice(0, 12));
    expect(json<Evaluation>(project, 'reports/redacted/evaluation.json').versions?.new.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keeps every number of the evaluation in its place, and of the verdict', () => {
    const plain = json<Evaluation>(project, 'reports/evaluation.json');
    const hidden = json<Evaluation>(project, 'reports/redacted/evaluation.json');
    expect(numbersIn(hidden)).toEqual(numbersIn(plain));
    expect(numbersIn(hidden).length).toBeGreaterThan(1000);
    const verdicts = [json<Verdict>(project, 'reports/verdict.json'), json<Verdict>(project, 'reports/redacted/verdict.json')] as const;
    expect(numbersIn(verdicts[1])).toEqual(numbersIn(verdicts[0]));
    expect(verdicts[1].rules.map(({ outcome, decides }) => [outcome, decides])).toEqual(
      verdicts[0].rules.map(({ outcome, decides }) => [outcome, decides]),
    );
    expect(verdicts[1].rules.some(({ waiver }) => waiver !== undefined)).toBe(verdicts[0].rules.some(({ waiver }) => waiver !== undefined));
  });

  it('is the same under the same key, another under another, and refuses a short one', async () => {
    const page = () => project.read('reports/redacted/report.html');
    const first = page();
    rmSync(join(project.folder, 'reports', 'redacted'), { recursive: true });
    expect((await project.run('report', '--redact')).code).toBe(0);
    expect(page()).toBe(first);
    expect(statSync(join(project.folder, '.cutover', 'redaction.key')).mode & 0o777).toBe(0o600);
    project.env = { ...project.env, CUTOVER_REDACT_KEY: 'another key of enough length' };
    await project.run('report', '--redact');
    expect(page()).not.toBe(first);
    project.env = { ...project.env, CUTOVER_REDACT_KEY: 'short' };
    const short = await project.run('report', '--redact');
    expect(short.code).toBe(2);
    expect(short.err).toContain('at least 16 characters');
    expect(short.err).not.toContain('"short"');
    project.env = { ...project.env, CUTOVER_REDACT_KEY: undefined };
  });

  it('refuses a verdict that its evaluation does not give', async () => {
    const verdict = json<Verdict>(project, 'reports/verdict.json');
    const bent = { ...verdict, rules: verdict.rules.map((rule) => ({ ...rule, new: 0.123 })) };
    project.write('reports/verdict.json', JSON.stringify(bent));
    const { code, err } = await project.run('report', '--redact');
    expect(code).toBe(2);
    expect(err).toContain('ARTIFACT_FOREIGN');
    project.write('reports/verdict.json', JSON.stringify(verdict));
  });
});
