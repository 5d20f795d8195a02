import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Certificate } from '../../src/model/certificate.ts';
import { certificateOf, certificateText } from '../../src/proof/certificate.ts';
import { BumpProject, policy } from '../cli/bump-project.ts';
import { commandsIn, folderStore } from '../live/migrate/folder-store.ts';

const WAIVER = `waivers:
  - { rule: nDCG@10 nonInferior 0.2 on served, owner: ann, reason: known, expires: "2026-11-25" }
`;

it('a lock is not written by a certificate whose waiver has expired, or of other search settings', async () => {
  const project = new BumpProject();
  expect((await project.run('lock', '--init')).code).toBe(0);
  project.write('policy.yaml', `${policy(0.2)}  - { metric: annRecall@10, atLeast: 0.5 }\n${WAIVER}`);
  project.configure('one', 'flaw');
  const { code, err } = await project.run('run');
  expect([code, err]).toEqual([0, expect.stringContaining('PASS WITH 1 WAIVER')]);
  project.today = '2026-11-26';
  const late = await project.run('lock');
  expect([late.code, late.err]).toEqual([1, expect.stringContaining('LOCK_REFUSED')]);
  expect(late.err).toMatch(/the waiver of .*nDCG@10.* held until 2026-11-25/);
  project.today = '2026-11-25';
  project.configure('one', 'flaw', 'search: { hnsw: { efSearch: 1 } }\n');
  const other = await project.run('lock');
  expect([other.code, other.err]).toEqual([1, expect.stringMatching(/files of the pipeline .* changed since the evaluation/)]);
  project.configure('one', 'flaw');
  project.write('data/dataset.json', '{ "weight": "queries" }\n');
  const read = await project.run('lock');
  expect([read.code, read.err]).toEqual([1, expect.stringContaining('how the data set is read changed since the evaluation')]);
  project.write('data/dataset.json', '{ "weight": "needs", "licence": "CC0" }\n');
  expect((await project.run('lock')).code).toBe(0);
});

it('a lock is not written by a certificate of other lists of words, under the same name of the file', async () => {
  const project = new BumpProject();
  expect((await project.run('lock', '--init')).code).toBe(0);
  project.write('words.run', 'q00 Q0 d00 1 2 words\n');
  project.configure('one', 'two', 'pipeline: { lexical: { run: words.run } }\n');
  expect((await project.run('run')).code).toBe(0);
  project.write('words.run', 'q00 Q0 d01 1 2 words\n');
  const { code, err } = await project.run('lock');
  expect([code, err]).toEqual([1, expect.stringMatching(/files of the pipeline .* changed since the evaluation/)]);
  project.write('words.run', 'q00 Q0 d00 1 2 words\n');
  expect((await project.run('lock')).code).toBe(0);
});

it('no migration is promoted by a certificate of another pair, of another day, or of what has changed since', async () => {
  const folder = await folderStore();
  const cutover = commandsIn(folder);
  for (const args of ['tag apply live --as old', 'migrate start live -q', 'run -q'])
    expect((await cutover(...args.split(' '))).code, args).toBe(0);
  const file = join(folder, 'report/certificate.json');
  const own = await readFile(file, 'utf8');
  const config = join(folder, 'cutover.yaml');
  const written = await readFile(config, 'utf8');
  const promote = () => cutover('migrate', 'promote', 'live', '--certificate', file, '--allow-unsigned', '--readers', 'guarded');
  const refused = async (what: RegExp) => {
    const { code, err } = await promote();
    expect([code, err]).toEqual([expect.any(Number), expect.stringMatching(what)]);
    expect(code).not.toBe(0);
  };
  type Predicate = { -readonly [K in keyof Certificate['predicate']]: Certificate['predicate'][K] };
  const replay = async (edit: (predicate: Predicate) => void, what: RegExp) => {
    const { predicate } = JSON.parse(own) as { predicate: Predicate };
    edit(predicate);
    await writeFile(file, certificateText(certificateOf(predicate), null));
    await refused(what);
    await writeFile(file, own);
  };
  // Of another pair: the same, the other way round, and with one side exchanged.
  await replay((of) => {
    [of.old, of.new] = [of.new, of.old];
  }, /old version: vA is \w{12} here, vB was \w{12}/);
  await replay((of) => {
    of.old = { ...of.new, id: 'vA' };
  }, /old version: vA is/);
  // Of a pair that the configuration names by now, and this migration is not of.
  await writeFile(config, written.replace('options: { version: B', 'options: { version: C'));
  await refused(/neither old nor new in this configuration/);
  await writeFile(config, written);
  await writeFile(file, own);
  // Of another day.
  await replay((of) => {
    of.issued = '2020-01-01';
    of.expires = '2020-01-31';
  }, /it holds from 2020-01-01 to 2020-01-31/);
  await replay((of) => {
    of.issued = '2020-01-01';
    of.expires = '2999-01-01';
  }, /no more than 92 days/);
  await replay((of) => {
    of.issued = '2999-01-01';
    of.expires = '2999-01-31';
  }, /today is/);
  // An older one: policy, consumers, rows or the ledger have changed since.
  for (const [before, after, what] of [
    ['atLeast: 0.5', 'atLeast: 0.6', /the policy of the certificate .* not the same/],
    ['search: { k: 5 }', 'search: { k: 6 }', /consumers, search settings, and how the data set is read are not the same/],
  ] as const) {
    await writeFile(config, written.replace(before, after));
    await refused(what);
  }
  await writeFile(config, written);
  const queries = join(folder, 'data/queries.jsonl');
  const rows = await readFile(queries, 'utf8');
  await writeFile(queries, rows.replace('note 1 of', 'note 2 of'));
  await refused(/another queries than was evaluated/);
  await writeFile(queries, rows);
  await replay((of) => {
    of.ledgers = { live: { seq: 2, head: 'a'.repeat(64) } } as never;
  }, /entry 2 is not the one that the certificate names/);
  expect((await promote()).code).toBe(0);
  // Once more.
  await refused(/cut over already/);
});
