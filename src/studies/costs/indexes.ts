import { stat } from 'node:fs/promises';
import type { Side } from '../../model/version.ts';
import type { SearchIndex } from '../../search/engine.ts';
import { paramsOf, servingEngine } from '../../search/registry.ts';
import type { StudyContext } from '../study.ts';

/** What serves each version, open at the same time. */
export type OpenIndexes = { readonly [S in Side]: SearchIndex<S> } & { readonly bytes: { readonly [S in Side]: number } };

/** Bytes of a float32. */
const FLOAT = 4;

interface Opened<S extends Side> {
  readonly index: SearchIndex<S>;
  readonly bytes: number;
}

async function open<S extends Side>({ config, sides, signal, serving }: StudyContext, side: S): Promise<Opened<S>> {
  const params = paramsOf(config.search, side);
  const { documents } = await sides[side].vectors();
  const options = { seed: config.seed, signal, ...(serving === undefined ? {} : { serving }) };
  const index = await servingEngine(params).open(documents as typeof documents & { side: S }, params, sides[side].indexFolder, options);
  const file = index.file == null ? null : await stat(index.file).catch(() => null);
  // A scan holds the vectors and nothing else.
  return { index, bytes: file?.size ?? index.bytes ?? documents.data.length * FLOAT };
}

/** Opens what serves both versions, both in memory, and closes it whatever happens. */
export async function withIndexes<T>(context: StudyContext, use: (indexes: OpenIndexes) => Promise<T>): Promise<T> {
  const old = await open(context, 'old');
  try {
    const fresh = await open(context, 'new');
    try {
      return await use({ old: old.index, new: fresh.index, bytes: { old: old.bytes, new: fresh.bytes } });
    } finally {
      await fresh.index.close();
    }
  } finally {
    await old.index.close();
  }
}
