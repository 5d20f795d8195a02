import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openVectorStore } from '../../../src/embed/cache/vector-store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { entryOf, rowOf, TAG, upTo } from './rows.ts';

const root = temporaryFolder();
const SEGMENT = 20;
const ALL = 5000;

/** A process of its own that appends rows, the same as rowOf's, and says after each how many it has handed over. */
function script(folder: string): string {
  const dist = (path: string): string => JSON.stringify(new URL(`../../../dist/${path}`, import.meta.url).href);
  return `
    import { writeSync } from 'node:fs';
    import { sha256 } from ${dist('core/hash.js')};
    import { openVectorStore } from ${dist('embed/cache/vector-store.js')};
    try {
      const store = await openVectorStore(${JSON.stringify(folder)}, ${JSON.stringify(TAG)}, { segmentRows: ${SEGMENT} });
      for (let i = 0; i < ${ALL}; i++) {
        await store.append({ id: 'd' + i, role: 'document', textHash: sha256('text ' + i), tag: ${JSON.stringify(TAG)},
          tokenCount: i, truncated: i % 3 === 0, vector: Float32Array.of(i + 1, -i, 0.5) });
        writeSync(1, (i + 1) + '\\n');
      }
    } catch (error) {
      writeSync(1, error.code + '\\n');
    }`;
}

test.each([30, 190, 401])(
  'kill -9 after about %d rows loses the segment being written and nothing else; resume completes it',
  async (after) => {
    const folder = join(root, `killed-${after}`, 'vectors');
    const child = spawn(process.execPath, ['--input-type=module', '-e', script(folder)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let handedOver = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      handedOver = Number(text.trimEnd().split('\n').at(-1));
      if (handedOver >= after) child.kill('SIGKILL');
    });
    const [, signal] = await once(child, 'close');
    expect(signal).toBe('SIGKILL');
    expect(handedOver).toBeLessThan(ALL);

    const store = await openVectorStore(folder, TAG, { segmentRows: SEGMENT });
    expect(store.rows).toBeGreaterThan(handedOver - SEGMENT);
    expect(store.rows % SEGMENT).toBe(0);
    const left = store.missing(
      'document',
      upTo(600).map((i) => entryOf(i).textHash),
    );
    expect(left).toHaveLength(Math.max(0, 600 - store.rows));

    const wanted = new Set(left);
    for (const i of upTo(600)) if (wanted.has(entryOf(i).textHash)) await store.append(rowOf(i));
    await store.flush();
    const { vectors } = await (await openVectorStore(folder, TAG)).load('old', 'document', upTo(600).map(entryOf));
    for (const [at, id] of vectors.ids.entries())
      expect(vectors.data.subarray(at * 3, at * 3 + 3)).toEqual(rowOf(Number(id.slice(1))).vector);
  },
);

test('a disk that fills up is a clear error and leaves nothing half-written', async () => {
  const folder = join(root, 'full', 'vectors');
  // A limit of 1 block of 1,024 bytes to a file is what a full disk is to a segment.
  const run = promisify(execFile)('bash', ['-c', 'ulimit -f 1; exec "$0" --input-type=module -e "$1"', process.execPath, script(folder)]);
  expect((await run).stdout.trim().split('\n').at(-1)).toBe('FILE_UNWRITABLE');
  expect(readdirSync(folder)).toEqual([]);
});
