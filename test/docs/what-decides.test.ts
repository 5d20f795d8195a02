import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openEmbedder } from '../../src/embed/registry.ts';
import type { VersionSpec } from '../../src/model/version.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUIDE = readFileSync(`${ROOT}docs/guides/embedders.md`, 'utf8');

/** Rows of the table of what decides a vector. */
const ROWS = (/### What decides a vector[\s\S]*?\n\|---\|---\|---\|\n([\s\S]*?)\n\n/.exec(GUIDE)?.[1] ?? '').split('\n').map((line) => {
  const [what = '', kept = '', why = ''] = line
    .replace(/^\||\|$/g, '')
    .split(' | ')
    .map((cell) => cell.replace(/^\||\|$/g, '').trim());
  return { what, kept, why };
});

/** Keys of a fingerprint that a version has only where its model publishes such a thing. */
const WHERE_PUBLISHED = ['steps', 'output', 'includePrompt', 'lowercase', 'settings'];

const SPEC: VersionSpec = {
  id: 'demo',
  embedder: 'transformers',
  model: 'Xenova/bge-small-en-v1.5',
  revision: 'main',
  dtype: 'q8',
  pooling: 'cls',
  normalize: true,
  prefixes: { query: 'q: ', document: '' },
  maxTokens: 512,
  dimensions: 256,
  file: 'v.yaml',
};

async function decidesOf(
  more: Partial<VersionSpec> = {},
): Promise<{ readonly decides: Readonly<Record<string, unknown>>; readonly fingerprint: string }> {
  const context = { modelFolders: [`${ROOT}models`], hubCache: temporaryFolder(), allowNetwork: false, workers: 1 };
  const { version, close } = await openEmbedder({ ...SPEC, ...more }, context);
  await close();
  return version;
}

describe('the table of what decides a vector', () => {
  it('has a row for everything, each hashed under a key or with a reason why not', () => {
    expect(ROWS.length).toBeGreaterThan(12);
    for (const { what, kept, why } of ROWS) {
      expect(what, what).not.toBe('');
      expect(/`\w/.test(kept) || kept === 'no', `${what}: ${kept}`).toBe(true);
      expect(why.length, `${what} needs its reason`).toBeGreaterThan(15);
    }
    for (const named of [
      'graph',
      'weights',
      'tokenizer',
      'added tokens',
      'config.json',
      'modules.json',
      'prefixes',
      'runtime',
      'threads',
      'processor',
    ])
      expect(
        ROWS.some(({ what, kept }) => `${what} ${kept}`.includes(named)),
        named,
      ).toBe(true);
  });

  it('names keys that fingerprints have, and every key that they have', async () => {
    const { decides } = await decidesOf();
    const named = ROWS.filter(({ kept }) => kept !== 'no').flatMap(({ kept }) =>
      [...kept.matchAll(/`(\w+)[^`]*`/g)].map(([, key = '']) => key),
    );
    for (const key of named.filter((each) => !WHERE_PUBLISHED.includes(each) && each !== 'huggingface'))
      expect(Object.keys(decides)).toContain(key);
    for (const key of Object.keys(decides).filter((each) => each !== 'embedder' && each !== 'schema')) expect(named, key).toContain(key);
  });

  it.each([
    ['dtype', { dtype: 'fp32' as const }],
    ['pooling', { pooling: 'mean' as const }],
    ['normalize', { normalize: false }],
    ['prefixes', { prefixes: { query: 'other: ', document: '' } }],
    ['maxTokens', { maxTokens: 128 }],
    ['dimensions', { dimensions: 128 }],
    ['weights', { model: 'Xenova/bge-small-en' }],
  ])('another %s is another fingerprint', async (key, more) => {
    const [before, after] = [await decidesOf(), await decidesOf(more).catch((error: unknown) => error as { code: string })];
    // The demo has int8 weights only: other ones are looked for, and not found.
    if ('code' in after) expect([key, after.code]).toEqual(['dtype', 'MODEL_MISSING']);
    else expect(after.fingerprint).not.toBe(before.fingerprint);
  });
});
