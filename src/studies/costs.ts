import type { NotApplicable } from '../core/absence.ts';
import { documentText } from '../dataset/corpus.ts';
import type { Embedder, TextItem } from '../embed/embedder.ts';
import { isCost, parseMetric } from '../measure/measure-name.ts';
import { bytesPerDocument } from '../measure/metrics/cost/bytesPerDocument.ts';
import { coldLoadMs } from '../measure/metrics/cost/coldLoadMs.ts';
import { costPerMillion } from '../measure/metrics/cost/costPerMillion.ts';
import { modelBytes } from '../measure/metrics/cost/modelBytes.ts';
import { queryMs } from '../measure/metrics/cost/queryMs.ts';
import type { Policy } from '../model/policy.ts';
import type { Cost } from '../model/studies.ts';
import type { VectorSet } from '../model/vectors.ts';
import { type Role, SIDES, type Side } from '../model/version.ts';
import type { SearchIndex } from '../search/engine.ts';
import { withIndexes } from './costs/indexes.ts';
import { DESIGN, inTurn, type Work } from './costs/timing.ts';
import type { Study, StudyContext } from './study.ts';

/** Milliseconds of an hour. */
const HOUR = 3_600_000;

/** Names of the costs that the rules ask for, each once. */
function askedOf({ rules }: Policy): string[] {
  return [...new Set(rules.filter(({ metric }) => isCost(metric)).map(({ metric }) => parseMetric(metric).name.name))].sort();
}

type Found = Cost | NotApplicable;
type Finder = (context: StudyContext, name: string) => Promise<Found>;

/**
 * What each version costs: time, memory, size and price, of those that the policy names. Versions are timed in turn on this machine, so the
 * values are a record and only their ratio means anything.
 */
export const costs: Study<'costs'> = {
  id: 'costs',
  title: 'Costs of both versions',
  isTimed: true,
  inputs: ({ policy, search, old, new: fresh }) => {
    const asked = askedOf(policy);
    const price = (spec: typeof old) => spec.requests?.pricePerMillionTokens ?? null;
    return asked.length === 0 ? [] : [asked, DESIGN, search, price(old), price(fresh)];
  },
  applies: ({ config }) => (askedOf(config.policy).length > 0 ? null : { notApplicable: 'no rule of the policy names a cost' }),
  run: async (context) => {
    const values: Record<string, Found> = {};
    for (const name of askedOf(context.config.policy)) values[name] = await (FINDERS[parseMetric(name).name.id] ?? unknown)(context, name);
    return { design: DESIGN, values };
  },
};

const unknown: Finder = async (_, name) => ({ notApplicable: `nobody knows how to measure ${name}` });

const FINDERS: Readonly<Record<string, Finder>> = {
  [queryMs.id]: (context, name) => withEmbedders(context, (embedders) => timeOfQueries(context, name, embedders)),
  [coldLoadMs.id]: timeToLoad,
  [bytesPerDocument.id]: bytesOf,
  [modelBytes.id]: async ({ sides }) => {
    const [old, fresh] = [sides.old.version.modelBytes, sides.new.version.modelBytes];
    if (old === undefined || fresh === undefined)
      return { notApplicable: `the model of ${notHere(sides)} is not in files that cutover runs` };
    return { unit: 'bytes', old: [modelBytes.compute([old])], new: [modelBytes.compute([fresh])] };
  },
  [costPerMillion.id]: (context, name) => withEmbedders(context, (embedders) => costOfDocuments(context, name, embedders)),
};

type Sides = StudyContext['sides'];
type Embedders = { readonly [S in Side]: Embedder };

function notHere(sides: Sides): string {
  return SIDES.flatMap((side) => (sides[side].version.modelBytes === undefined ? [sides[side].version.id] : [])).join(' and ');
}

/** One session a version, as for one query at a time. Vectors that were made elsewhere take no time here. */
async function withEmbedders(context: StudyContext, use: (embedders: Embedders) => Promise<Found>): Promise<Found> {
  const made = SIDES.filter((side) => context.sides[side].spec.vectors !== undefined);
  if (made.length > 0)
    return { notApplicable: `the vectors of ${made.map((side) => context.sides[side].version.id).join(' and ')} were made elsewhere` };
  const embedders = { old: await context.sides.old.open(1), new: await context.sides.new.open(1) };
  try {
    return await use(embedders);
  } finally {
    await Promise.all(SIDES.map((side) => embedders[side].close()));
  }
}

interface Answer {
  readonly vector: Float32Array;
  /** When it was sent. */
  readonly since: number;
}

