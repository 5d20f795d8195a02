import { join } from 'node:path';
import { isNotApplicable } from '../../core/absence.ts';
import { CutoverError } from '../../core/errors.ts';
import { fingerprintOf, sha256, sha256Json } from '../../core/hash.ts';
import { safetensorsBytes } from '../../formats/safetensors.ts';
import { across, type Bridge } from '../../measure/spaces/bridge.ts';
import { quantile } from '../../measure/stats/quantile.ts';
import type { BridgeEnd, BridgeRecord } from '../../model/bridge.ts';
import type { Way } from '../../model/studies.ts';
import type { JudgedWay } from '../../model/verdict.ts';
import type { Side } from '../../model/version.ts';
import { loadVectors } from '../../project/vectors.ts';
import { CUTOVER_VERSION, type StageOptions, type Workspace, withWorkspace } from '../../project/workspace.ts';
import { certifying, certifyVersion } from '../../run/certificate.ts';
import { type Judged, readJudged, requireJudged } from '../../run/judged.ts';
import { type FittedBridge, fittedBridges, rowsOf, type Vectors } from '../../studies/ways/bridges.ts';
import { makeFolder, writeFileAtomic } from '../../system/files.ts';
import { bridgeDecides, RECORD_FILE, TENSORS_FILE } from './open.ts';

/** What is exported, and where to. */
export interface BridgeOptions {
  /** Absolute path. */
  readonly folder: string;
  /** `bridge-ridge-400`; null for the bridge of the fewest pairs that passes, else the one that loses least. */
  readonly way: string | null;
  /** How the certificate of a bridge that passes is made. */
  readonly certificate: Parameters<typeof certifying>[0];
}

/** A bridge as it was written. */
export interface ExportedBridge {
  readonly record: BridgeRecord;
  readonly files: readonly string[];
}

interface Chosen {
  readonly way: Way;
  readonly judged: JudgedWay;
}

/**
 * Fits a bridge that the run has judged once more and writes it: numbers, a record of what it is for and what it does, and a
 * certificate where it passes. It is one of the two that the study measured, to the last bit.
 * @throws CutoverError BRIDGE_UNMEASURED; ARTIFACT_MISSING, ARTIFACT_STALE where no run judged these inputs; STORE_VECTOR_MISSING
 */
