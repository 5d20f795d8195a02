import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../src/cli/host.ts';
import { main } from '../../src/cli/main.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import { Project } from '../e2e/project.ts';

let project: Project;

/** Runs the command line in this process, in the project's folder. */
async function cutover(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const host: Host = {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env: {},
    cwd: project.folder,
    clock: () => 0,
    today: () => '2026-01-31',
    now: () => '2026-01-31T00:00:00.000Z',
    signal: new AbortController().signal,
  };
  const code = await main(args, host);
  return { code, out: out.join(''), err: err.join('') };
}

interface Next {
  readonly files: readonly [string, string];
  readonly documents: number;
  readonly leftOut: number;
  readonly sheet: string;
  readonly queries: readonly { readonly query: string; readonly by: string }[];
  readonly target: { readonly rule: string; readonly outcome: string; readonly measure: string; readonly depth: number };
  readonly open: { readonly now: number; readonly after: number };
}

const next = async (...args: string[]): Promise<Next> => JSON.parse((await cutover('judge', 'next', '--json', ...args)).out) as Next;
const pairsOf = (tsv: string) =>
  tsv
    .split('\n')
    .slice(2)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));

/** Real weights; every second judgement of two topics is taken out, so that the policy's one rule stays open. */
beforeAll(async () => {
  project = await Project.create(['billing', 'account']);
  const [header = '', ...rows] = (await project.read('data/qrels/test.tsv')).trim().split('\n');
  const kept = rows.filter((row, i) => i % 3 !== 0 && !row.startsWith('billing-01'));
  await project.write('data/qrels/test.tsv', `${[header, ...kept].join('\n')}\n`);
  await project.write('policy.yaml', 'rules:\n  - { metric: annRecall@10, atLeast: 0.9 }\n  - { metric: nDCG@5, nonInferior: 0.0001 }\n');
  await project.configure({ extra: 'production: { rebuilds: 0 }' });
  const run = await project.run('run');
  expect([0, 1, 3]).toContain(run.code);
});

afterAll(() => project?.remove());

