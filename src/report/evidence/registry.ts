import type { Section } from '../section.ts';
import { assay } from './assay.ts';
import { causes, published } from './causes.ts';
import { cost } from './cost.ts';
import { dataset } from './data.ts';
import { diagnostics } from './diagnostics.ts';
import { indexLoss } from './index-loss.ts';
import { overlap } from './overlap.ts';
import { decided, provenance } from './provenance.ts';
import { quality } from './quality.ts';
import { reach } from './reach.ts';
import { slices } from './slices.ts';
import { thresholds } from './thresholds.ts';
import { versions } from './versions.ts';
import { ways } from './ways.ts';

/** Every section of the evidence, in order of reading. */
export const SECTIONS: readonly Section[] = [
  quality,
  reach,
  slices,
  assay,
  causes,
  published,
  overlap,
  thresholds,
  ways,
  indexLoss,
  cost,
  versions,
  dataset,
  decided,
  provenance,
  diagnostics,
];
