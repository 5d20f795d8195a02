import { CutoverError } from '../../core/errors.ts';
import type { Config } from '../../model/config.ts';
import type { ResolvedVersion } from '../../model/version.ts';
import { rawVectors } from '../../project/kin.ts';
import { loadProject, openVersion, type StageOptions } from '../../project/workspace.ts';
import { type Plan, type PlanItem, planRun } from '../../run/plan.ts';

/**
 * What a sweep would embed: the old version once, then each candidate under its name. One that takes its vectors from the run of an
 * earlier one embeds nothing. Writes nothing.
 * @throws CutoverError SWEEP_EMPTY, and whatever is wrong with configuration, data set or a version
 */
export async function planSweep(options: StageOptions): Promise<Plan> {
  const config = await loadProject(options);
  if (config.sweep.length === 0) throw new CutoverError('SWEEP_EMPTY', { file: config.file });
  const keyOf = async (spec: Config['new']) => runOf(await resolved(config, spec, options));
  const named = await Promise.all(config.sweep.map(async (candidate) => ({ candidate, key: await keyOf(candidate.new) })));
  const planned = new Map<string, PlanItem>();
  const oldKey = await keyOf(config.old);
  for (const { candidate, key } of named) {
    if (key === oldKey || planned.has(key)) continue;
    const derive = (base: Config): Config => ({ ...base, new: candidate.new, search: candidate.search });
    const { old, new: fresh } = sidesOf(await planRun({ ...options, derive }));
    planned.set(oldKey, old).set(key, { ...fresh, version: candidate.name });
  }
  if (!planned.has(oldKey)) planned.set(oldKey, sidesOf(await planRun(options)).old);
  const whole = [...planned.values()];
  const again = named.flatMap(({ candidate: { name }, key }) => {
    const known = planned.get(key);
    return known === undefined || known.version === name
      ? []
      : [{ ...known, version: name, toEmbed: 0, textsPerSecond: null, seconds: null, price: null, bytes: 0 }];
  });
  const items = [...whole, ...again];
  const seconds = items.flatMap((item) => item.seconds ?? []);
  return {
    items,
    seconds: seconds.length === 0 ? null : seconds.reduce((sum, value) => sum + value, 0),
    bytes: items.reduce((sum, { bytes }) => sum + bytes, 0),
    cache: config.cache,
    foresight: null,
  };
}

function sidesOf({ items }: Plan): { readonly old: PlanItem; readonly new: PlanItem } {
  const [old, fresh] = items;
  if (old === undefined || fresh === undefined) throw new TypeError('A plan is of two versions.');
  return { old, new: fresh };
}

async function resolved(config: Config, spec: Config['new'], options: StageOptions): Promise<ResolvedVersion> {
  const embedder = await openVersion(config, spec, { ...options, dry: true });
  await embedder.close();
  return embedder.version;
}

/** Versions with the same runs of a model for documents and for queries. */
function runOf(version: ResolvedVersion): string {
  return `${rawVectors(version, 'document') ?? version.cacheKey} ${rawVectors(version, 'query') ?? ''}`;
}
