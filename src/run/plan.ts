import { sampleWithout, seededRandom } from '../core/random.ts';
import { type Foresight, foresee, judgedNeeds } from '../gate/foresight.ts';
import { type Role, SIDES, type Side } from '../model/version.ts';
import { graphBytes, storedBytes } from '../project/index-size.ts';
import { openStore, type Text, textsOf } from '../project/vectors.ts';
import { type StageOptions, type Workspace, withWorkspace } from '../project/workspace.ts';
import { missingOf } from './embed.ts';

/** Texts embedded to measure the rate; they are not kept. */
const PROBE = 24;

/** What embedding one version would cost. */
export interface PlanItem {
  readonly side: Side;
  readonly version: string;
  readonly texts: number;
  /** Not in the cache yet. */
  readonly toEmbed: number;
  readonly documents: number;
  readonly queries: number;
  /** Measured on a sample; null when nothing is to be embedded. */
  readonly textsPerSecond: number | null;
  readonly seconds: number | null;
  /** What a service will charge, estimated; null where it costs nothing but time. */
  readonly price: { readonly tokens: number; readonly price: number | null } | null;
  /** Vectors and index. */
  readonly bytes: number;
}

export interface Plan {
  readonly items: readonly PlanItem[];
  readonly seconds: number | null;
  readonly bytes: number;
  readonly cache: string;
  /** What the judged needs can show; null where no rule compares quality. */
  readonly foresight: Foresight | null;
}

/** How many texts, how long, how much disk; loads a model only where something is to be embedded, and writes nothing. */
export async function planRun(options: StageOptions): Promise<Plan> {
  return withWorkspace({ ...options, dry: true }, async (workspace) => {
    const items: PlanItem[] = [];
    for (const side of SIDES) items.push(await planSide(workspace, side));
    const seconds = items.flatMap((item) => item.seconds ?? []);
    return {
      items,
      seconds: seconds.length === 0 ? null : seconds.reduce((sum, value) => sum + value, 0),
      bytes: items.reduce((sum, item) => sum + item.bytes, 0),
      cache: workspace.config.cache,
      foresight: foresee(workspace.config.policy, judgedNeeds(workspace.dataset)),
    };
  });
}

async function planSide(workspace: Workspace, side: Side): Promise<PlanItem> {
  const { dataset, embedders, config } = workspace;
  const store = await openStore(workspace, side);
  const missing = (role: Role) => missingOf(textsOf(workspace, role), store, role);
  const todo = { document: missing('document'), query: missing('query') };
  const toEmbed = todo.document.length + todo.query.length;
  // A service is not asked for an estimate: that would cost something already.
  const price = embedders[side].price?.([...todo.document, ...todo.query]) ?? null;
  const probe = toEmbed === 0 || price !== null ? null : await measureRate(workspace, side, todo);
  const dimension = probe?.dimension ?? store.dimension ?? 0;
  const graph = graphBytes(todo.document.length, dimension, config.search.hnsw.m);
  return {
    side,
    version: embedders[side].version.id,
    texts: dataset.documents.length + dataset.queries.length,
    toEmbed,
    documents: dataset.documents.length,
    queries: dataset.queries.length,
    textsPerSecond: probe?.textsPerSecond ?? null,
    seconds: probe === null ? null : toEmbed / probe.textsPerSecond,
    price,
    bytes: storedBytes(toEmbed, dimension) + graph,
  };
}

async function measureRate(
  { embedders, config, clock, signal }: Workspace,
  side: Side,
  todo: { readonly [R in Role]: readonly Text[] },
): Promise<{ textsPerSecond: number; dimension: number }> {
  const role: Role = todo.document.length > 0 ? 'document' : 'query';
  const texts = todo[role];
  const sample = sampleWithout(seededRandom(config.seed, 'plan'), texts.length, PROBE).flatMap((i) => texts[i] ?? []);
  let dimension = 0;
  // The first text pays for loading the model, which is no part of the rate.
  for await (const { vector } of embedders[side].embed(sample.slice(0, 1), role, signal)) dimension = vector.length;
  const start = clock();
  for await (const { vector } of embedders[side].embed(sample, role, signal)) dimension = vector.length;
  await embedders[side].close();
  return { textsPerSecond: (1000 * sample.length) / (clock() - start), dimension };
}
