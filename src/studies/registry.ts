import type { Studies } from '../model/studies.ts';
import { attribution } from './attribution.ts';
import { backfillForecast } from './backfill-forecast.ts';
import { costs } from './costs.ts';
import { counterfactual } from './counterfactual.ts';
import { efSearchSweep } from './ef-search-sweep.ts';
import { harms } from './harms.ts';
import { noiseFloor } from './noise-floor.ts';
import type { Study } from './study.ts';
import { ways } from './ways.ts';

/** Every study, by id; the only list. */
export const STUDIES: { readonly [Id in keyof Studies]: Study<Id> } = {
  noiseFloor,
  attribution,
  counterfactual,
  efSearchSweep,
  backfillForecast,
  ways,
  harms,
  costs,
};
