import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CANARY_TEXTS } from '../../../src/embed/canary-texts.ts';
import { openEmbedder } from '../../../src/embed/registry.ts';
import type { VersionSpec } from '../../../src/model/version.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { embedderContract } from '../contract.ts';
import { context, embedAll, itemsOf, refusal, spec, vectorsOf } from '../support.ts';

const folder = temporaryFolder();
let count = 0;

function written(source: string): string {
  const file = join(folder, `${count++}.mjs`);
  writeFileSync(file, source);
  return file;
}

function version(file: string, changes: Partial<VersionSpec> = {}): VersionSpec {
  return spec({ embedder: 'module', module: file, normalize: false, ...changes });
}

const open = (changed: VersionSpec) => openEmbedder(changed, context());

/** Answers with the text's length and its count of the letter e. */
const COUNTING = 'export const embed = async (texts) => texts.map((text) => [text.length, text.split("e").length]);';

embedderContract('module', {
  open: (_, kept) => {
    const file = fileURLToPath(new URL('../modules/minilm.mjs', import.meta.url));
    return open(version(file, { normalize: true, options: { pooling: 'mean' }, ...kept }));
  },
  dimension: 384,
  openBroken: () => open(version(written('export const fingerprint = "nan"; export default async (texts) => texts.map(() => [1, NaN]);'))),
  brokenCode: 'EMBEDDING_INVALID',
});

describe('the fingerprint of a module', () => {
  it('is what it says, with the options and what is done to its vectors', async () => {
    const named = `export const fingerprint = 'w1'; ${COUNTING}`;
    const first = (await open(version(written(named)))).version;
    expect(first.verifiable).toBe(true);
    expect(first.warnings).toEqual([]);
    const same = (await open(version(written(`// edited\n${named}`)))).version;
    expect(same.fingerprint).toBe(first.fingerprint);
    const others = await Promise.all(
      [
        version(written(named.replace('w1', 'w2'))),
        version(written(named), { options: { deep: { down: 1 } } }),
        version(written(named), { normalize: true }),
        version(written(named), { dimensions: 1 }),
        version(written(named), { prefixes: { query: 'q', document: '' } }),
      ].map(async (changed) => (await open(changed)).version.fingerprint),
    );
    expect(new Set([first.fingerprint, ...others]).size).toBe(6);
  });

  it('may be a function of the options', async () => {
    const file = written(`export const fingerprint = async ({ options }) => options.weights; ${COUNTING}`);
    expect((await open(version(file, { options: { weights: 'w7' } }))).version.decides).toMatchObject({ identity: 'w7' });
  });

  it('is else its bytes and its answers to the canaries, and nobody can verify it', async () => {
    const first = (await open(version(written(COUNTING)))).version;
    expect(first.verifiable).toBe(false);
    expect((await open(version(written(COUNTING)))).version.fingerprint).toBe(first.fingerprint);
    expect((await open(version(written(`${COUNTING} // edited`)))).version.fingerprint).not.toBe(first.fingerprint);
  });

  it('changes with the answers though the file stays', async () => {
    const file = written('export const embed = async (texts) => texts.map((text) => [text.length, globalThis.cutoverTestWeight]);');
    const answerWith = async (weight: number): Promise<string> => {
      Object.assign(globalThis, { cutoverTestWeight: weight });
      return (await open(version(file))).version.fingerprint;
    };
    expect(await answerWith(1)).toBe(await answerWith(1));
    expect(await answerWith(2)).not.toBe(await answerWith(1));
  });

  it('comes with a warning where neighbours change an answer', async () => {
    const [dependent, alone] = await Promise.all(
      ['', 'export const batchSize = 1;'].map(async (size) => {
        const source = 'export const embed = async (texts) => texts.map((text) => [text.length, texts.length]);';
        return (await open(version(written(`${size}${source}`)))).version.warnings;
      }),
    );
    expect(dependent).toEqual([expect.stringContaining('export batchSize = 1')]);
    expect(alone).toEqual([]);
  });

  it('rests on canaries that all differ', () => {
    expect(new Set(CANARY_TEXTS).size).toBe(CANARY_TEXTS.length);
    expect(CANARY_TEXTS.length).toBe(8);
  });
});

