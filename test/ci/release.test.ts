import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateWorkflow } from '@action-validator/core';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sha256 } from '../../src/core/hash.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { bash, ROOT } from './script.ts';

const root = temporaryFolder();
const WORKFLOW = readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8');

interface Job {
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly name?: string; readonly run?: string; readonly uses?: string; readonly with?: object }[];
}
const { on, permissions, jobs } = parse(WORKFLOW) as {
  on: { push: { tags: string[] } };
  permissions: Record<string, string>;
  jobs: { build: Job; publish: Job; site: Job };
};

describe('the release workflow', () => {
  test('fits the schema of workflows and starts by a tag only', () => {
    // A permission that GitHub has had since 2024 and the validator's schema does not know.
    expect(validateWorkflow(WORKFLOW.replace(/^ +attestations: write\n/m, ''))).toMatchObject({ errors: [] });
    expect(on).toEqual({ push: { tags: ['v*'] } });
  });

  test('publishes after everything was checked; only that job may write', () => {
    const lines = (job: Job) => job.steps.flatMap(({ run, uses }) => run ?? uses ?? []);
    const order = ['release/check.mjs', '.ci/run', 'release/pack.sh', 'upload-artifact'];
    const places = order.map((part) => lines(jobs.build).findIndex((line) => line.includes(part)));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toMatch(/^npm ci [\s\S]*^npm run check [\s\S]*^npm test /m);
    expect([permissions, jobs.build.permissions, jobs.publish.needs]).toEqual([{ contents: 'read' }, undefined, 'build']);
    expect(jobs.publish.permissions).toEqual({ contents: 'write', 'id-token': 'write', attestations: 'write' });
    expect(lines(jobs.publish).join('\n')).toMatch(/attest-build-provenance[\s\S]*publish\.sh[\s\S]*github\.sh/);
  });

  test('publishes the site that it built, after the package; only that job may write pages', () => {
    const built = jobs.build.steps.findIndex(({ run }) => run?.includes('npm run docs:site'));
    expect(built).toBeGreaterThan(jobs.build.steps.findIndex(({ run }) => run?.includes('.ci/run')));
    expect(jobs.build.steps[built + 1]).toMatchObject({
      uses: expect.stringMatching(/^actions\/upload-pages-artifact@[0-9a-f]{40}$/),
      with: { path: 'docs/.vitepress/dist' },
    });
    expect([jobs.site.needs, jobs.site.permissions]).toEqual(['publish', { pages: 'write', 'id-token': 'write' }]);
    expect(jobs.site.steps.map(({ uses }) => uses)).toEqual([expect.stringMatching(/^actions\/deploy-pages@[0-9a-f]{40}$/)]);
  });

  test('hands no expression to a shell, and names scripts that are there', () => {
    const runs = [...jobs.build.steps, ...jobs.publish.steps].flatMap(({ run }) => run ?? []);
    for (const run of runs) expect(run).not.toContain('${{');
    const named = runs.flatMap((run) => /scripts\/release\/([\w.]+)/.exec(run)?.[1] ?? []);
    expect(named.sort()).toEqual(readdirSync(join(ROOT, 'scripts/release')).sort());
  });
});

const LOG = '# Changelog\n\n## Unreleased\n\n- later\n\n## 1.2.0 (2026-11-30)\n\n- what is new\n\n## 1.1.0\n\n## 1.0.0\n\n- first\n';
const PACKAGE = { name: 'tool', version: '1.2.0', files: ['index.js'], scripts: { build: 'echo "export {};" > index.js' } };

/** A package about to be released. */
function released(changed: object = {}, lock = PACKAGE.version): string {
  const folder = mkdtempSync(join(root, 'release-'));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write('package.json', JSON.stringify({ ...PACKAGE, ...changed }));
  write('package-lock.json', JSON.stringify({ version: lock, packages: { '': { version: lock } } }));
  write('CHANGELOG.md', LOG);
  cpSync(join(ROOT, 'scripts/release'), join(folder, 'scripts/release'), { recursive: true });
  return folder;
}

const check = (folder: string, tag: string, env = {}) => bash(`node scripts/release/check.mjs '${tag}' notes.md`, { cwd: folder, env });

