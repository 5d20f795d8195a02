import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { bash, ROOT } from './script.ts';

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const action = parse(text('action.yml')) as {
  inputs: Record<string, { description: string; default: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: Step[] };
};
const { steps } = action.runs;

describe('action.yml', () => {
  test('fits the schema of actions', () => {
    expect(validateAction(text('action.yml'))).toMatchObject({ errors: [] });
    expect(validateAction(text('action.yml').replace('using: composite', 'using: nothing'))).not.toMatchObject({ errors: [] });
  });

  test('every step that runs something runs one script of ci/github, by bash, without an expression in it', () => {
    const run = steps.flatMap((step) => (step.run === undefined ? [] : [step]));
    const names = run.map((step) => /^bash "\$GITHUB_ACTION_PATH\/ci\/github\/([\w-]+)\.sh"$/.exec(step.run ?? '')?.[1]);
    expect(names).toEqual(['install', 'cache-key', 'run', 'annotate', 'summary', 'comment', 'finish']);
    for (const step of run) expect(step.shell).toBe('bash');
    for (const name of names) expect(statSync(join(ROOT, `ci/github/${name}.sh`)).mode & 0o111, name).not.toBe(0);
  });

  test('names only inputs, steps and outputs that are there', () => {
    const whole = text('action.yml');
    const used = [...whole.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(Object.keys(action.inputs).sort());
    const ids = new Set(steps.flatMap(({ id }) => id ?? []));
    const scripts = `${text('ci/lib/outputs.mjs')}${text('ci/github/cache-key.sh')}${text('ci/github/install.sh')}`;
    for (const [, id = '', output = ''] of whole.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
      expect(ids, id).toContain(id);
      if (id !== 'cache') expect(scripts, output).toContain(output);
    }
  });
});

test.each(['.github/workflows/cutover.yml', 'ci/github/workflow.yml'])('%s fits the schema of workflows', (file) => {
  expect(validateWorkflow(text(file))).toMatchObject({ errors: [] });
  expect(text(file)).toContain('fetch-depth: 0');
});

test('every script is bash that parses', async () => {
  const { code, log } = await bash('for f in ci/*/*.sh; do bash -n "$f"; done; ls ci/*/*.sh | wc -l', { cwd: ROOT, env: {} });
  expect([code, log.trim()]).toEqual([0, '10']);
});

test('the GitLab template runs the script beside it and keeps what GitLab shows', () => {
  const { cutover } = parse(text('ci/gitlab/cutover.gitlab-ci.yml')) as {
    cutover: { script: string[]; variables: Record<string, string>; artifacts: { when: string; reports: { junit: string[] } } };
  };
  expect(cutover.script.at(-1)).toBe('bash .cutover-base/node_modules/cutover/ci/gitlab/run.sh');
  expect(cutover.artifacts).toMatchObject({
    when: 'always',
    reports: { junit: ['reports/cutover/junit.xml', 'reports/cutover/change.xml'] },
  });
  expect(cutover.variables.CUTOVER_OUTPUT).toBe('reports/cutover');
});

test('the package holds what the templates name', () => {
  expect(JSON.parse(text('package.json')).files).toEqual(expect.arrayContaining(['ci', 'action.yml']));
});