describe('a module', () => {
  it('gets prefixed texts, the role and the options, in calls of its size', async () => {
    const file = written(`
      export const calls = globalThis.cutoverTestCalls = [];
      export default {
        fingerprint: 'x', batchSize: 2,
        embed: async (texts, { role, options }) => { calls.push({ texts, role, options }); return texts.map(() => new Float32Array([1, 2])); },
      };`);
    const embedder = await open(version(file, { prefixes: { query: 'q: ', document: '' }, options: { a: 1 } }));
    expect(await vectorsOf(embedder, itemsOf(['x', 'y', 'z']), 'query')).toEqual([1, 2, 3].map(() => Float32Array.of(1, 2)));
    expect((globalThis as { cutoverTestCalls?: unknown }).cutoverTestCalls).toEqual([
      { texts: ['q: x', 'q: y'], role: 'query', options: { a: 1 } },
      { texts: ['q: z'], role: 'query', options: { a: 1 } },
    ]);
  });

  it('is closed once', async () => {
    const file = written(`globalThis.cutoverTestClosed = 0; export const close = () => { globalThis.cutoverTestClosed++; }; ${COUNTING}`);
    const embedder = await open(version(file));
    await Promise.all([embedder.close(), embedder.close()]);
    expect((globalThis as { cutoverTestClosed?: number }).cutoverTestClosed).toBe(1);
  });

  it.each([
    ['MODULE_FAILED', 'throw new Error("no key");', 'threw while it was imported: no key'],
    [
      'MODULE_FAILED',
      'export const fingerprint = "f"; export const embed = () => { throw new Error("quota"); };',
      'threw while embedding 2 texts: quota',
    ],
    ['MODULE_FAILED', `export const fingerprint = () => { throw new Error("gone"); }; ${COUNTING}`, 'asked for its fingerprint: gone'],
    ['MODULE_INVALID', 'export const other = 1;', 'exports no function `embed`'],
    ['MODULE_INVALID', `export const batchSize = 0; ${COUNTING}`, 'batchSize 0'],
    ['MODULE_INVALID', `export const fingerprint = 7; ${COUNTING}`, 'fingerprint is 7'],
    ['MODULE_INVALID', 'export const fingerprint = "f"; export const embed = async () => [[1]];', 'answered 2 texts with 1 vectors'],
    ['MODULE_INVALID', 'export const fingerprint = "f"; export const embed = async () => "x";', 'a value of type string instead of a list'],
    ['MODULE_INVALID', 'export const fingerprint = "f"; export const embed = async (t) => t.map(() => ["1"]);', 'more than numbers'],
    ['MODULE_INVALID', 'export const fingerprint = "f"; export const embed = async (t) => t.map(() => undefined);', 'undefined instead of'],
    [
      'EMBEDDING_INVALID',
      'export const fingerprint = "f"; export const embed = async (t) => t.map(() => [0, 0]);',
      '"t0" by v is all zero',
    ],
    [
      'EMBEDDING_INVALID',
      'export const fingerprint = "f"; export const embed = async (t) => t.map((_, i) => i ? [1, 2] : [1]);',
      '"t1" by v has 2 dimensions, those before it 1',
    ],
  ] as const)('that is wrong is refused: %s, %s', async (code, source, said) => {
    const file = written(source);
    const asked = async () => embedAll(await open(version(file)), itemsOf(['a', 'b']));
    const error = await refusal(asked(), code);
    expect(error.message).toContain(said);
    if (code !== 'EMBEDDING_INVALID') expect(error.message).toContain(file);
  });

  it('must be there', async () => {
    await refusal(open(version(join(folder, 'no.mjs'))), 'FILE_MISSING');
    await refusal(open(spec({ embedder: 'module' })), 'VERSION_INCOMPLETE');
  });
});
