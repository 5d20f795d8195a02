import type { Section } from '../section.ts';
import { attribution } from './attribution.ts';
import { backfill } from './backfill.ts';
import { consumers } from './consumers.ts';
import { cost } from './cost.ts';
import { counterfactual } from './counterfactual.ts';
import { dataset } from './dataset.ts';
import { geometry } from './geometry.ts';
import { indexRecall } from './index-recall.ts';
import { intervals } from './intervals.ts';
import { map } from './map.ts';
import { method } from './method.ts';
import { neighbours } from './neighbours.ts';
import { noise } from './noise.ts';
import { provenance } from './provenance.ts';
import { quality } from './quality.ts';
import { queries } from './queries.ts';
import { rerankers } from './rerankers.ts';
import { scores } from './scores.ts';
import { slices } from './slices.ts';
import { truncated } from './truncated.ts';
import { values } from './values.ts';
import { verdict } from './verdict.ts';
import { versions } from './versions.ts';

/** Every section of the page, in order of reading. */
export const SECTIONS: readonly Section[] = [
  verdict,
  intervals,
  quality,
  attribution,
  counterfactual,
  slices,
  neighbours,
  noise,
  scores,
  consumers,
  rerankers,
  indexRecall,
  geometry,
  map,
  values,
  backfill,
  cost,
  queries,
  versions,
  dataset,
  truncated,
  provenance,
  method,
];
