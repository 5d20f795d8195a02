import { join } from 'node:path';
import { CONFIDENCE } from '../core/confidence.ts';
import { CutoverError } from '../core/errors.ts';
import { sampleWithout } from '../core/random.ts';
import { isChunked, parentOf } from '../dataset/parents.ts';
import type { VectorStore } from '../embed/cache/vector-store.ts';
import { couldDiffer } from '../measure/stats/distributions.ts';
import type { CacheCheck, SideCacheCheck } from '../model/cache-check.ts';
import { type Role, SIDES, type Side } from '../model/version.ts';
import { isCompared } from '../project/cache-trust.ts';
import { CANARIES } from '../project/canaries.ts';
import { agrees, embedTexts, likenessOf, measureTolerance } from '../project/likeness.ts';
import { openStore, type Text, textsOf } from '../project/vectors.ts';
import { openVersion, type Workspace } from '../project/workspace.ts';
import { readRankings } from '../search/run-table.ts';
import { readText, writeFileAtomic } from '../system/files.ts';
import { parsedJson } from '../system/json.ts';
import { searchFiles } from './freshness.ts';

const CACHE_CHECK_FILE = 'cache-check.json';
/** Other documents that are drawn: none false among them means that at most 1 % are, with 95 % confidence. */
const DRAWN = 300;
/** First results of a query whose documents are compared, at least. */
const FIRST = 10;
/** A service answers a little differently from call to call; another model is further off. */
const SERVICE_COSINE = 0.9995;

/**
 * Embeds again what was taken from a cache that anybody may have written, and compares: every query, every judged document, what is
 * found first under either version, and others that nobody can foresee. Whatever this process made itself is left out.
 * Writes cache-check.json.
 * @throws CutoverError CACHE_FOREIGN naming a vector that its version does not make
 */
export async function checkCache(workspace: Workspace): Promise<void> {
  const { config, embedders, cacheTrust, console } = workspace;
  if (!SIDES.some((side) => isCompared(cacheTrust, embedders[side].version))) return;
  const deciding = await decidingDocuments(workspace);
  const sides: SideCacheCheck[] = [];
  for (const side of SIDES) if (isCompared(cacheTrust, embedders[side].version)) sides.push(await checkSide(workspace, side, deciding));
  const check: CacheCheck = { kind: 'cutover.cache-check', schemaVersion: 1, sides };
  await writeFileAtomic(join(config.output, CACHE_CHECK_FILE), `${JSON.stringify(check, null, 2)}\n`);
  for (const line of cacheWords(check)) console.info(`cache     ${line}`);
}

/** What the check of a report folder found, in words; nothing where there was none, or nothing came from a cache. */
export async function readCacheWords(output: string): Promise<readonly string[]> {
  const check = parsedJson<CacheCheck>(await readText(join(output, CACHE_CHECK_FILE)).catch(() => ''));
  return check?.kind === 'cutover.cache-check' ? cacheWords(check) : [];
}

/** What was compared, and what that proves; a line a side that took anything from the cache. */
function cacheWords({ sides }: CacheCheck): string[] {
  return sides.flatMap(({ version, compared, drawn, rest }) => {
    if (compared.queries + compared.documents === 0) return [];
    const found = `${version}: ${compared.queries} cached queries and ${compared.documents} documents embedded again, all as cached`;
    if (rest === 0) return [`${found}; no vector rests on the cache`];
    const share = (100 * couldDiffer(drawn.length, CONFIDENCE)).toFixed(1);
    return [
      `${found}, ${drawn.length} of them drawn. Every query, judged document and first result is the version's; of ${rest + drawn.length} others at most ${share} % could differ (${100 * CONFIDENCE} % confidence)`,
    ];
  });
}

