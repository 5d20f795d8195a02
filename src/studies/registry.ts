import type { Studies } from '../contract/studies.ts';
import type { Study } from '../contract/study.ts';
import { attribution } from './attribution.ts';
import { backfillForecast } from './backfill-forecast.ts';
import { counterfactual } from './counterfactual.ts';
import { efSearchSweep } from './ef-search-sweep.ts';
import { noiseFloor } from './noise-floor.ts';

/** Every study, by id; the only list. */
export const STUDIES: { readonly [Id in keyof Studies]: Study<Id> } = {
  noiseFloor,
  attribution,
  counterfactual,
  efSearchSweep,
  backfillForecast,
};
