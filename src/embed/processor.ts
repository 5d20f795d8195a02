import type { ResolvedVersion } from '../model/version.ts';
import { processorHere } from '../system/processor.ts';

/** Weights whose products are sums of whole numbers, which processors saturate and round differently. */
const QUANTISED: readonly unknown[] = ['q8'];

/**
 * The instruction set that a version's vectors are made with here; null where none decides them: floats differ within float noise,
 * services and files have their own machine.
 */
export function processorOf({ decides }: Pick<ResolvedVersion, 'decides'>): string | null {
  return QUANTISED.includes(decides.dtype) ? processorHere() : null;
}
