import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../src/core/brand.ts';
import { sha256 } from '../../src/core/hash.ts';
import { arrowRowBytes } from '../../src/formats/arrow-rows.ts';
import { openLiveStore } from '../../src/live/stores/registry.ts';
import type { Sweep } from '../../src/model/sweep.ts';
import { BumpProject } from '../cli/bump-project.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const EXAMPLES = fileURLToPath(new URL('../../docs/examples/', import.meta.url));
const fixture = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const folder = temporaryFolder();

/** Runs an example as its first lines say. @returns exit code and what it printed */
function example(name: string, ...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(EXAMPLES, name), ...args], { cwd: folder, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

describe('docs/examples', () => {
  it('has a test for every example', async () => {
    expect((await readdir(EXAMPLES)).sort()).toEqual([
      'compare-runs.mjs',
      'cutover.sweep.yaml',
      'evaluate.mjs',
      'guarded-search.mjs',
      'words.mjs',
    ]);
  });

  it('evaluate.mjs: two module embedders, an own policy, the report as Markdown', async () => {
    const { code, stdout, stderr } = await example('evaluate.mjs', fixture('fixtures/dataset-small'), join(folder, 'report'));
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('annRecall@10');
    expect(stdout).toContain('fewer vowels');
    expect(await readdir(join(folder, 'report'))).toContain('evaluation.json');
  });

  it('cutover.sweep.yaml: every candidate, here on a smaller data set', async () => {
    const made = new BumpProject();
    made.write(
      'sweep.yaml',
      readFileSync(join(EXAMPLES, 'cutover.sweep.yaml'), 'utf8').replaceAll('../../datasets/helpdesk', 'data').replaceAll('../../', ''),
    );
    made.write('words.mjs', readFileSync(join(EXAMPLES, 'words.mjs'), 'utf8'));
    const { code, out } = await made.run('sweep', '-c', 'sweep.yaml', '--json');
    const { results, failures } = JSON.parse(out) as Sweep;
    expect(failures).toEqual([]);
    expect(results).toHaveLength(6);
    expect([0, 1, 3]).toContain(code);
    expect(made.read('reports/sweep/sweep.md')).toContain('| thin-graph |');
  });

  it('guarded-search.mjs: reads the live version, refuses another', async () => {
    const [live, other] = [sha256('live') as string as Fingerprint, sha256('other') as string as Fingerprint];
    const path = join(folder, 'store');
    const columns = { id: 'id', vector: 'vector', tag: 'tag', textHash: 'text_hash', text: null, stratum: null };
    mkdirSync(path);
    const texts = { id: ['d1', 'd2'], tag: [live, live], text_hash: ['d1', 'd2'].map((id) => sha256(id)) };
    writeFileSync(join(path, 'a.arrow'), arrowRowBytes(texts, 'vector', [Float32Array.of(1, 0, 0), Float32Array.of(0, 1, 0)]));
    const store = await openLiveStore(
      { name: 'live', kind: 'arrow', path, urlFrom: null, table: null, columns, corpus: null },
      { env: {} },
    );
    await store.ledger.append(JSON.stringify({ live }), 1, live);
    await store.close();
    expect(await example('guarded-search.mjs', path, live, '[1,0,0]')).toEqual({
      code: 0,
      stdout: `live: ${live}\nd1 1.000\nd2 0.000\n`,
      stderr: '',
    });
    const refused = await example('guarded-search.mjs', path, other, '[1,0,0]');
    expect(refused.code).toBe(2);
    expect(refused.stdout).toContain('STORE_VERSION_MISMATCH');
  });

  it('compare-runs.mjs: the paired differences of two TREC runs', async () => {
    const { code, stdout } = await example(
      'compare-runs.mjs',
      ...['qrels.txt', 'old.run', 'new.run'].map((name) => fixture(`golden/${name}`)),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^nDCG@10 -?\d\.\d{4}\nR@100 -?\d\.\d{4}\n$/);
  });
});
