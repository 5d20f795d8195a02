import type { Sha256 } from '../core/brand.ts';
import { sha256Json } from '../core/hash.ts';
import type { Config } from '../model/config.ts';

/** Hash of what a certificate holds for beside versions, data set and policy: who depends on a score, and how results are searched. */
export function settingsHash({ search, consumers, rerankers }: Config): Sha256 {
  return sha256Json({ search, consumers, rerankers });
}
