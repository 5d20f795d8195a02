import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError } from '../core/errors.ts';
import { byCodeUnits } from '../core/order.ts';
import { sampleWithout, seededRandom } from '../core/random.ts';
import type { VectorStore } from '../embed/cache/vector-store.ts';
import { SAME_MODEL } from '../embed/http/canaries.ts';
import type { VersionRecord } from '../model/evaluation.ts';
import type { VectorSet } from '../model/vectors.ts';
import { type Role, SIDES, type Side } from '../model/version.ts';
import { CANARIES } from '../project/canaries.ts';
import { openKin, rawVectors } from '../project/kin.ts';
import { openStore, processorOfRun, type Text, textsOf } from '../project/vectors.ts';
import type { StageSummary, Workspace } from '../project/workspace.ts';
import { readText, writeFileAtomic } from '../system/files.ts';
import { isFresh, manifestFile, writeManifest } from '../system/manifest.ts';
import { inputsOf, partsOf, STAGES } from './freshness.ts';
import { canariesOf, isMadeHere, isOfProcessor, sayElsewhere } from './processors.ts';

/** Texts of a role whose vectors are compared, at most. */
const SAMPLE = 256;
/** Share of equal vectors that two versions do not have by themselves. */
const MANY = 0.1;
/** Components of unit vectors this near are one number, written by two programs. */
const SAME = 1e-6;
/** Unit vectors this far apart at the most may be two answers of one service: a cosine of {@link SAME_MODEL}. */
const NEAR = Math.sqrt(2 * (1 - SAME_MODEL));

/** Texts of a role whose vectors were held beside each other. */
interface Compared {
  readonly role: Role;
  readonly equal: number;
  readonly near: number;
  readonly of: number;
}

/**
 * Compares vectors of both sides, where nothing says that they are of one run of a model: files that were exported twice, and
 * services that serve one model.
 * @returns that many are equal, or all of two services nearly so, in words; null where that is not so
 * @throws CutoverError VERSIONS_IDENTICAL where all are
 */
async function sameVectors(workspace: Workspace): Promise<string | null> {
  const { embedders, config } = workspace;
  if (config.search.old !== undefined) return null;
  const [old, fresh] = [await openStore(workspace, 'old'), await openStore(workspace, 'new')];
  if (old.dimension !== fresh.dimension) return null;
  const counts: Compared[] = [];
  for (const role of ['document', 'query'] as const) {
    const raw = rawVectors(embedders.old.version, role);
    if (raw !== null && raw === rawVectors(embedders.new.version, role)) continue;
    const texts = textsOf(workspace, role);
    const sample = sampleWithout(seededRandom(config.seed, `same ${role}`), texts.length, SAMPLE).flatMap((i) => texts[i] ?? []);
    const [before, after] = [await old.load('old', role, sample), await fresh.load('new', role, sample)];
    counts.push({ role, ...rowsAlike(before.vectors, after.vectors), of: sample.length });
  }
  if (counts.length > 0 && counts.every(({ equal, of }) => equal === of)) {
    const all = counts.reduce((sum, { of }) => sum + of, 0);
    const why = `have equal vectors for all of ${all} texts that were compared, whatever they are called`;
    throw new CutoverError('VERSIONS_IDENTICAL', { old: embedders.old.version.id, new: embedders.new.version.id, why });
  }
  const many = counts.filter(({ equal, of }) => equal >= MANY * of);
  if (many.length === 0) return oneService(workspace, counts);
  const shares = many.map(({ role, equal, of }) => `${equal} of ${of} ${role} vectors`).join(' and ');
  return `${shares} that were compared are those of ${embedders.old.version.id}: part of the texts was not embedded again`;
}

/** Two services whose answers differ no more than those of one do from call to call, in words; null where they are unlike. */
function oneService({ embedders }: Workspace, counts: readonly Compared[]): string | null {
  const areServices = [embedders.old, embedders.new].every(({ version }) => version.decides.embedder === 'http');
  if (!areServices || counts.some(({ near, of }) => near < of)) return null;
  const all = counts.reduce((sum, { of }) => sum + of, 0);
  return `all of ${all} vectors that were compared are nearly those of ${embedders.old.version.id}, as two answers of one model are: the service may ignore the model's name`;
}

/**
 * Rows that are the same numbers on both sides, and those that are nearly so, whatever length they were scaled to. No product of one
 * side with the other is taken.
 */