/** Ids of documents that decide what is measured: judged ones, and those found first under either version. */
async function decidingDocuments({ config, dataset }: Workspace): Promise<ReadonlySet<string>> {
  const judged = new Set([...(dataset.qrels?.values() ?? [])].flatMap((grades) => [...grades.keys()]));
  const deciding = new Set(dataset.documents.filter((document) => judged.has(parentOf(document))).map(({ id }) => id));
  const files = isChunked(dataset) ? searchFiles.chunks : searchFiles.rankings;
  for (const side of SIDES)
    for (const on of ['exact', 'served'] as const) {
      const { rankings } = await readRankings(join(config.output, files(side, on)));
      const { k, neighbours, documentIds } = rankings;
      const first = Math.max(FIRST, config.search.limit);
      neighbours.forEach((row, place) => {
        if (row >= 0 && place % k < first) deciding.add(documentIds[row] ?? '');
      });
    }
  return deciding;
}

async function checkSide(workspace: Workspace, side: Side, deciding: ReadonlySet<string>): Promise<SideCacheCheck> {
  const { cacheTrust, embedders } = workspace;
  const store = await openStore(workspace, side);
  const cached = (role: Role, texts: readonly Text[]) => fromCache(workspace, store, role, texts);
  const queries = cached('query', textsOf(workspace, 'query'));
  const documents = cached('document', textsOf(workspace, 'document'));
  const canaries = cached('document', CANARIES).filter(({ textHash }) => store.missing('document', [textHash]).length === 0);
  const wanted = new Set(documents.filter(({ id }) => deciding.has(id)).map(({ textHash }) => textHash));
  const must = documents.filter(({ textHash }) => cacheTrust.everything || wanted.has(textHash));
  const others = documents.filter(({ textHash }) => !cacheTrust.everything && !wanted.has(textHash));
  const drawn = sampleWithout(cacheTrust.random, others.length, DRAWN).flatMap((i) => others[i] ?? []);
  const compared = { queries, documents: [...must, ...drawn] };
  await compareAgain(workspace, side, store, 'query', queries);
  await compareAgain(workspace, side, store, 'document', [...compared.documents, ...canaries]);
  return {
    side,
    version: embedders[side].version.id,
    fingerprint: embedders[side].version.fingerprint,
    compared: { queries: queries.length, documents: compared.documents.length },
    drawn: drawn.map(({ id }) => id),
    rest: others.length - drawn.length,
  };
}

/** Texts that this process neither embedded nor compared, each once. */
function fromCache({ cacheTrust }: Workspace, { folder }: VectorStore, role: Role, texts: readonly Text[]): Text[] {
  const seen = new Set<string>();
  return texts.filter(({ textHash }) => {
    const isNew = !seen.has(textHash) && !cacheTrust.isKnown(folder, role, textHash);
    seen.add(textHash);
    return isNew;
  });
}

async function compareAgain(workspace: Workspace, side: Side, store: VectorStore, role: Role, texts: readonly Text[]): Promise<void> {
  if (texts.length === 0) return;
  const { config, signal, console, cacheTrust } = workspace;
  const { vectors } = await store.load(side, role, texts);
  const rows = new Map(vectors.ids.map((id, row) => [id, row]));
  // The stage's own was closed after embedding.
  const embedder = await openVersion(config, config[side], workspace);
  try {
    const { decides, id: version } = embedder.version;
    const tolerance = await measureTolerance(embedder, texts, signal, role);
    const enough = decides.embedder === 'http' ? { ...tolerance, cosine: Math.min(tolerance.cosine, SERVICE_COSINE) } : tolerance;
    const task = `comparing cached vectors of ${version}`;
    const fresh = await embedTexts(
      embedder,
      texts,
      signal,
      (done) => console.progress({ task, done, total: texts.length, unit: 'texts' }),
      role,
    );
    for (const [i, { id, textHash }] of texts.entries()) {
      const row = rows.get(id) ?? 0;
      const likeness = likenessOf(vectors.data.subarray(row * vectors.dimension, (row + 1) * vectors.dimension), fresh[i] as Float32Array);
      if (!agrees(likeness, enough)) {
        const found = likeness.cosine === null ? 'another dimension' : `a cosine of ${likeness.cosine.toFixed(4)}`;
        throw new CutoverError('CACHE_FOREIGN', { cache: config.cache, role, id, version, found });
      }
      cacheTrust.note(store.folder, role, textHash);
    }
  } finally {
    await embedder.close();
  }
}
