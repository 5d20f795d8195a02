import { basename } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { sha256Json } from '../../core/hash.ts';
import { documentText } from '../../dataset/corpus.ts';
import { judgedDocuments } from '../../dataset/parents.ts';
import { keyFor } from '../../embed/http/key.ts';
import { findCrossEncoder } from '../../embed/rerankers/cross-encoder.ts';
import type { OpenReranker } from '../../embed/rerankers/reranker.ts';
import { rerankService } from '../../embed/rerankers/service.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { PipelineRecord, RerankSpec } from '../../model/pipeline.ts';
import type { Run } from '../../model/search.ts';
import { SIDES, type Side } from '../../model/version.ts';
import { embedderContext, type Workspace } from '../../project/workspace.ts';
import { best } from '../../search/lexical/bm25.ts';
import { readTrecRun } from '../../search/trec-run.ts';

type Sided = { readonly [S in Side]: Run };

async function open({ config, console, ...options }: Workspace, spec: Exclude<RerankSpec, { source: 'run' }>): Promise<OpenReranker> {
  const isKeyed = spec.source === 'service' && spec.keyFrom !== null;
  const context = await embedderContext(config, { ...options, console }, isKeyed);
  if (spec.source === 'model') return (await findCrossEncoder(spec, context)).open();
  const named = { file: config.file, id: 'the re-ranker', ...(spec.keyFrom === null ? {} : { keyFrom: spec.keyFrom }) };
  return rerankService(spec, keyFor(named, spec.url, context), (line) => console.info(`  ${line}`));
}

/** Query → candidates of both versions, each once, ascending. */
function candidatesOf(runs: Sided, depth: number): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const query of runs.old.keys()) {
    const ids = SIDES.flatMap((side) => runs[side].get(query)?.ids.slice(0, depth) ?? []);
    if (ids.length > 0) found.set(query, [...new Set(ids)].sort());
  }
  return found;
}

/** Query → document → score. */
type Scores = ReadonlyMap<string, ReadonlyMap<string, number>>;

async function fromFile(file: string, candidates: ReadonlyMap<string, readonly string[]>): Promise<Scores> {
  const run = await readTrecRun(file);
  const scores = new Map([...run].map(([query, { ids, scores: of }]) => [query, new Map(ids.map((id, i) => [id, of[i] ?? 0]))]));
  const all = [...candidates].flatMap(([query, ids]) => ids.map((document) => ({ query, document })));
  const lacking = all.filter(({ query, document }) => scores.get(query)?.has(document) !== true);
  const [first] = lacking;
  if (first !== undefined)
    throw new CutoverError('PIPELINE_UNSCORED', { file: basename(file), count: lacking.length, all: all.length, ...first });
  return scores;
}

async function asked(workspace: Workspace, reranker: OpenReranker, candidates: ReadonlyMap<string, readonly string[]>): Promise<Scores> {
  const { dataset, console, signal } = workspace;
  const [texts, queries] = textsOf(dataset);
  const scores = new Map<string, ReadonlyMap<string, number>>();
  for (const [query, ids] of candidates) {
    if (signal.aborted) throw new CutoverError('INTERRUPTED', {});
    const found = await reranker.score(
      queries.get(query) ?? '',
      ids.map((id) => texts.get(id) ?? ''),
      signal,
    );
    scores.set(query, new Map(ids.map((id, i) => [id, found[i] ?? 0])));
    console.progress({ task: 'ordering again', done: scores.size, total: candidates.size, unit: 'queries' });
  }
  return scores;
}

function textsOf(dataset: Dataset): readonly [documents: Map<string, string>, queries: Map<string, string>] {
  const documents = judgedDocuments(dataset).map((document) => [document.id, documentText(document)] as const);
  return [new Map(documents), new Map(dataset.queries.map(({ id, text }) => [id, text]))];
}

/** The first of each fused list ordered by the re-ranker, each pair scored once for both versions. */
export async function reranked(
  workspace: Workspace,
  spec: RerankSpec,
  fused: Sided,
  limit: number,
): Promise<{ readonly runs: Sided; readonly record: NonNullable<PipelineRecord['rerank']> }> {
  const candidates = candidatesOf(fused, spec.depth);
  const reranker = spec.source === 'run' ? null : await open(workspace, spec);
  try {
    const scores =
      spec.source === 'run' ? await fromFile(spec.file, candidates) : await asked(workspace, reranker as OpenReranker, candidates);
    const given = [...candidates].map(([query, ids]) => [query, ids.map((id) => [id, scores.get(query)?.get(id) ?? 0] as const)] as const);
    const ordered = (side: Side): Run =>
      new Map(
        [...fused[side]].map(([query, { ids }]) => {
          const own = ids.slice(0, spec.depth).map((id) => ({ id, score: scores.get(query)?.get(id) ?? 0 }));
          return [query, best(own, limit)];
        }),
      );
    const pairs = given.reduce((sum, [, ids]) => sum + ids.length, 0);
    const name = spec.source === 'model' ? spec.model : spec.source === 'run' ? basename(spec.file) : hostOf(spec);
    const fingerprint = reranker?.fingerprint ?? null;
    const record = {
      source: spec.source,
      depth: spec.depth,
      name,
      ...(fingerprint === null ? {} : { fingerprint }),
      scores: sha256Json(given),
      pairs,
    };
    return { runs: { old: ordered('old'), new: ordered('new') }, record };
  } finally {
    await reranker?.close();
  }
}

/** Without what an address may carry beside its host and path. */
function hostOf({ url, model }: { readonly url: string; readonly model: string | null }): string {
  const { host, pathname } = new URL(url);
  return `${model === null ? '' : `${model} at `}${host}${pathname}`;
}
