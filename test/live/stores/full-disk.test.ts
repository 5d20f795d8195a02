import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import type { ColumnStore } from '../../../src/live/stores/column-store.ts';
import type { StoreSpec } from '../../../src/model/store.ts';
import { BACK, contents, type MadeStore, NEW, OLD, THERE } from './contract.ts';
import { folderSpec, makeFolder } from './folder-files.ts';
import { lanceSpec, makeLance } from './lance-table.ts';

const ROWS = Array.from({ length: 400 }, (_, i) => ({ id: `n${i}`, body: `text ${i}`, vector: [i, 1, 1] }));

interface Kind {
  readonly made: MadeStore;
  readonly spec: StoreSpec;
  readonly code: string;
}

const KINDS: Readonly<Record<string, () => Promise<Kind>>> = {
  arrow: () => files('arrow'),
  parquet: () => files('parquet'),
  lancedb: async () => {
    const made = await makeLance();
    return { made, spec: lanceSpec(made.folder), code: 'STORE_STATEMENT_FAILED' };
  },
};

async function files(kind: 'arrow' | 'parquet'): Promise<Kind> {
  const made = await makeFolder(kind);
  return { made, spec: folderSpec(kind, made.path), code: 'FILE_UNWRITABLE' };
}

async function fill(store: ColumnStore): Promise<void> {
  for (let after: readonly string[] | null = null; ; ) {
    const rows = await store.pending({ place: 'next', tag: NEW }, after, 200);
    if (rows.length === 0) return;
    after = rows.at(-1)?.key ?? null;
    const vector = new Float32Array(64).fill(2);
    await store.place(
      'next',
      BACK,
      rows.map(({ key, textHash }) => ({ key, textHash, vector, isProof: false })),
    );
  }
}

/** A file system with room for a few blocks would do the same; a limit on the size of files needs no rights. */
it.skipIf(process.platform !== 'linux').each(Object.keys(KINDS))(
  'names a disk that is full at every step of a store of kind %s, and goes on from where it was',
  async (kind) => {
    const { made, spec, code } = await (KINDS[kind] as () => Promise<Kind>)();
    const full = (step: string, blocks: number) =>
      execFileSync(
        'bash',
        [
          '-c',
          'ulimit -f $1; exec node "$2" "$3" "$4"',
          '-',
          String(blocks),
          join(import.meta.dirname, 'full-disk.mjs'),
          JSON.stringify(spec),
          step,
        ],
        {
          encoding: 'utf8',
        },
      ).trim();
    await made.insert(ROWS);
    const named = expect.stringMatching(new RegExp(`^${code} [\\s\\S]*(EFBIG|File too large)`));
    // LanceDB packs a column of nothing into less than a block.
    expect(full('tag', kind === 'lancedb' ? 0 : 2)).toEqual(named);
    const store = await made.open();
    expect(await contents(store)).toHaveLength(400);
    await store.prepareTagging();
    await store.tagRows(
      ROWS.map(({ id, body }) => ({ id, textHash: sha256(body) })),
      OLD,
    );
    await store.ledger.append('{"live":"a"}', 1, OLD);
    await store.close();
    const steps: string[] = [];
    const later = await made.open();
    await later.addNext(BACK, 64, { line: '{"n":2}', seq: 2 });
    await later.close();
    for (const step of ['fill', 'exchange']) steps.push(full(step, step === 'fill' ? 8 : 1));
    expect(steps[0]).toEqual(named);
    const again = await made.open();
    // The switch of columns writes less than a file system's smallest block; where it did not pass, nothing was switched.
    expect([steps[1], await again.sides()]).toEqual(steps[1] === 'passed' ? ['passed', THERE] : [expect.stringMatching(/^[A-Z_]+ /), BACK]);
    if (steps[1] === 'passed') await again.exchange(BACK, { line: '{"n":4}', seq: 4 });
    expect(await contents(again, { tag: OLD })).toHaveLength(400);
    await fill(again);
    const seq = (await again.ledger.read()).length + 1;
    await again.exchange(THERE, { line: `{"n":${seq}}`, seq });
    expect([(await contents(again, { tag: NEW })).length, (await made.extras()).length]).toEqual([400, 400]);
    await again.close();
    await made.destroy();
  },
  60_000,
);