describe('judge next', () => {
  test('picks queries for the rule and lists their whole open pool to its cutoff', async () => {
    const result = await next('--n', '4');
    expect(result.target).toMatchObject({ rule: 'nDCG@5 nonInferior 0.0001 on served', measure: 'nDCG@5', depth: 5 });
    expect(result.queries).toHaveLength(4);
    expect(result.queries.every(({ by }) => by === 'spread')).toBe(true);
    expect(result.open.after).toBeLessThan(result.open.now);
    const pairs = pairsOf(await readFile(result.files[0], 'utf8'));
    expect(pairs).toHaveLength(result.documents);
    expect(new Set(pairs.map(([query]) => query))).toEqual(new Set(result.queries.map(({ query }) => query)));
    const all = await next('--n', '4', '--include-judged');
    expect(all.documents).toBe(result.documents + result.leftOut);
    expect(all.leftOut).toBe(0);
  });

  test('is the same bytes again, and keeps a table that someone began to fill in', async () => {
    const first = await next('--n', '2');
    const page = await readFile(first.files[1], 'utf8');
    await writeFile(first.files[0], 'filled in');
    expect(await next('--n', '2')).toEqual(first);
    expect(await readFile(first.files[0], 'utf8')).toBe('filled in');
    expect(await readFile(first.files[1], 'utf8')).toBe(page);
  });

  test('the sheet tells nothing of the versions: turned round, it is the same', async () => {
    const result = await next('--n', '6');
    const page = await readFile(result.files[1], 'utf8');
    expect(page).not.toMatch(/bge-small|score|served/);
    expect(page).not.toMatch(/"rank|rank":/);
    await project.configure({
      old: 'versions/bge-small-en-v1.5.yaml',
      new: 'versions/bge-small-en.yaml',
      extra: 'production: { rebuilds: 0 }',
    });
    expect([0, 1, 3]).toContain((await project.run('run', '-o', 'turned')).code);
    const turned = await next('--n', '6', '-o', 'turned');
    await project.configure({ extra: 'production: { rebuilds: 0 }' });
    expect(turned.sheet).toBe(result.sheet);
    // Which comparison a sheet is of is in it, for the log; which of the two found a document isn't.
    const blind = (text: string) => text.replaceAll(/evaluation=\w+ old=\w+ new=\w+/g, '');
    expect(blind(await readFile(turned.files[0], 'utf8'))).toBe(blind(await readFile(result.files[0], 'utf8')));
    expect(blind(await readFile(turned.files[1], 'utf8'))).toBe(blind(page));
  });

  test('queries without any judgement come after, drawn', async () => {
    const { queries } = await next('--n', '1000');
    const drawn = queries.filter(({ by }) => by === 'drawn').map(({ query }) => query);
    expect(drawn.sort()).toEqual(['billing-01a', 'billing-01b']);
    expect(queries.slice(-drawn.length).every(({ by }) => by === 'drawn')).toBe(true);
  });

  test.each([
    [['--n', '0'], '--n must be a whole number'],
    [['--depth', '1.5'], '--depth must be a whole number'],
    [['--rule', 'annRecall@10 atLeast 0.9 on served'], '--rule is not a rule of verdict.json that needs judgements'],
    [['-o', 'nowhere'], 'the step before this one has not run'],
  ])('%j is told', async (args, message) => {
    const { code, err } = await cutover('judge', 'next', ...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('judge import', () => {
  test('a sheet filled in, imported, measured again: the report says so', async () => {
    const result = await next('--n', '3');
    const [table, page] = result.files;
    await writeFile(table, await exportOf(page));
    const imported = await cutover('judge', 'import', table, '--judge', 'alice');
    expect(imported.err).toContain('Judged again 1 time so far');
    expect(imported.out).toBe(`judgements  ${result.documents} added, 0 replaced, 0 left as they were\n`);
    expect(imported.code).toBe(0);
    const stale = await cutover('judge', 'next');
    expect([stale.code, stale.err]).toEqual([2, expect.stringContaining('ARTIFACT_STALE')]);
    expect([0, 1, 3]).toContain((await project.run('run')).code);
    const evaluation = await project.json<Evaluation>('report', 'evaluation.json');
    expect(evaluation.dataset.judging).toMatchObject({ imports: 1, since: '2026-01-31', judges: ['alice'], added: result.documents });
    expect(await project.read('report', 'report.html')).toContain('1 time since 2026-01-31');
    const again = await next('--n', '3');
    expect(again.queries.map(({ query }) => query)).not.toContain(result.queries[0]?.query);
  });

  test('errors are exit 2 with file and line; without a subcommand the usage is told', async () => {
    await project.write('bad.tsv', 'query-id\tdocument-id\tgrade\nnone\tnone\t1\n');
    const { code, err } = await cutover('judge', 'import', 'bad.tsv', '--judge', 'bob');
    expect(code).toBe(2);
    expect(err).toContain('bad.tsv:2: query "none" is not in the data set');
    expect(existsSync(project.path('data', 'judgements', 'bob.tsv'))).toBe(false);
    expect((await cutover('judge', 'import', 'missing.tsv', '--judge', 'bob')).err).toContain('FILE_MISSING');
    expect((await cutover('judge')).code).toBe(2);
  });
});

/** What the page of a sheet would export with every document graded 1. */
async function exportOf(page: string): Promise<string> {
  const json = /<script type="application\/json" id="sheet">(.*)<\/script>/.exec(await readFile(page, 'utf8'))?.[1] ?? '';
  const sheet = JSON.parse(json) as { mark: string; items: { cell: string; documents: { cell: string }[] }[] };
  const rows = sheet.items.flatMap(({ cell, documents }) => documents.map((document) => `${cell}\t${document.cell}\t1`));
  return `${[sheet.mark, 'query-id\tdocument-id\tgrade', ...rows].join('\n')}\n`;
}
