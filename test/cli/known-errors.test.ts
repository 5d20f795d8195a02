import { generateKeyPairSync } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { arrowRowBytes } from '../../src/formats/arrow-rows.ts';
import { optionalPackage } from '../../src/system/packages.ts';
import { BumpProject, policy } from './bump-project.ts';

const STORE = 'stores: { live: { kind: arrow, path: live.arrow } }\n';

/** A project with a store of one file: `rows` are ids and what else stands beside them. */
function withStore(rows: Readonly<Record<string, readonly (string | null)[]>>, extra = STORE): BumpProject {
  const project = new BumpProject();
  project.configure('one', 'two', extra);
  const count = Object.values(rows)[0]?.length ?? 0;
  const vectors = Array.from({ length: count }, (_, i) => Float32Array.from({ length: 24 }, (_, j) => (i + j) % 5));
  writeFileSync(join(project.folder, 'live.arrow'), arrowRowBytes(rows, 'vector', vectors));
  return project;
}

/** The command fails with this exit code and prints this code of the catalogue. */
async function expectError(project: BumpProject, code: string, exit: number, ...args: readonly string[]): Promise<string> {
  const { code: found, err } = await project.run(...args);
  expect([found, err]).toEqual([exit, expect.stringContaining(code)]);
  return err;
}

describe('a store', () => {
  test('that the configuration does not know, or a version that it does not know', async () => {
    const project = withStore({ id: ['d00'] });
    expect(await expectError(project, 'STORE_UNKNOWN', 2, 'audit', 'elsewhere', '--expect', 'old')).toContain('Known: live');
    expect(await expectError(project, 'VERSION_UNKNOWN', 2, 'audit', 'live', '--expect', 'three')).toContain('one, two');
  });

  test('with a row that has no id names the row', async () => {
    const project = withStore({ id: ['d00', null] });
    expect(await expectError(project, 'STORE_ID_MISSING', 2, 'audit', 'live', '--expect', 'old')).toContain('row 2');
  });

  test('whose corpus has an id twice, or a document without one', async () => {
    const extra = 'stores: { live: { kind: arrow, path: live.arrow, corpus: other.jsonl } }\n';
    const project = withStore({ id: ['d00'] }, extra);
    project.write('other.jsonl', '{"_id":"d00","text":"a"}\n{"_id":"d00","text":"b"}\n');
    expect(await expectError(project, 'CORPUS_INVALID', 2, 'audit', 'live', '--expect', 'old')).toContain('"d00" is there twice');
    project.write('other.jsonl', '{"_id":"d00","text":"a"}\n{"text":"b"}\n');
    expect(await expectError(project, 'CORPUS_INVALID', 2, 'audit', 'live', '--expect', 'old')).toContain('other.jsonl:2');
  });

  test('without tags is not migrated: exit 1, as a gate that refuses', async () => {
    const project = withStore({ id: ['d00'] });
    await expectError(project, 'MIGRATION_REFUSED', 1, 'migrate', 'start', 'live', '--to', 'new');
  });

  test('whose rows have lost their texts cannot be attested', async () => {
    const project = new BumpProject();
    expect((await project.run('embed')).code).toBe(0);
    const { madeFrom } = JSON.parse(project.read('reports/manifests/embed.json')) as { madeFrom: { old: string } };
    project.configure('one', 'two', STORE);
    const row = { id: ['gone'], cutover_tag: [madeFrom.old], cutover_text_hash: [sha256('what it said')] };
    writeFileSync(join(project.folder, 'live.arrow'), arrowRowBytes(row, 'vector', [new Float32Array(24).fill(1)]));
    expect(await expectError(project, 'TEXT_UNKNOWN', 2, 'audit', 'live', '--expect', 'old', '--attest')).toContain('gone');
  });

  test('that needs a package which is not installed names it', async () => {
    const load = () => import(/* @vite-ignore */ 'no-such-database-client' as string);
    await expect(optionalPackage(load, 'no-such-database-client', 'pglite')).rejects.toMatchObject({ code: 'STORE_PACKAGE_MISSING' });
  });
});

