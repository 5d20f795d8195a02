import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Fingerprint } from '../../core/brand.ts';
import { CutoverError, type ErrorCode } from '../../core/errors.ts';
import { vectorFolder } from '../../embed/cache/cache.ts';
import { isSegment, readSegment, readSegmentKeys, type SegmentKeys } from '../../embed/cache/segment.ts';
import { findShards, inShard, readShardRecord, type ShardRecord } from '../../embed/cache/shard.ts';
import type { VectorStore } from '../../embed/cache/vector-store.ts';
import { type Role, SIDES, type Side } from '../../model/version.ts';
import { openStore, textsOf } from '../../project/vectors.ts';
import { type StageOptions, type Workspace, withWorkspace } from '../../project/workspace.ts';
import { ROLES } from '../../run/embed.ts';
import { inputsOf, partsOf as projectParts } from '../../run/freshness.ts';
import { writeFileAtomic } from '../../system/files.ts';

/** What was merged. */
export interface MergeSummary {
  /** Absolute, by shard. */
  readonly folders: readonly string[];
  readonly vectors: number;
  readonly cache: string;
}

interface Part {
  readonly folder: string;
  readonly record: ShardRecord;
}

/**
 * Puts the vectors of all shards into the cache, so that `run` has nothing left to embed. Nothing is copied before every shard
 * was found whole: of this data and these versions, none missing, none twice, each with its own texts and no others.
 * Segments are named by their content, so two merges at once write the same files.
 * @param folders folders of shards, or folders that hold some
 * @throws CutoverError SHARD_*, SHARDS_*, INTERRUPTED, STORE_SEGMENT_CORRUPT, STORE_TAG_MISMATCH, FILE_*
 */
export function mergeShards(options: StageOptions, folders: readonly string[]): Promise<MergeSummary> {
  return withWorkspace(options, async (workspace) => {
    const parts = await partsOf(await findShards(folders), inputsOf('embed', projectParts(workspace)));
    const { console } = workspace;
    const caches = { old: await openStore(workspace, 'old'), new: await openStore(workspace, 'new') };
    const copies: { readonly from: string; readonly to: string }[] = [];
    let vectors = 0;
    for (const [done, part] of parts.entries()) {
      for (const side of SIDES) {
        const { segments, rows } = await verifiedSegments(workspace, part, side);
        vectors += rows;
        const lacking = segments.filter((keys) => isLacking(caches[side], keys));
        copies.push(...lacking.map(({ file }) => ({ from: file, to: join(caches[side].folder, basename(file)) })));
      }
      console.progress({ task: 'checking shards', done: done + 1, total: parts.length, unit: 'shards' });
    }
    for (const [done, { from, to }] of copies.entries()) {
      refuseInterrupted(workspace);
      await writeFileAtomic(to, await readFile(from));
      console.progress({ task: 'copying vectors', done: done + 1, total: copies.length, unit: 'files' });
    }
    const kinds = new Set(parts.map(({ record }) => record.cpu));
    if (kinds.size > 1)
      console.warn(
        `Shards were made on different processors (${[...kinds].sort().join('; ')}), which round quantised weights differently: \`run\` takes them together with \`mixProcessors: true\`, and embeds again without it.`,
      );
    console.info(`merge     ${parts.length} shards, ${vectors} vectors`);
    return { folders: parts.map(({ folder }) => folder), vectors, cache: workspace.config.cache };
  });
}

/** Whether a segment holds a text that the cache has no vector of. */
function isLacking(cache: VectorStore, { roles, textHashes }: SegmentKeys): boolean {
  const of = (role: Role) => textHashes.filter((_, row) => roles[row] === role);
  return ROLES.some((role) => cache.missing(role, of(role)).length > 0);
}

function refuseInterrupted({ signal }: Workspace): void {
  if (signal.aborted) throw new CutoverError('INTERRUPTED', {});
}

async function partsOf(folders: readonly string[], inputs: ShardRecord['inputs']): Promise<Part[]> {
  const parts: Part[] = [];
  for (const folder of folders) {
    const record = await readShardRecord(folder);
    for (const [key, expected] of Object.entries(inputs)) {
      const found = record.inputs[key] ?? 'nothing';
      if (found !== expected) throw new CutoverError('SHARD_FOREIGN', { folder, key, found: short(found), expected: short(expected) });
    }
    const [first] = parts;
    if (first !== undefined && first.record.count !== record.count)
      throw new CutoverError('SHARDS_CUT_OTHERWISE', { folder, found: record.count, first: first.folder, expected: first.record.count });
    const twin = parts.find((part) => part.record.index === record.index);
    if (twin !== undefined)
      throw new CutoverError('SHARDS_REPEATED', { shard: `${record.index}/${record.count}`, first: twin.folder, second: folder });
    parts.push({ folder, record });
  }
  refuseGaps(parts);
  return parts.sort((a, b) => a.record.index - b.record.index);
}

function short(value: string | number): string {
  return String(value).slice(0, 12);
}

function refuseGaps(parts: readonly Part[]): void {
  const count = parts[0]?.record.count ?? 0;
  const there = new Set(parts.map(({ record }) => record.index));
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !there.has(index));
  if (missing.length > 0) throw new CutoverError('SHARDS_MISSING', { missing: missing.join(', '), count, next: `${missing[0]}/${count}` });
}

/** What is wrong with a segment that has to be made again. */
const UNUSABLE: ReadonlySet<ErrorCode> = new Set(['STORE_SEGMENT_CORRUPT', 'STORE_TAG_MISMATCH', 'FILE_IS_FOLDER']);

/** Every segment of a shard under one version, read whole and checked. */
async function verifiedSegments(
  workspace: Workspace,
  { folder, record }: Part,
  side: Side,
): Promise<{ readonly segments: readonly SegmentKeys[]; readonly rows: number }> {
  const { version } = workspace.embedders[side];
  const from = vectorFolder(folder, version.cacheKey);
  const names = (await readdir(from).catch(() => [])).filter(isSegment).sort();
  const segments: SegmentKeys[] = [];
  const shard = `${record.index}/${record.count}`;
  const held = new Set<string>();
  for (const name of names) {
    refuseInterrupted(workspace);
    const keys = await verifiedKeys(join(from, name), version.fingerprint).catch((error: unknown) => {
      if (!(error instanceof CutoverError && UNUSABLE.has(error.code))) throw error;
      throw new CutoverError('SHARD_DAMAGED', { folder, shard }, { details: [error.message], cause: error });
    });
    for (const [row, textHash] of keys.textHashes.entries()) {
      if (!inShard(textHash, record)) throw new CutoverError('SHARD_OVERLAP', { folder, version: version.id });
      held.add(`${keys.roles[row]} ${textHash}`);
    }
    segments.push(keys);
  }
  for (const role of ROLES) {
    const lacking = textsOf(workspace, role).filter(({ textHash }) => inShard(textHash, record) && !held.has(`${role} ${textHash}`));
    const [first] = lacking;
    if (first === undefined) continue;
    throw new CutoverError('SHARD_INCOMPLETE', { folder, count: lacking.length, role, id: first.id, version: version.id, shard });
  }
  return { segments, rows: held.size };
}

/** The texts of a segment whose bytes are those that were written. */
async function verifiedKeys(segment: string, tag: Fingerprint): Promise<SegmentKeys> {
  await readSegment(segment, tag);
  return readSegmentKeys(segment, tag);
}
