import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EMBEDDERS, embedderIds, openEmbedder } from '../../src/embed/registry.ts';
import { context, refusal, spec } from './support.ts';

describe('the registry of embedders', () => {
  it('lists every file of its folder, under the file’s name', () => {
    const files = readdirSync(fileURLToPath(new URL('../../src/embed/adapters', import.meta.url)));
    expect(embedderIds().toSorted()).toEqual(files.map((file) => file.replace(/\.ts$/, '')).sort());
    for (const { title } of EMBEDDERS) expect(title).not.toBe('');
  });

  it('refuses an id it does not know, and names those it does', async () => {
    const error = await refusal(openEmbedder(spec({ embedder: 'oracle' }), context()), 'EMBEDDER_UNKNOWN');
    expect(error.message).toBe('/project/version.yaml: there is no embedder "oracle".');
    expect(error.next).toContain('transformers, precomputed, module');
  });
});