export async function exportBridge(options: StageOptions, { folder, way: name, certificate }: BridgeOptions): Promise<ExportedBridge> {
  const { output } = await requireJudged(options);
  const judged = await readJudged(output);
  const chosen = choose(judged, name);
  const by = await certifying(certificate, options.env);
  return withWorkspace(options, async (workspace) => {
    const vectors = { old: await loadVectors(workspace, 'old'), new: await loadVectors(workspace, 'new') };
    const { setting, method } = chosen.way;
    const [fitted] = fittedBridges(workspace.config.seed, vectors, { method: method ?? 'ridge', pairs: setting ?? 0 });
    const bytes = safetensorsBytes(tensorsOf(fitted.bridge));
    const record = recordOf(workspace, vectors, fitted, { ...chosen, from: judged, tensors: sha256(bytes) });
    const files = [join(folder, TENSORS_FILE), join(folder, RECORD_FILE)];
    await makeFolder(folder);
    await writeFileAtomic(join(folder, TENSORS_FILE), bytes);
    await writeFileAtomic(join(folder, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
    if (record.judged.outcome === 'pass' && judged.verdict.outcome === 'pass') files.push(await certified(workspace, record, folder, by));
    return { record, files };
  });
}

/** @throws CutoverError BRIDGE_UNMEASURED */
function choose({ evaluation, verdict }: Judged, name: string | null): Chosen {
  const found = evaluation.studies?.ways;
  const ways = found === undefined || isNotApplicable(found) ? [] : found.ways.filter(({ kind }) => kind === 'bridge');
  const known = ways.flatMap((way): Chosen[] => {
    const judged = verdict.ways?.ways.find(({ id }) => id === way.id);
    return judged === undefined ? [] : [{ way, judged }];
  });
  const loss = ({ judged }: Chosen) => judged.results[0]?.difference ?? 0;
  const passed = known.filter(({ judged }) => judged.outcome === 'pass').sort((a, b) => a.way.toEmbed - b.way.toEmbed);
  const best = passed[0] ?? [...known].sort((a, b) => loss(b) - loss(a))[0];
  const chosen = name === null ? best : known.find(({ way }) => way.id === name);
  if (chosen !== undefined) return chosen;
  const ids = known.map(({ way }) => way.id);
  throw new CutoverError('BRIDGE_UNMEASURED', { way: name ?? 'No bridge', known: ids.length === 0 ? 'none' : ids.join(', ') });
}

function tensorsOf({ from, to, weights, offset, hidden }: Bridge): ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }> {
  const units = hidden?.offset.length ?? 0;
  const tensor = (data: Float64Array, ...shape: number[]) => ({ shape, data: Float32Array.from(data) });
  const layers =
    hidden === undefined
      ? []
      : ([
          ['hidden.weights', tensor(hidden.weights, from, units)],
          ['hidden.offset', tensor(hidden.offset, units)],
        ] as const);
  return new Map([...layers, ['weights', tensor(weights, from + units, to)], ['offset', tensor(offset, to)]]);
}

interface Recorded extends Chosen {
  readonly from: Judged;
  readonly tensors: BridgeRecord['tensors'];
}

function recordOf(workspace: Workspace, vectors: Vectors, fitted: FittedBridge, { judged, from, tensors }: Recorded): BridgeRecord {
  const { config, dataset, embedders } = workspace;
  const end = (side: Side): BridgeEnd => {
    const { id, fingerprint } = embedders[side].version;
    return { id, fingerprint, dimension: vectors[side].documents.dimension };
  };
  const { method, pairs } = fitted.bridge;
  const what = { old: end('old'), new: end('new'), method, normalize: config.search.similarity === 'cosine', tensors };
  return {
    kind: 'cutover.bridge',
    schemaVersion: 1,
    cutoverVersion: CUTOVER_VERSION,
    fingerprint: fingerprintOf(bridgeDecides(what)),
    ...what,
    fitted: { pairs, seed: config.seed, dataset: { name: dataset.name, hashes: dataset.hashes } },
    heldOut: heldOutOf(vectors, fitted),
    judged: { ...judged, evaluation: from.hash, policy: sha256Json(config.policy) },
  };
}

/** How near the carried documents come to their new vectors, of those that took no part in the fit. */
function heldOutOf({ old, new: fresh }: Vectors, { bridge, heldOut }: FittedBridge): BridgeRecord['heldOut'] {
  const [carried, truth] = [across(bridge, rowsOf(old.documents, heldOut)), rowsOf(fresh.documents, heldOut)];
  const cosines = heldOut.map((_, row) => cosine(carried, truth, row * bridge.to, bridge.to));
  const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
  return { documents: heldOut.length, cosine: { mean, p05: quantile(cosines, 0.05) } };
}

/** Of a carried vector and the one that it stands for, both of the new space; 0 for one of zeros. */
function cosine(a: Float32Array, b: Float32Array, first: number, d: number): number {
  let [dot, ownA, ownB] = [0, 0, 0];
  for (let i = first; i < first + d; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    dot += x * y;
    ownA += x * x;
    ownB += y * y;
  }
  return ownA === 0 || ownB === 0 ? 0 : dot / Math.sqrt(ownA * ownB);
}

function certified(
  { config, ...options }: Workspace,
  record: BridgeRecord,
  folder: string,
  by: Awaited<ReturnType<typeof certifying>>,
): Promise<string> {
  const { fingerprint, old, new: fresh } = record;
  const version = { id: `${old.id} over a bridge to ${fresh.id}`, fingerprint, verifiable: true, decides: bridgeDecides(record) };
  return certifyVersion(config, { version, folder }, by, options);
}
