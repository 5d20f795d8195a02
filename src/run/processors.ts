import type { VectorStore } from '../embed/cache/vector-store.ts';
import { processorOf } from '../embed/processor.ts';
import type { Evaluation, VersionRecord } from '../model/evaluation.ts';
import type { Lock } from '../model/lock.ts';
import { type ResolvedVersion, type Role, SIDES, type Side } from '../model/version.ts';
import { CANARIES, machinesDiffer, packed } from '../project/canaries.ts';
import { processorOfRun, type Text } from '../project/vectors.ts';
import type { Workspace } from '../project/workspace.ts';

type Facts = Pick<VersionRecord, 'processors' | 'canaries'>;

/** Whether an instruction set decides a version's vectors, and a run takes those of this machine. */
export async function isMadeHere(workspace: Workspace, version: ResolvedVersion): Promise<boolean> {
  const here = processorOf(version);
  return here !== null && (await processorOfRun(workspace)) === here;
}

/** What one instruction set gave for the canary texts; nothing where they were not embedded. */
export async function canariesOf(side: Side, store: VectorStore): Promise<Pick<Facts, 'canaries'>> {
  const hashes = CANARIES.map(({ textHash }) => textHash);
  if (store.missing('document', hashes).length > 0) return {};
  const { vectors, processors } = await store.load(side, 'document', CANARIES);
  const [processor, ...others] = processors;
  if (processor === undefined || others.length > 0) return {};
  return { canaries: { processor, vectors: packed(vectors.data, vectors.dimension) } };
}

/** Whether what is known of embedding is of the vectors that a run takes. */
export function isOfProcessor({ config, embedders }: Workspace, facts: { readonly [S in Side]: Facts }, processor: string | null): boolean {
  if (config.mixProcessors) return false;
  return SIDES.every((side) => processorOf(embedders[side].version) === null || facts[side].processors?.join() === processor);
}

/** Says that the cache holds vectors of another processor, and what becomes of them. */
export function sayElsewhere(
  { console, embedders }: Workspace,
  side: Side,
  store: VectorStore,
  { role, todo }: { readonly role: Role; readonly todo: readonly Text[] },
): void {
  const { version } = embedders[side];
  const hashes = todo.map(({ textHash }) => textHash);
  for (const [name, count] of store.elsewhere(role, hashes))
    console.warn(
      `${version.id}: the cache has ${count} ${role} vectors of another processor (${name}; here ${processorOf(version)}), which rounds quantised weights differently. They are embedded again here; \`mixProcessors: true\` takes them as they are`,
    );
}

/** What a reader must know of the machines: versions whose vectors two of them made, and how the lock's differs from this one. */
export function machineNotes({ versions }: Pick<Evaluation, 'versions'>, lock: Pick<Lock, 'live'> | null): string[] {
  if (versions === null) return [];
  const mixed = [...new Set(SIDES.flatMap((side) => versions[side].processors ?? []))].sort();
  const locked = SIDES.map((side) => versions[side]).find(({ fingerprint }) => fingerprint === lock?.live.fingerprint);
  const differ = machinesDiffer(lock?.live.canaries, locked?.canaries);
  return [
    ...(mixed.length > 1
      ? [`vectors of this evaluation were made on ${mixed.length} processors (${mixed.join('; ')}), as mixProcessors allows`]
      : []),
    ...(differ === null || locked === undefined ? [] : [`${locked.id}: ${differ}`]),
  ];
}