describe('a certificate and its key', () => {
  test('what is no certificate', async () => {
    const project = withStore({ id: ['d00'] });
    project.write('certificate.json', '{"_type":"a shopping list"}');
    expect(
      await expectError(project, 'CERTIFICATE_INVALID', 2, 'verify', 'certificate.json', '--store', 'live', '--allow-unsigned'),
    ).toContain('no in-toto');
  });

  test('a key of another kind, and what is no key at all, which is never shown', async () => {
    const project = new BumpProject();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    project.write('ec.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    expect(await expectError(project, 'KEY_INVALID', 2, 'run', '--sign-key', 'ec.pem')).toContain('its type is ec');
    expect(existsSync(join(project.folder, 'reports'))).toBe(false);
    project.env = { ...project.env, CUTOVER_SIGNING_KEY: 'swordfish' };
    expect(await expectError(project, 'KEY_INVALID', 2, 'run')).not.toContain('swordfish');
  });
});

describe('vectors made elsewhere', () => {
  test('that lack a document stop the run before anything of the other version is embedded', async () => {
    const project = new BumpProject();
    const row = (id: string) => `${JSON.stringify({ id, vector: [1, 2], tag: 'made' })}\n`;
    const ids = (count: number, letter: string) => Array.from({ length: count }, (_, i) => row(`${letter}${String(i).padStart(2, '0')}`));
    project.write('queries.vectors.jsonl', ids(36, 'q').join(''));
    project.write('documents.vectors.jsonl', ids(11, 'd').join(''));
    const made = '{ id: made, embedder: precomputed, vectors: { query: queries.vectors.jsonl, document: documents.vectors.jsonl } }';
    project.write('cutover.yaml', project.read('cutover.yaml').replace(/^new: .*$/m, `new: ${made}`));
    const err = await expectError(project, 'VECTORS_MISSING', 2, 'run');
    expect(err).toContain('documents.vectors.jsonl lacks the vectors of 1 text, among them "d11"');
    expect(err).not.toMatch(/embed +one/);
  });
});

describe('what cannot be compared or judged', () => {
  test('a branch that is not known here', async () => {
    const project = new BumpProject();
    expect(await expectError(project, 'LOCK_BASE_UNKNOWN', 2, 'run', '--changed', '--base', 'nowhere')).toContain('origin/nowhere');
  });

  test('judgements where every document of both runs has one', async () => {
    const project = new BumpProject();
    expect((await project.run('run')).code).toBe(0);
    expect(await expectError(project, 'JUDGING_NOTHING_LEFT', 2, 'judge', 'next')).toContain('nDCG@10');
  });

  test('judgements of which none could decide any more', async () => {
    const project = new BumpProject();
    // 36 needs can't pass a margin of 0.02, whatever the one document is that nobody judged.
    project.write('data/qrels/test.tsv', project.read('data/qrels/test.tsv').replace('q00\td05\t0\n', ''));
    project.write('policy.yaml', 'rules: [{ metric: nDCG@10, nonInferior: 0.02 }]\n');
    expect((await project.run('run')).code).toBe(3);
    const told = await expectError(project, 'JUDGING_SETTLES_NOTHING', 2, 'judge', 'next');
    expect(told).toContain('nDCG@10 nonInferior 0.02 on served');
  });

  const consumer = (keep: string, pairs: string) => `consumers: [{ name: floor, threshold: 0.5, pairs: ${pairs}, keep: ${keep} }]\n`;

  test('a consumer that wants its precision kept, without judgements', async () => {
    const project = new BumpProject();
    project.configure('one', 'two', consumer('precision', 'query-document'));
    project.write('policy.yaml', 'rules: [{ metric: annRecall@10, atLeast: 0.5 }]\n');
    rmSync(join(project.folder, 'data/qrels'), { recursive: true });
    expect(await expectError(project, 'CONSUMER_UNLABELLED', 2, 'run')).toContain('precision');
  });

  test('a consumer of query pairs where there is one query', async () => {
    const project = new BumpProject();
    project.configure('one', 'two', consumer('pass-rate', 'query-query'));
    project.write('policy.yaml', policy(0.2));
    project.write('data/queries.jsonl', '{"_id":"q00","text":"refund number 0"}\n');
    project.write('data/qrels/test.tsv', 'query-id\tcorpus-id\tscore\nq00\td00\t1\n');
    expect(await expectError(project, 'CONSUMER_NO_PAIRS', 2, 'run')).toContain('floor');
  });
});

describe('what is named and not there', () => {
  test('a data set, and files of a mapping, are told with the line and key that name them', async () => {
    const project = new BumpProject();
    project.write('cutover.yaml', project.read('cutover.yaml').replace(/^dataset: .*$/m, 'dataset: elsewhere'));
    expect(await expectError(project, 'CONFIG_INVALID', 2, 'run')).toMatch(/cutover\.yaml:1:10: dataset: .*elsewhere does not exist/);
    const mapping = 'dataset: { corpus: { path: a.csv }, queries: { path: data/queries.jsonl }, qrels: { path: g.csv } }';
    project.write('cutover.yaml', project.read('cutover.yaml').replace(/^dataset: .*$/m, mapping));
    const err = await expectError(project, 'CONFIG_INVALID', 2, 'dataset', 'check');
    expect(err).toMatch(/cutover\.yaml:1:28: dataset\.corpus\.path: .*a\.csv does not exist/);
    expect(err).toMatch(/dataset\.qrels\.path: .*g\.csv does not exist/);
  });

  test('a configuration that is a folder, or an option without its value', async () => {
    const project = new BumpProject();
    expect(await expectError(project, 'FILE_IS_FOLDER', 2, 'run', '-c', 'data')).toContain('Name a file');
    for (const args of [
      ['run', '--config'],
      ['run', '-c'],
      ['gate', '--policy'],
      ['run', '--output'],
      ['worker', '--lease'],
      ['queue', 'start', '--store'],
    ])
      expect(await expectError(project, 'Not enough arguments', 2, ...args)).not.toContain('internal');
    expect(existsSync(join(project.folder, 'reports'))).toBe(false);
  });

  test('an option that takes a number is given a word; the help named is that of the command', async () => {
    const project = new BumpProject();
    for (const [option, ...args] of [
      ['--lease', 'worker'],
      ['--shards', 'queue', 'start'],
      ['--keep-top', 'dataset', 'sample', '--out', 'small'],
      ['--certificate-days', 'run'],
    ] as const) {
      const err = await expectError(project, `${option} takes a number`, 2, ...args, option, 'some');
      expect(err).toContain(`See \`cutover ${args[0]} --help\``);
    }
    expect(await expectError(project, 'Did you mean run?', 2, 'rum')).toContain('See `cutover --help`');
    expect(existsSync(join(project.folder, 'reports'))).toBe(false);
  });

  test('another report to compare with, and the certificate before a run', async () => {
    const project = new BumpProject();
    expect(await expectError(project, 'ARTIFACT_MISSING', 2, 'lock')).toContain('`cutover run`');
    expect((await project.run('run')).code).toBe(0);
    expect(await expectError(project, 'FILE_MISSING', 2, 'report', '--against', 'nope')).toMatch(/--against .*nope does not exist/);
  });
});
