import { CutoverError } from '../core/errors.ts';
import type { Config } from '../model/config.ts';
import type { PgvectorParams, SearchParams } from '../model/search.ts';
import type { StoreContext } from '../model/store.ts';
import { SIDES } from '../model/version.ts';
import type { ServingStore } from '../search/databases/serving.ts';
import { paramsOf, servingEngine } from '../search/registry.ts';

/** A warning for each version whose lists pgvector cuts before the limit; none elsewhere. */
export function shortLists(search: SearchParams): string[] {
  return SIDES.map((side) => paramsOf(search, side))
    .filter(({ engine, limit, hnsw, pgvector }) => engine === 'pgvector' && cuts(pgvector) && hnsw.efSearch < limit)
    .map(({ hnsw, limit }) => `pgvector finds no more than its efSearch, ${hnsw.efSearch}; search.limit asks for ${limit}`)
    .filter((warning, i, all) => all.indexOf(warning) === i);
}

function cuts(pgvector: PgvectorParams | undefined): boolean {
  return pgvector?.index === 'hnsw' && pgvector.iterativeScan === 'off';
}

/**
 * The database that the configured engines search in, not opened yet; null where no engine needs one.
 * @throws CutoverError SEARCH_STORE_UNFIT where the configuration names none of the right kind
 */
export async function servingOf(
  { search, stores }: Pick<Config, 'search' | 'stores'>,
  context: StoreContext,
): Promise<ServingStore | null> {
  const engines = [servingEngine(paramsOf(search, 'old')), servingEngine(search)].filter(({ stores: kinds }) => kinds !== undefined);
  if (engines.length === 0) return null;
  const spec = stores.find(({ name }) => name === search.store);
  const unfit = engines.find(({ stores: kinds }) => spec === undefined || kinds?.includes(spec.kind) !== true);
  const { servingStore } = await import('../search/databases/registry.ts');
  const serving = spec === undefined || unfit !== undefined ? null : servingStore(spec, context);
  const { id, stores: kinds = [] } = unfit ?? servingEngine(search);
  if (serving === null)
    throw new CutoverError('SEARCH_STORE_UNFIT', {
      engine: id,
      kinds: kinds.join(' or '),
      found: spec === undefined ? '' : `, and the store ${spec.name} is of kind ${spec.kind}`,
    });
  return serving;
}