/** One text, and from when on its time counts: waiting for a service's turn is no time of the version. */
async function ask(embedder: Embedder, item: TextItem, role: Role, { clock, signal }: StudyContext): Promise<Answer> {
  let since = clock();
  const started = () => {
    since = clock();
  };
  if (embedder.embedOne !== undefined) return { vector: (await embedder.embedOne(item, role, started, signal)).vector, since };
  for await (const { vector } of embedder.embed([item], role, signal)) return { vector, since };
  throw new TypeError('An embedder gave no answer.');
}

/** Opens services and models for good: the first call checks what later ones rely on. */
async function warm(embedders: Embedders, [item]: readonly TextItem[], role: Role, signal: AbortSignal): Promise<void> {
  if (item === undefined) return;
  for (const side of SIDES) for await (const _ of embedders[side].embed([item], role, signal));
}

function timeOfQueries(context: StudyContext, name: string, embedders: Embedders): Promise<Found> {
  const { dataset, config, clock, signal } = context;
  const items = dataset.queries.map(({ id, text }): TextItem => ({ id, text }));
  return withIndexes(context, async (indexes) => {
    await warm(embedders, items, 'query', signal);
    const one =
      <S extends Side>(side: S, index: SearchIndex<S>) =>
      async (item: TextItem) => {
        const { vector, since } = await ask(embedders[side], item, 'query', context);
        const { fingerprint } = context.sides[side].version;
        const query: VectorSet<S> = { side, fingerprint, dimension: vector.length, ids: [item.id], data: vector };
        await index.search(query, config.search.limit);
        return clock() - since;
      };
    const work: Work<TextItem> = { old: one('old', indexes.old), new: one('new', indexes.new) };
    return inTurn(context, { name, metric: queryMs, unit: 'ms', items, work });
  });
}

/** From opening to the first vector, each time from the start; files were found and hashed before. */
async function timeToLoad(context: StudyContext, name: string): Promise<Found> {
  const { sides, dataset, clock, signal } = context;
  if (SIDES.some((side) => sides[side].version.modelBytes === undefined))
    return { notApplicable: `cutover does not load the model of ${notHere(sides)}` };
  const load = (side: Side) => async (item: TextItem) => {
    const embedder = await sides[side].open(1);
    try {
      const start = clock();
      for await (const _ of embedder.embed([item], 'query', signal)) return clock() - start;
      throw new TypeError('An embedder gave no answer.');
    } finally {
      await embedder.close();
    }
  };
  const items = dataset.queries.map(({ id, text }): TextItem => ({ id, text }));
  return inTurn(context, { name, metric: coldLoadMs, unit: 'ms', items, work: { old: load('old'), new: load('new') }, texts: 1, tries: 1 });
}

function bytesOf(context: StudyContext): Promise<Found> {
  return withIndexes(context, async ({ bytes }) => {
    const of = (side: Side) => [bytesPerDocument.compute([bytes[side] / context.dataset.documents.length])];
    return { unit: 'bytes', old: of('old'), new: of('new') };
  });
}

/** By the price where both versions have one; else by the time of this machine. */
async function costOfDocuments(context: StudyContext, name: string, embedders: Embedders): Promise<Found> {
  const items = context.dataset.documents.map((document): TextItem => ({ id: document.id, text: documentText(document) }));
  const paid = SIDES.filter((side) => embedders[side].price !== undefined);
  if (paid.length === 1)
    return { notApplicable: 'one version is paid by the token and the other by time of a machine, which have no common unit' };
  if (paid.length === 2) return priceOf(items, embedders);
  await warm(embedders, items, 'document', context.signal);
  const one = (side: Side) => async (item: TextItem) => {
    const { since } = await ask(embedders[side], item, 'document', context);
    return (context.clock() - since) / HOUR;
  };
  const work: Work<TextItem> = { old: one('old'), new: one('new') };
  return inTurn(context, { name, metric: costPerMillion, unit: 'hours of this machine', items, work, texts: DESIGN.documents });
}

function priceOf(items: readonly TextItem[], embedders: Embedders): Found {
  const of = (side: Side) => embedders[side].price?.(items).price ?? null;
  const [old, fresh] = [of('old'), of('new')];
  if (old === null || fresh === null) return { notApplicable: 'a version names no `pricePerMillionTokens` under `requests`' };
  if (old === 0) return { notApplicable: 'the old version costs nothing, so that there is no ratio' };
  const each = (price: number) => [costPerMillion.compute([price / items.length])];
  return { unit: 'at the price of the versions', old: each(old), new: each(fresh) };
}
