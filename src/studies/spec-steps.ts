import type { NotApplicable } from '../core/absence.ts';
import { sha256Json } from '../core/hash.ts';
import type { AttributionStep } from '../model/studies.ts';
import type { ResolvedVersion, VersionSpec } from '../model/version.ts';

/** Settings that change a vector while the weights stay, in the order in which they are switched. */
const ORDER = ['prefixes', 'pooling', 'normalize', 'maxTokens', 'dimensions'] as const;

/** A step with the spec that has this field and all before it switched; null where no spec says it, so that it is the new version itself. */
export interface SpecStep extends AttributionStep {
  readonly spec: VersionSpec | null;
}

interface Settled {
  readonly spec: VersionSpec;
  readonly version: Pick<ResolvedVersion, 'decides'>;
}

/**
 * The way from one version to another of the same weights, one field at a time.
 * @returns no step where nothing differs; why there is no such way where the weights differ or aren't known
 * @example a spec with another query prefix and pooling by mean instead of cls: prefixes, then pooling
 */
export function specSteps(old: Settled, fresh: Settled): SpecStep[] | NotApplicable {
  const [before, after] = [old.version.decides, fresh.version.decides];
  if (before.weights === undefined || after.weights === undefined || before.embedder !== after.embedder)
    return { notApplicable: 'the weights of a version are not known, so that nothing of it can be switched alone' };
  if (!same(before.weights, after.weights))
    return { notApplicable: 'the versions have different weights, which no setting leads from one to the other' };
  const steps: SpecStep[] = [];
  let spec = old.spec;
  for (const field of ORDER) {
    if (same(before[field], after[field])) continue;
    spec = switched(spec, field, after[field]);
    steps.push({ field, old: shown(before[field]), new: shown(after[field]), spec: { ...spec, id: `${old.spec.id} + ${field}` } });
  }
  const rest = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !ORDER.some((field) => field === key) && !same(before[key], after[key]),
  );
  if (rest.length > 0) steps.push({ field: 'rest', old: rest.join(', '), new: rest.join(', '), spec: null });
  return steps;
}

/** Deciding values are JSON, with null for what isn't set; a spec leaves that key out. */
function switched(spec: VersionSpec, field: (typeof ORDER)[number], value: unknown): VersionSpec {
  const { [field]: _, ...others } = spec;
  return { ...others, ...(value === null || value === undefined ? {} : { [field]: value }) } as VersionSpec;
}

function same(a: unknown, b: unknown): boolean {
  return sha256Json(a ?? null) === sha256Json(b ?? null);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