describe('a tag that is checked', () => {
  test('agrees: its notes are the section of the changelog, no more', async () => {
    const folder = released();
    expect(await check(folder, 'v1.2.0')).toEqual({ code: 0, log: 'tool 1.2.0: tag, package and changelog agree\n' });
    expect(readFileSync(join(folder, 'notes.md'), 'utf8')).toBe('- what is new\n');
  });

  test.each([
    ['1.2.0', {}, '1.2.0', /1\.2\.0 is no tag of a version/],
    ['v1.2', {}, '1.2.0', /v1\.2 is no tag of a version/],
    ['v1.3.0', {}, '1.2.0', /package\.json says 1\.2\.0, the tag 1\.3\.0[\s\S]*CHANGELOG\.md has no section "## 1\.3\.0"/],
    ['v1.2.0', {}, '1.1.0', /package-lock\.json says 1\.1\.0/],
    ['v1.1.0', { version: '1.1.0' }, '1.1.0', /the section 1\.1\.0 of CHANGELOG\.md is empty/],
    ['v1.2.0-rc.1', { version: '1.2.0-rc.1' }, '1.2.0-rc.1', /no section "## 1\.2\.0-rc\.1"/],
  ])('%s of %j and lock %s is refused', async (tag, changed, lock, words) => {
    const folder = released(changed, lock);
    const { code, log } = await check(folder, tag);
    expect(code).toBe(2);
    expect(log).toMatch(words);
    expect(readdirSync(folder)).not.toContain('notes.md');
  });

  test('of a repository that package.json does not name is refused: npm would refuse its provenance', async () => {
    const env = { GITHUB_SERVER_URL: 'https://forge.example', GITHUB_REPOSITORY: 'acme/tool' };
    const refused = await check(released(), 'v1.2.0', env);
    expect(refused).toMatchObject({
      code: 2,
      log: expect.stringContaining('"repository" has to be git+https://forge.example/acme/tool.git'),
    });
    const named = released({ repository: { type: 'git', url: 'git+https://forge.example/acme/tool.git' } });
    expect((await check(named, 'v1.2.0', env)).code).toBe(0);
  });
});

/** Programs that need a registry or a forge: they write down what they are asked to do. */
function recorded(folder: string): { readonly env: Record<string, string>; asked(): string } {
  const bin = join(folder, 'recorders');
  mkdirSync(bin);
  writeFileSync(join(bin, 'gh'), `#!/usr/bin/env bash\necho "gh $*" >> "${bin}/asked"\n`);
  // Everything of npm runs but the publishing.
  const real = `PATH=$(echo "$PATH" | sed 's#^[^:]*:##') exec npm "$@"`;
  writeFileSync(join(bin, 'npm'), `#!/usr/bin/env bash\nif [ "$1" = publish ]; then echo "npm $*" >> "${bin}/asked"; else ${real}; fi\n`);
  for (const name of ['gh', 'npm']) chmodSync(join(bin, name), 0o755);
  return { env: { PATH: `${bin}:${process.env.PATH}`, NODE_AUTH_TOKEN: 'secret' }, asked: () => readFileSync(join(bin, 'asked'), 'utf8') };
}

describe('a package that is published', () => {
  test('is the one that was packed, under its SHA-256; the token is in no file', async () => {
    const folder = released();
    const { env, asked } = recorded(folder);
    const run = (command: string) => bash(`bash scripts/release/${command}`, { cwd: folder, env });
    const packed = await run('pack.sh out');
    expect(packed.code, packed.log).toBe(0);
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['SHA256SUMS', 'tool-1.2.0.tgz']);
    const hash = sha256(readFileSync(join(folder, 'out/tool-1.2.0.tgz')));
    expect(readFileSync(join(folder, 'out/SHA256SUMS'), 'utf8')).toBe(`${hash}  tool-1.2.0.tgz\n`);

    for (const tag of ['v1.2.0', 'v1.2.0-rc.1']) {
      const published = await run(`publish.sh out ${tag}`);
      expect(published.code, published.log).toBe(0);
      expect((await run(`github.sh out ${tag} notes.md`)).code).toBe(0);
    }
    expect(asked().split('\n')).toEqual([
      'npm publish ./tool-1.2.0.tgz --provenance --access public --tag latest',
      'gh release create v1.2.0 --verify-tag --title v1.2.0 --notes-file notes.md out/tool-1.2.0.tgz out/SHA256SUMS',
      'npm publish ./tool-1.2.0.tgz --provenance --access public --tag next',
      'gh release create v1.2.0-rc.1 --verify-tag --title v1.2.0-rc.1 --notes-file notes.md --prerelease out/tool-1.2.0.tgz out/SHA256SUMS',
      '',
    ]);
    for (const file of readdirSync(join(folder, 'out'))) expect(readFileSync(join(folder, 'out', file), 'latin1')).not.toContain('secret');
  });

  test('is refused where it is another than was packed, or there is no token', async () => {
    const folder = released();
    const { env } = recorded(folder);
    expect((await bash('bash scripts/release/pack.sh out', { cwd: folder, env })).code).toBe(0);
    const silent = await bash('bash scripts/release/publish.sh out v1.2.0', { cwd: folder, env: { ...env, NODE_AUTH_TOKEN: '' } });
    expect(silent).toMatchObject({ code: 1, log: expect.stringContaining('is the token of the package registry') });
    writeFileSync(join(folder, 'out/tool-1.2.0.tgz'), 'another');
    const changed = await bash('bash scripts/release/publish.sh out v1.2.0', { cwd: folder, env });
    expect(changed).toMatchObject({ code: 1, log: expect.stringContaining('FAILED') });
    expect(readdirSync(join(folder, 'recorders'))).not.toContain('asked');
  });
});