function rowsAlike(before: VectorSet<'old'>, after: VectorSet<'new'>): Pick<Compared, 'equal' | 'near'> {
  const { dimension, ids } = before;
  const scaled = (data: Float32Array, row: number): Float32Array => {
    const vector = data.subarray(row * dimension, (row + 1) * dimension);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
  const apart = ids.map((_, row) => {
    const other = scaled(after.data, row);
    return scaled(before.data, row).map((value, at) => value - (other[at] ?? 0));
  });
  return {
    equal: apart.filter((row) => row.every((difference) => Math.abs(difference) <= SAME)).length,
    near: apart.filter((row) => Math.hypot(...row) <= NEAR).length,
  };
}

const [FILE] = STAGES.embed.writes;
/** Both roles, in the order in which they are embedded. */
export const ROLES = ['document', 'query'] as const;

/** What embedding learnt of each version; embedding.json. */
export type EmbeddingFacts = {
  readonly [S in Side]: Pick<VersionRecord, 'dimension' | 'truncated' | 'meanTokens' | 'processors' | 'canaries'> & {
    /** What was found when the vectors were compared. */
    readonly warnings?: readonly string[];
  };
};

/**
 * Embeds whatever the cache lacks. Vectors go to the cache, tagged; the report folder gets embedding.json and a manifest.
 * @throws CutoverError of the embedder, or FILE_UNWRITABLE; what was embedded before an interrupt or crash is kept
 */
export async function embed(workspace: Workspace): Promise<StageSummary> {
  const { config, console } = workspace;
  await checkSides(workspace);
  const inputs = inputsOf('embed', partsOf(workspace));
  const processor = await processorOfRun(workspace);
  // They follow from the texts, the versions and the processor, whichever vectors had to be made again.
  const before = (await isFresh(config.output, 'embed', inputs)) ? await readEmbeddingFacts(config.output) : null;
  const isKnown = before !== null && isOfProcessor(workspace, before, processor);
  let embedded = 0;
  const embedAndLook = async <S extends Side>(side: S): Promise<EmbeddingFacts[S] | null> => {
    const store = await openStore(workspace, side);
    for (const role of ROLES) sayElsewhere(workspace, side, store, { role, todo: missingOf(textsOf(workspace, role), store, role) });
    embedded += await embedSide(workspace, side, { store, canaries: true });
    return isKnown ? null : factsOf(workspace, side, store);
  };
  const [old, fresh] = [await embedAndLook('old'), await embedAndLook('new')];
  const summary = { stage: 'embed', output: config.output, files: [FILE], cached: embedded === 0 && isKnown };
  if (summary.cached) console.info('embed     unchanged');
  if (old === null || fresh === null) {
    if (!summary.cached) await workspace.timings.save();
    return summary;
  }
  const same = await sameVectors(workspace);
  if (same !== null) console.warn(`${workspace.embedders.new.version.id}: ${same}`);
  const facts: EmbeddingFacts = { old, new: same === null ? fresh : { ...fresh, warnings: [same] } };
  // What was found by the vectors of another processor is not what these would find.
  if (before !== null) for (const stage of ['search', 'study', 'spaces']) await rm(manifestFile(config.output, stage), { force: true });
  await writeFileAtomic(join(config.output, FILE), `${JSON.stringify(facts, null, 2)}\n`);
  await workspace.timings.save();
  await writeManifest(config.output, 'embed', inputs, [FILE]);
  for (const side of SIDES) reportTruncated(workspace, side, facts[side]);
  return summary;
}

/**
 * Looks at vectors made elsewhere before any text is embedded, of either version.
 * @param wanted texts that count; all unless given
 * @throws CutoverError VECTORS_MISSING, VECTORS_STALE, VECTORS_MIXED, VECTOR_FILE_MALFORMED and kin
 */
export async function checkSides(workspace: Workspace, wanted: (text: Text) => boolean = () => true): Promise<void> {
  for (const side of SIDES) {
    const { check } = workspace.embedders[side];
    if (check === undefined) continue;
    const store = await openStore(workspace, side);
    for (const role of ROLES) {
      const todo = missingOf(textsOf(workspace, role), store, role).filter(wanted);
      if (todo.length > 0) await check(todo, role);
    }
  }
}

/** embedding.json of a finished embed stage. */
export async function readEmbeddingFacts(folder: string): Promise<EmbeddingFacts> {
  return JSON.parse(await readText(join(folder, FILE))) as EmbeddingFacts;
}

/** Of which texts, into what. */
interface EmbedChoice {
  /** The side's own store, where it is open already. */
  readonly store?: VectorStore;
  /** First part of the entries in timings.json; `embed.<side>` unless given. */
  readonly timing?: string;
  /** Texts that count; all unless given. */
  readonly wanted?: (text: Text) => boolean;
  /** Whether the canary texts are embedded too, where an instruction set decides vectors. */
  readonly canaries?: boolean;
}

/** Embeds what the cache lacks of one side, and closes its embedder. @returns how many texts were embedded */
export async function embedSide(workspace: Workspace, side: Side, choice: EmbedChoice = {}): Promise<number> {
  const { embedders, clock, timings, console } = workspace;
  const { version } = embedders[side];
  const { store = await openStore(workspace, side), timing = `embed.${side}`, wanted = () => true } = choice;
  let count = 0;
  const begin = clock();
  for (const role of ROLES) {
    const todo = missingOf(textsOf(workspace, role), store, role).filter(wanted);
    if (todo.length === 0) continue;
    sayPrice(workspace, side, todo);
    const start = clock();
    await embedTexts(workspace, side, store, role, todo);
    timings.record(`${timing}.${role}`, clock() - start, todo.length, 'texts');
    count += todo.length;
  }
  if (choice.canaries === true && (await isMadeHere(workspace, version))) {
    const todo = missingOf(CANARIES, store, 'document');
    if (todo.length > 0) await embedTexts(workspace, side, store, 'document', todo);
  }
  await embedders[side].close();
  const seconds = (clock() - begin) / 1000;
  if (count > 0) console.info(`embed     ${version.id}: ${count} texts in ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(0)}/s`);
  return count;
}

/** What a service will charge, before it is asked. */
function sayPrice({ embedders, console }: Workspace, side: Side, todo: readonly Text[]): void {
  const cost = embedders[side].price?.(todo);
  if (cost === undefined) return;
  const price = cost.price === null ? '' : `, about ${cost.price.toPrecision(2)} at the price per million that the version names`;
  console.info(
    `embed     ${embedders[side].version.id}: ${todo.length} texts, about ${cost.tokens} tokens${price} (estimate: four characters a token)`,
  );
}

/** Each of the texts that has no vector yet, once. */
export function missingOf(texts: readonly Text[], store: VectorStore, role: Role): Text[] {
  const hashes = texts.map(({ textHash }) => textHash);
  const missing = new Set(store.missing(role, hashes));
  return missing.size === 0 ? [] : texts.filter(({ textHash }) => missing.delete(textHash));
}

async function embedTexts(workspace: Workspace, side: Side, store: VectorStore, role: Role, todo: readonly Text[]): Promise<void> {
  const { embedders, console, signal, cacheTrust } = workspace;
  const { version } = embedders[side];
  const kin = await openKin(workspace, version, role);
  const task = `embedding ${version.id} ${PLURAL[role]}`;
  let done = 0;
  console.progress({ task, done, total: todo.length, unit: 'texts' });
  try {
    for await (const { index, cuts, ...embedded } of embedders[side].embed(todo, role, signal, kin.cuts)) {
      const text = todo[index];
      if (text === undefined) throw new RangeError(`The embedder answered for text ${index} of ${todo.length}.`);
      const row = { id: text.id, role, textHash: text.textHash, tag: version.fingerprint, ...embedded };
      await store.append(row);
      cacheTrust.note(store.folder, role, text.textHash);
      await kin.keep(row, cuts);
      console.progress({ task, done: ++done, total: todo.length, unit: 'texts' });
      if (signal.aborted) throw new CutoverError('INTERRUPTED', {});
    }
  } finally {
    // On a failure too: what was embedded so far is kept, and the next run goes on from there.
    await store.flush();
    await kin.flush();
  }
  if (kin.names.length > 0) console.info(`embed     ${version.id}: its ${PLURAL[role]} serve ${some(kin.names)} too`);
}

const PLURAL: Readonly<Record<Role, string>> = { document: 'documents', query: 'queries' };
/** Names written out, at most. */
const NAMED = 3;

function some(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

async function factsOf<S extends Side>(workspace: Workspace, side: S, store: VectorStore): Promise<EmbeddingFacts[S]> {
  const document = await store.facts('document', textsOf(workspace, 'document'));
  const query = await store.facts('query', textsOf(workspace, 'query'));
  if (store.dimension === null) throw new TypeError('A store with facts has a dimension.');
  const processors = [...new Set([...document.processors, ...query.processors])].sort(byCodeUnits);
  return {
    dimension: store.dimension,
    truncated: { documents: document.truncated, queries: query.truncated },
    meanTokens: { documents: document.meanTokens, queries: query.meanTokens },
    ...(processors.length === 0 ? {} : { processors }),
    ...(processors.length !== 1 ? {} : await canariesOf(side, store)),
  };
}

function reportTruncated({ console, embedders, dataset }: Workspace, side: Side, { truncated }: EmbeddingFacts[Side]): void {
  const { id } = embedders[side].version;
  for (const [role, total] of [
    ['documents', dataset.documents.length],
    ['queries', dataset.queries.length],
  ] as const) {
    if (truncated[role] > 0) console.warn(`${id}: ${truncated[role]} of ${total} ${role} are longer than the model's input and were cut`);
  }
}
