import { join } from 'node:path';
import type { Fingerprint } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import { fingerprintOf, shortHash } from '../../core/hash.ts';
import { finishVector } from '../../embed/vector.ts';
import { readSafetensors, type Tensor } from '../../formats/safetensors.ts';
import type { TaggedQuery } from '../../live/stores/live-store.ts';
import { across, type Bridge } from '../../measure/spaces/bridge.ts';
import type { BridgeRecord } from '../../model/bridge.ts';
import { sha256File } from '../../system/files.ts';
import { readArtifact } from '../../system/json.ts';

export const RECORD_FILE = 'bridge.json';
export const TENSORS_FILE = 'bridge.safetensors';

/** A bridge that was exported, ready to carry vectors over. */
export interface OpenBridge {
  readonly record: BridgeRecord;
  readonly bridge: Bridge;
}

/** What decides the vectors that a bridge makes. */
export function bridgeDecides({
  old,
  new: fresh,
  method,
  normalize,
  tensors,
}: Pick<BridgeRecord, 'old' | 'new' | 'method' | 'normalize' | 'tensors'>): Readonly<Record<string, unknown>> {
  const ends = { old: old.fingerprint, new: fresh.fingerprint, from: old.dimension, dimension: fresh.dimension };
  return { embedder: 'bridge', ...ends, method, normalize, tensors };
}

/**
 * Reads what `cutover bridge` wrote. Its numbers, both tags and its own tag have to belong together.
 * @param folder that holds bridge.json and bridge.safetensors
 * @throws CutoverError BRIDGE_MALFORMED, ARTIFACT_MISSING, ARTIFACT_FOREIGN, ARTIFACT_NEWER, MODEL_UNUSABLE
 */
export async function openBridge(folder: string): Promise<OpenBridge> {
  const [file, numbers] = [join(folder, RECORD_FILE), join(folder, TENSORS_FILE)];
  const { value: record } = await readArtifact<BridgeRecord>(file, 'cutover.bridge', 'bridge');
  if ((await sha256File(numbers)) !== record.tensors)
    throw new CutoverError('BRIDGE_MALFORMED', { file: numbers, reason: `it is not the file that ${RECORD_FILE} was written for` });
  if (fingerprintOf(bridgeDecides(record)) !== record.fingerprint)
    throw new CutoverError('BRIDGE_MALFORMED', { file, reason: 'its fingerprint is not that of what it says' });
  return { record, bridge: bridgeOf(record, await readSafetensors(numbers), numbers) };
}

function bridgeOf({ method, old, new: fresh, fitted }: BridgeRecord, tensors: ReadonlyMap<string, Tensor>, file: string): Bridge {
  const units = tensors.get('hidden.offset')?.data.length ?? 0;
  const values = (name: string, rows: number, columns: number): Float64Array => {
    const tensor = tensors.get(name);
    if (tensor?.data.length !== rows * columns)
      throw new CutoverError('BRIDGE_MALFORMED', { file, reason: `${name} is not ${rows} × ${columns}` });
    return Float64Array.from(tensor.data);
  };
  const [from, to] = [old.dimension, fresh.dimension];
  const own = { method, pairs: fitted.pairs, from, to, weights: values('weights', from + units, to), offset: values('offset', 1, to) };
  return units === 0
    ? own
    : { ...own, hidden: { weights: values('hidden.weights', from, units), offset: values('hidden.offset', 1, units) } };
}

/**
 * A document's old vector as the new space has it, under the tag of the bridge.
 * @throws CutoverError BRIDGE_FOREIGN for a vector of any other version than the one that the bridge starts from
 * @example const row = carryDocument(await openBridge('bridge'), { tag: oldVersion.fingerprint, vector });
 */
export function carryDocument({ record, bridge }: OpenBridge, { tag, vector }: TaggedQuery): TaggedQuery {
  requireEnd(record, 'old', tag, vector);
  const rules = { version: 'the bridge', dimensions: null, normalize: record.normalize };
  return { tag: record.fingerprint, vector: finishVector(across(bridge, vector), rules, 'document', 'of the given vector') };
}

/**
 * A query's vector of the new version, for an index of carried documents: the numbers stay, the tag is that of the bridge.
 * @throws CutoverError BRIDGE_FOREIGN for a query of any other version than the one that the bridge leads to
 * @example await searchLive(store, carryQuery(bridge, { tag: newVersion.fingerprint, vector }), 10)
 */
export function carryQuery({ record }: OpenBridge, { tag, vector }: TaggedQuery): TaggedQuery {
  requireEnd(record, 'new', tag, vector);
  return { tag: record.fingerprint, vector };
}

function requireEnd(record: BridgeRecord, side: 'old' | 'new', tag: Fingerprint, { length }: Float32Array): void {
  const { fingerprint, dimension } = record[side];
  if (tag === fingerprint && length === dimension) return;
  const what = side === 'old' ? 'documents' : 'queries';
  const expected = `${shortHash(fingerprint)} (${dimension} dimensions)`;
  throw new CutoverError('BRIDGE_FOREIGN', { what, expected, found: `${shortHash(tag)} (${length} dimensions)` });
}
