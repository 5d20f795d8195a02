import type { Config } from '../contract/config.ts';
import type { StoreContext } from '../contract/live-store.ts';
import type { ServingStore } from '../contract/serving.ts';
import { CutoverError } from '../errors.ts';
import { paramsOf, servingEngine } from '../search/registry.ts';

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
  const { servingStore } = await import('../store/serving/registry.ts');
  const serving = spec === undefined || unfit !== undefined ? null : servingStore(spec, context);
  const { id, stores: kinds = [] } = unfit ?? servingEngine(search);
  if (serving === null) throw new CutoverError('SEARCH_STORE_UNFIT', { engine: id, kinds: kinds.join(' or ') });
  return serving;
}
