import { join } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import type { LedgerStorage } from '../../model/ledger.ts';
import { fileLock } from '../../system/file-lock.ts';
import { readTextIfAny, writeFileAtomic } from '../../system/files.ts';

const FILE = 'cutover_migrations.jsonl';
const LOCK = 'cutover_migrations.lock';

/** The migration table of a store that is a folder: one JSON line an entry. The last line says which tag is live. */
export function fileLedger(folder: string, store: string): LedgerStorage {
  const file = join(folder, FILE);
  const read = async (): Promise<readonly string[]> => {
    const text = (await readTextIfAny(file)) ?? '';
    // A cut last line stays, for the reader to complain of.
    return text.split('\n').filter((line) => line !== '');
  };
  return {
    read,
    append: async (line, seq) => {
      const lines = await read();
      if (lines.length !== seq - 1) throw new CutoverError('LEDGER_MOVED', { store, seq });
      await writeFileAtomic(file, `${[...lines, line].join('\n')}\n`);
    },
    exclusively: (work) => locked(folder, store, work),
  };
}

async function locked<T>(folder: string, store: string, work: () => Promise<T>): Promise<T> {
  const unlock = await fileLock(join(folder, LOCK), store);
  try {
    return await work();
  } finally {
    await unlock();
  }
}
