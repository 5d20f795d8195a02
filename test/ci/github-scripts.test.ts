import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ChangeRecord } from '../../src/model/lock.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { Forge } from './forge.ts';
import { bash, ROOT, StepFiles } from './script.ts';

const change: ChangeRecord = {
  kind: 'cutover.change',
  schemaVersion: 1,
  state: 'silent-bump',
  headline: 'one changed, 100%\r\n::error::fake',
  facts: ['weights: a → b'],
  next: 'Restore it.',
  base: { ref: 'main', commit: 'abc' },
  lock: 'search/cut,over:1.lock',
  evaluated: false,
  exitCode: 1,
};
const rule = (id: string, outcome = 'fail') => ({ id, outcome, decides: true, expected: 'x', found: 'y', reason: 'z', next: '' });

/** A report folder that holds what a run would have left. */
function report(files: Readonly<Record<string, unknown>>): string {
  const folder = join(temporaryFolder(), 'report');
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

const script = (name: string, folder: string, env: Readonly<Record<string, string | undefined>> = {}) =>
  bash(`bash ${ROOT}/ci/github/${name}.sh`, { cwd: ROOT, env: { CUTOVER_OUTPUT: folder, ...env } });

describe('annotations', () => {
  test('a lock that is refused: one error, with nothing in it that could end the command', async () => {
    const { code, log } = await script(
      'annotate',
      report({ 'change.json': change, 'verdict.json': { rules: [rule('of an earlier run')] } }),
    );
    expect(code).toBe(0);
    expect(log).toBe(
      '::error file=search/cut%2Cover%3A1.lock,line=1,title=cutover.lock::one changed, 100%25 %0A: :error::fake%0Aweights: a → b%0ARestore it.\n',
    );
  });

  test('a note too long for a comment keeps the first lines: what judges otherwise, before what the evaluation found', async () => {
    const facts = ['policy: nDCG@10 margin 0.2 → 0.9', ...Array.from({ length: 400 }, (_, i) => `stores backup-${i}: ${'a'.repeat(300)}`)];
    const lines = `✅ the lock\n\n${facts.map((fact) => `- ${fact}`).join('\n')}\n`;
    const summary = `## ✅ Pass\n\n<details>\n${'| row |\n'.repeat(10_000)}</details>\n`;
    for (const evaluated of [true, false]) {
      const folder = report({
        'change.json': { ...change, facts, evaluated },
        'change.md': lines,
        ...(evaluated ? { 'verdict.json': { rules: [] }, 'summary.md': summary } : {}),
      });
      const env = { CUTOVER_OUTPUT: folder, CUTOVER_EXIT_CODE: '0' };
      const { log } = await bash(`node ${ROOT}/ci/lib/body.mjs --bytes 20000`, { cwd: ROOT, env });
      expect(Buffer.byteLength(log)).toBeLessThanOrEqual(20_000);
      expect(log).toContain('\n- policy: nDCG@10 margin 0.2 → 0.9\n- stores backup-0');
      expect(log).toContain('The rest was left out for length');
      expect(log.match(/<details>/g)?.length).toBe(log.match(/<\/details>/g)?.length);
      if (evaluated) expect(log).toMatch(/^## ✅ Pass/);
    }
  });

  test('nothing that a lock or a log holds redraws a line or turns the text around', async () => {
    const hidden = '\u001b[2K\u001b[1A\u001b[32mPASS\u001b[0m \u202egpj.exe \u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007';
    const { log } = await script('annotate', report({ 'change.json': { ...change, facts: [hidden] } }));
    expect(log).toContain('%0APASS  gpj.exe click%0A');
    const failed = report({ 'cutover.log': `internal error ${hidden}` });
    const { log: note } = await bash(`node ${ROOT}/ci/lib/body.mjs --bytes 10000`, {
      cwd: ROOT,
      env: { CUTOVER_OUTPUT: failed, CUTOVER_EXIT_CODE: '2' },
    });
    expect(note).toContain('internal error PASS  gpj.exe click');
  });

  test('failed rules are errors, undecided ones warnings, ten at most', async () => {
    const rules = [
      rule('slice=a,b:c\n::warning::x'),
      rule('open', 'inconclusive'),
      rule('fine', 'pass'),
      { ...rule('informs'), decides: false },
    ];
    const evaluated = { ...change, state: 'not-passed', evaluated: true };
    const { log } = await script('annotate', report({ 'change.json': evaluated, 'verdict.json': { rules } }), {
      CUTOVER_CONFIG: 'a/cutover.yaml',
    });
    expect(log.trimEnd().split('\n')).toEqual([
      '::error file=a/cutover.yaml,line=1,title=slice=a%2Cb%3Ac%0A%3A %3Awarning%3A%3Ax::expected x%0Afound y%0Az',
      '::warning file=a/cutover.yaml,line=1,title=open::expected x%0Afound y%0Az',
    ]);
    const many = Array.from({ length: 25 }, (_, i) => rule(`r${i}`));
    const { log: shortened } = await script('annotate', report({ 'change.json': evaluated, 'verdict.json': { rules: many } }));
    expect(shortened.trimEnd().split('\n')).toHaveLength(10);
    expect(shortened).toContain('and 16 more');
  });

  test('what could not be evaluated says why', async () => {
    const { log } = await script('annotate', report({ 'cutover.log': 'embed 3 texts\nerror LOCK_MISSING  no lock\nnext  make one\n' }));
    expect(log).toContain('title=cutover could not evaluate::error LOCK_MISSING  no lock%0Anext  make one');
  });
});

test('the job summary stays under 1 MiB, whatever it is in bytes', async () => {
  const files = new StepFiles();
  const paragraphs = Array.from({ length: 400 }, () => 'ä'.repeat(3000)).join('\n\n');
  const folder = report({
    'change.json': { ...change, evaluated: true },
    'verdict.json': { rules: [] },
    'summary.md': `<details>\n\n${paragraphs}`,
  });
  expect((await script('summary', folder, files.env)).code).toBe(0);
  const bytes = Buffer.byteLength(files.summary);
  expect(bytes).toBeLessThanOrEqual(1024 * 1024);
  expect(bytes).toBeGreaterThan(1024 * 1024 - 10_000);
  expect(files.summary).toMatch(/<\/details>\n\nThe rest was left out for length/);
});

describe('the comment', () => {
  let forge: Forge;
  let files: StepFiles;
  beforeAll(async () => {
    forge = await Forge.start();
  });
  afterAll(() => forge.stop());
  beforeEach(() => {
    forge.comments.length = 0;
    forge.requests.length = 0;
    forge.status = 0;
    files = new StepFiles();
    files.event = pullRequest('org/search');
  });
  const pullRequest = (from: string) => ({ pull_request: { number: 5, head: { repo: { full_name: from } } } });
  const comment = (folder: string, env = {}) =>
    script('comment', folder, {
      ...files.env,
      GITHUB_API_URL: forge.url,
      GITHUB_REPOSITORY: 'org/search',
      GITHUB_RUN_ID: '77',
      CUTOVER_TOKEN: 'secret',
      CUTOVER_RETRY_MS: '1',
      ...env,
    });
  const small = () => report({ 'change.json': change, 'change.md': '❌ **silent**\n' });

  test('is posted once, then updated, also behind a hundred others', async () => {
    forge.fill(130);
    expect((await comment(small())).log).toContain('comment created');
    expect((await comment(report({ 'change.json': change, 'change.md': 'second' }))).log).toContain('comment updated');
    expect(forge.comments).toHaveLength(131);
    const { body } = forge.comments[130] ?? { body: '' };
    expect(body).toMatch(/^<!-- cutover: cutover\.yaml -->\n## Embedding cutover/);
    expect(body).toContain('second');
    expect(body).toContain('https://github.com/org/search/actions/runs/77');
    expect(forge.requests.at(-1)).toBe('PATCH /repos/org/search/issues/comments/131 Bearer secret');
  });

  test('is one for each configuration', async () => {
    await comment(small());
    await comment(small(), { CUTOVER_CONFIG: 'other--> x.yaml' });
    expect(forge.comments.map(({ body }) => body.split('\n')[0])).toEqual([
      '<!-- cutover: cutover.yaml -->',
      '<!-- cutover: other____x.yaml -->',
    ]);
  });

  test('is cut to what GitHub takes, between lines', async () => {
    const long = Array.from({ length: 3000 }, (_, i) => `paragraph ${i} ${'x'.repeat(60)}`).join('\n\n');
    await comment(
      report({ 'change.json': { ...change, evaluated: true }, 'verdict.json': { rules: [] }, 'summary.md': `<details>\n\n${long}` }),
    );
    const { body } = forge.comments[0] ?? { body: '' };
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body.length).toBeGreaterThan(64_000);
    // Where the report is stands below it all the same.
    expect(body).toMatch(/x{60}\n*<\/details>\n\nThe rest was left out for length; the full report has it\.\n[^x]*actions\/runs\/77\)$/);
  });

  test.each([
    ["a fork's pull request", () => (files.event = pullRequest('someone/search')), 'comes from a fork'],
    ['a deleted fork', () => (files.event = { pull_request: { number: 5, head: { repo: null } } }), 'comes from a fork'],
    ['a push', () => (files.event = {}), 'of no pull request'],
    ['a token that may only read', () => (forge.status = 403), 'the token may not'],
  ])('is left out with a notice for %s', async (_, arrange, words) => {
    arrange();
    const { code, log } = await comment(small());
    expect([code, log]).toEqual([0, expect.stringMatching(new RegExp(`^::notice::no comment was written: .*${words}`))]);
    expect(forge.comments).toEqual([]);
  });

  test('is left out without a token, before anything is asked', async () => {
    expect((await comment(small(), { CUTOVER_TOKEN: '' })).log).toContain('there is no token');
    expect(forge.requests).toEqual([]);
  });

  test('is tried again where the server falters; where it stays down, a warning and no failure', async () => {
    forge.failures = 1;
    expect((await comment(small())).log).toContain('comment created');
    forge.status = 500;
    const { code, log } = await comment(small());
    expect([code, log]).toEqual([0, expect.stringContaining('::warning::the comment on the pull request was not written')]);
  });

  test('of a run that could not be evaluated is fenced off', async () => {
    await comment(report({ 'cutover.log': 'error CONFIG_INVALID  ```@all\n' }));
    expect(forge.comments[0]?.body).toContain('could not be evaluated\n\n````text\nerror CONFIG_INVALID  ```@all\n````');
  });
});

test('finish ends with the code of the run, and with 2 where there is none', async () => {
  for (const [given, code] of [
    ['0', 0],
    ['1', 1],
    ['3', 3],
    ['', 2],
  ] as const)
    expect((await script('finish', ROOT, { CUTOVER_EXIT_CODE: given })).code, given).toBe(code);
});

describe('install', () => {
  test('takes the code of the action where the project has none, and refuses what is no version', async () => {
    const files = new StepFiles();
    const run = (env = {}) => bash(`bash ${ROOT}/ci/github/install.sh`, { cwd: temporaryFolder(), env: { ...files.env, ...env } });
    expect((await run()).code).toBe(0);
    expect(files.outputs).toEqual({ bin: join(ROOT, 'dist/cli/bin.js') });
    expect((await run({ CUTOVER_VERSION: '1;id', RUNNER_TEMP: files.folder })).code).toBe(2);
  });

  test("takes the project's own where it is installed", async () => {
    const [files, project] = [new StepFiles(), temporaryFolder()];
    mkdirSync(join(project, 'node_modules/cutover/dist/cli'), { recursive: true });
    writeFileSync(join(project, 'node_modules/cutover/dist/cli/bin.js'), '');
    await bash(`bash ${ROOT}/ci/github/install.sh`, { cwd: project, env: files.env });
    expect(files.outputs.bin).toMatch(/node_modules\/cutover\/dist\/cli\/bin\.js$/);
  });

  test('of a pull request: by what the base installs, whatever the change put into its node_modules', async () => {
    const [files, project] = [new StepFiles(), temporaryFolder()];
    const write = (file: string, content: string) => {
      mkdirSync(join(project, file, '..'), { recursive: true });
      writeFileSync(join(project, file), content);
    };
    const git = (command: string) => bash(`git -c user.name=a -c user.email=a@b.c ${command}`, { cwd: project, env: { HOME: project } });
    const install = async (base: string) => {
      write('event.json', JSON.stringify({ pull_request: { base: { sha: base } } }));
      return bash('bash node_modules/cutover/ci/github/install.sh', {
        cwd: project,
        env: {
          ...files.env,
          HOME: project,
          RUNNER_TEMP: files.folder,
          GITHUB_BASE_REF: 'main',
          GITHUB_EVENT_PATH: join(project, 'event.json'),
        },
      });
    };
    write('tool/package.json', '{ "name": "cutover", "version": "1.0.0" }');
    write('tool/dist/cli/bin.js', "console.log('fails')");
    write('tool/ci/github/install.sh', readFileSync(join(ROOT, 'ci/github/install.sh'), 'utf8'));
    write('package.json', '{ "private": true }');
    write('.gitignore', 'node_modules\n');
    await git('init --quiet --initial-branch main');
    await git('add --all');
    await git('commit --quiet --message "no tool yet"');
    const without = (await git('rev-parse HEAD')).log.trim();
    write('package.json', '{ "private": true, "devDependencies": { "cutover": "file:tool" } }');
    expect((await bash('npm install --offline --no-audit --no-fund', { cwd: project, env: { HOME: project } })).code).toBe(0);
    await git('add --all');
    await git('commit --quiet --message tool');
    const base = (await git('rev-parse HEAD')).log.trim();
    write('tool/dist/cli/bin.js', "console.log('passes')");
    await git('add --all');
    await git('commit --quiet --message "a kinder tool"');
    const refused = await install(without);
    expect([refused.code, refused.log]).toEqual([2, expect.stringContaining('does not depend on cutover yet')]);
    await bash(`rm -rf ${join(files.folder, 'cutover')}; git worktree prune`, { cwd: project, env: { HOME: project } });
    const { code, log } = await install(base);
    expect([code, log]).toEqual([0, expect.stringContaining('lock file of the base')]);
    expect((await bash(`node ${files.outputs.bin}`, { cwd: project, env: {} })).log).toContain('fails');
  });
});
