import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { configJsonSchema, policyJsonSchema, versionJsonSchema } from '../../src/config/json-schema.ts';
import { ERRORS } from '../../src/core/errors.ts';
import { REGISTRY } from '../../src/measure/registry.ts';

interface Generator {
  referencePages(source: object): Promise<Record<string, string>>;
  helpOf(run: typeof main): (argv: readonly string[]) => Promise<string>;
}

/** A maintainers' script in plain JavaScript, so it has no types of its own. */
const script = new URL('../../scripts/reference.mjs', import.meta.url).href;
const { referencePages, helpOf } = (await import(/* @vite-ignore */ script)) as Generator;

const pages = await referencePages({
  metrics: REGISTRY,
  schemas: { config: configJsonSchema(), version: versionJsonSchema(), policy: policyJsonSchema() },
  errors: ERRORS,
  help: helpOf(main),
  troubleshooting: readFileSync(new URL('../../docs/guides/troubleshooting.md', import.meta.url), 'utf8'),
});

const page = (name: string): string => pages[name] ?? '';
const headings = (name: string, level: string): string[] =>
  [...page(name).matchAll(new RegExp(`^${level} (.*)$`, 'gm'))].map(([, text = '']) => text);

describe('reference pages', () => {
  test.each(Object.keys(pages))('%s is what `npm run docs` writes', (name) => {
    const committed = readFileSync(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8');
    expect(committed, 'stale: run `npm run docs`').toBe(page(name));
  });

  test('every metric of the registry has its section with formula, range, direction and source', () => {
    const metrics = Object.values(REGISTRY).flat();
    expect(headings('metrics.md', '###')).toEqual(metrics.map(({ id }) => id));
    for (const fact of ['Formula', 'Range', 'Better when', 'Source'])
      expect(page('metrics.md').match(new RegExp(`^- ${fact}: \\S`, 'gm'))).toHaveLength(metrics.length);
    expect(page('metrics.md')).toContain('[doi:10.1145/582415.582418](https://doi.org/10.1145/582415.582418)');
    expect(page('metrics.md')).not.toMatch(/undefined|\[object/);
  });

  test('every key of configuration, version and policy has a row with a type and a text', () => {
    const rows = page('config.md')
      .split('\n')
      .filter((line) => /^\| `/.test(line));
    expect(rows.length).toBeGreaterThan(60);
    for (const row of rows) expect(row).toMatch(/^\| `[^`]+` \| \S.* \| .* \| \S.* \|$/);
    for (const key of ['search.hnsw.efSearch', 'consumers[].threshold', 'rules[].noHarm', 'prefixes.query', 'vectors.query.ids'])
      expect(page('config.md')).toContain(`| \`${key}\` |`);
    expect(page('config.md')).toContain('[version](#version)');
  });

  test('every error of the catalogue, and every command with its own commands', () => {
    expect(headings('errors.md', '##')).toEqual(Object.keys(ERRORS));
    expect(page('errors.md')).toContain('*See:* [tags, migration and rollback](../guides/tags-and-rollback.md).');
    expect(page('errors.md')).toContain('*See:* [configuration](config.md), [metrics](metrics.md), [thresholds](../guides/thresholds.md).');
    const commands = headings('cli.md', '##');
    expect(commands[0]).toBe('cutover');
    for (const command of ['cutover run', 'cutover gate', 'cutover cache prune', 'cutover judge next', 'cutover judge import'])
      expect(commands).toContain(command);
    expect(new Set(commands).size).toBe(commands.length);
    // A page a command, with the help of its own commands.
    expect(Object.keys(pages).filter((name) => name.startsWith('cli/'))).toEqual([
      ...new Set(commands.slice(1).map((command) => `cli/${command.split(' ')[1]}.md`)),
    ]);
    expect(headings('cli/judge.md', '#')).toEqual(['cutover judge']);
    expect(headings('cli/judge.md', '##')).toEqual(commands.filter((command) => command.startsWith('cutover judge ')));
  });
});
