import type { StoreSpec } from '../../../model/store.ts';

const PREFIX = 'cutover_drill_';

/** A name that nobody else has, and by which a copy is known again. */
export function scratchName(): string {
  return `${PREFIX}${process.pid}_${Date.now().toString(36)}`;
}

/** @throws RangeError unless it is a copy that a drill has made */
export function requireScratch(name: string): void {
  if (!name.startsWith(PREFIX)) throw new RangeError(`${name} is not what a drill has made.`);
}

/** The configuration of a copy. */
export function scratchSpec(spec: StoreSpec, where: Partial<StoreSpec>): StoreSpec {
  return { ...spec, name: `${spec.name} (drill)`, ...where };
}
