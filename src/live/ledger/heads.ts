import { reasonOf } from '../../core/errors.ts';
import type { Config } from '../../model/config.ts';
import type { StageOptions } from '../../project/workspace.ts';
import { type Head, headOf, readLedger } from '../../proof/chain.ts';

/** Where each store's ledger ends; a store that can't be reached here is left out, and said so. @param what binds them, in words */
export async function ledgerHeads(
  config: Config,
  { env, console }: Pick<StageOptions, 'env' | 'console'>,
  what: string,
): Promise<Record<string, Head>> {
  const heads: Record<string, Head> = {};
  for (const spec of config.stores) {
    try {
      const { openLiveStore } = await import('../stores/registry.ts');
      const store = await openLiveStore(spec, { env });
      heads[spec.name] = await readLedger(store.ledger, store.title)
        .then(headOf)
        .finally(() => store.close());
    } catch (error) {
      console.warn(`${what} does not bind the store ${spec.name}: ${reasonOf(error)}`);
    }
  }
  return heads;
}
