import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { commandLine } from './command-line.ts';

const folder = temporaryFolder();
const cutover = commandLine(folder);
const put = (name: string, lines: readonly string[]) => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);

for (const side of ['a', 'b'])
  for (const role of ['query', 'document'])
    put(`${side}.${role}.jsonl`, [JSON.stringify({ id: 'x', vector: side === 'a' ? [1, 0] : [0, 1] })]);

/** A version of precomputed vectors: nothing is loaded for its fingerprint. */
function version(file: string, { id, tag, side }: { id: string; tag: string; side: string }, more: readonly string[] = []): void {
  const vectors = `{ query: ${side}.query.jsonl, document: ${side}.document.jsonl }`;
  put(file, [`id: ${id}`, 'embedder: precomputed', `tag: ${tag}`, `vectors: ${vectors}`, ...more]);
}

version('old.yaml', { id: 'first', tag: 't-1', side: 'a' });
version('new.yaml', { id: 'second', tag: 't-2', side: 'b' }, ['normalize: true']);
version('renamed.yaml', { id: 'renamed', tag: 't-1', side: 'a' });
version('other-files.yaml', { id: 'first', tag: 't-1', side: 'b' });

describe('versions diff', () => {
  test('names exactly the fields that differ, and says that everything is embedded again', async () => {
    const { code, out } = await cutover('versions', 'diff', 'old.yaml', 'new.yaml', '--json');
    expect(code).toBe(0);
    const diff = JSON.parse(out);
    expect(diff.differing).toEqual([
      { field: 'normalize', old: 'false', new: 'true' },
      { field: 'tag', old: 't-1', new: 't-2' },
    ]);
    expect(diff.agreeing.map(({ field }: { field: string }) => field)).toEqual(['dimension', 'dimensions', 'embedder']);
    expect(diff.names.map(({ field }: { field: string }) => field)).toEqual(['documents', 'id', 'queries']);
    expect(diff.embedAgain).toBe('everything');
    const text = await cutover('versions', 'diff', 'old.yaml', 'new.yaml');
    expect(text.out).toMatch(/2 of 5 fields that decide vectors differ:\n +normalize +false +true\n +tag +t-1 +t-2\n/);
    expect(text.out).toMatch(/every text has to be embedded again/);
  });

  test('of one version under two names embeds nothing again', async () => {
    const { out } = await cutover('versions', 'diff', 'old.yaml', 'renamed.yaml');
    expect(out).toMatch(/All 5 fields that decide vectors agree/);
    expect(out).toMatch(/Names, which decide nothing:\n +id +first +renamed\n/);
    expect(out).toMatch(/nothing has to be embedded again/);
  });

  test('of one tag over other vector files says so', async () => {
    const { out } = await cutover('versions', 'diff', 'old.yaml', 'other-files.yaml', '--json');
    expect(JSON.parse(out)).toMatchObject({ differing: [], embedAgain: 'vectors' });
  });
});

describe('versions show', () => {
  test('prints the fingerprint with what it was taken of, and needs no configuration for a file', async () => {
    const { code, out } = await cutover('versions', 'show', 'new.yaml');
    expect(code).toBe(0);
    expect(out).toMatch(/^second {2}[0-9a-f]{64} {2}unverifiable/);
    expect(out).toMatch(/normalize +true/);
    expect(out).toMatch(/\(queries\) +b\.query\.jsonl/);
  });

  test('without a configuration a name is refused, and so is the default', async () => {
    expect(await cutover('versions', 'show')).toMatchObject({ code: 2, out: '' });
    const { code, err } = await cutover('versions', 'diff', 'old', 'new.yaml');
    expect(code).toBe(2);
    expect(err).toContain('CONFIG_MISSING');
  });

  test('takes old, new and ids of the configuration', async () => {
    put('cutover.yaml', ['dataset: nowhere', 'old: old.yaml', 'new: new.yaml', 'stores: { live: { kind: arrow, path: store } }']);
    const { out } = await cutover('versions', 'show', '--json');
    expect(JSON.parse(out).map((shown: { version: { id: string } }) => shown.version.id)).toEqual(['first', 'second']);
    expect((await cutover('versions', 'diff', 'first', 'new')).out).toContain('2 of 5');
    const unknown = await cutover('versions', 'show', 'third');
    expect(unknown).toMatchObject({ code: 2, out: '' });
    expect(unknown.err).toContain('first, second');
  });
});

describe('completion', () => {
  const complete = async (...words: string[]) => {
    const { code, out } = await cutover('--get-yargs-completions', 'cutover', ...words);
    expect(code).toBe(0);
    return out.trim().split('\n');
  };

  test('the script calls back, and the callback knows commands, options and choices', async () => {
    const script = await cutover('completion');
    expect(script.code).toBe(0);
    expect(script.out).toContain('cutover --get-yargs-completions');
    // A shell that yargs knows as zsh or fish gets descriptions behind the names.
    const names = (lines: readonly string[]) => lines.map((line) => line.split(/[:\t]/)[0]);
    expect(names(await complete(''))).toEqual(expect.arrayContaining(['run', 'versions', 'completion']));
    expect(names(await complete('versions', ''))).toEqual(['show', 'diff']);
    expect(names(await complete('run', '--'))).toEqual(expect.arrayContaining(['--config', '--as-of']));
    expect(names(await complete('tag', 'apply', 'live', '--attest', ''))).toEqual(['all', 'sample']);
  });

  test('names of stores and versions come from the configuration', async () => {
    expect(await complete('audit', '')).toEqual(['live']);
    expect(await complete('verify', 'certificate.json', '--store', '')).toEqual(['live']);
    expect(await complete('audit', 'live', '--expect', '')).toEqual(['old', 'new', 'first', 'second']);
    expect(await complete('versions', 'diff', 'old', '')).toContain('second');
    expect(await complete('audit', '-')).toContain('--expect');
  });

  test('a broken configuration is no error in the middle of a line', async () => {
    put('broken.yaml', ['dataset: [']);
    const { code, out, err } = await cutover('--get-yargs-completions', 'cutover', 'audit', '-c', 'broken.yaml', '--store', '');
    expect({ code, out, err }).toEqual({ code: 0, out: '', err: '' });
  });
});
