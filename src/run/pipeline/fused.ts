import { CutoverError } from '../../core/errors.ts';
import { weighingOf } from '../../measure/columns.ts';
import { DEFAULT_MEASURE } from '../../model/metric.ts';
import type { Pipeline, TunedWeights } from '../../model/pipeline.ts';
import type { Rankings, Run } from '../../model/search.ts';
import type { Side } from '../../model/version.ts';
import type { Workspace } from '../../project/workspace.ts';
import { type Fusion, fuse } from '../../search/fusion.ts';
import { toRun } from '../../search/run-table.ts';
import { halvesOf, tunedWeights } from './tuning.ts';

/** A list of nothing. */
export const NONE = { ids: [], scores: [] };

interface Fused {
  readonly runs: { readonly [S in Side]: Run };
  readonly tuned: TunedWeights | null;
}

/**
 * What words and vectors find, in one list a query. A weight that is tuned on one half of the needs serves the other half.
 * @throws CutoverError PIPELINE_UNJUDGED
 */
export function fusedRuns(
  { dataset, config }: Workspace,
  { fusion, limit, rerank }: Pipeline,
  served: { readonly [S in Side]: Rankings },
  words: Run,
): Fused {
  const at = (side: Side, fusionOf: (query: number) => Fusion, depth = rerank?.depth ?? limit): Run => {
    const vectors = toRun(served[side]);
    return new Map(
      served[side].queryIds.map((id, query) => [id, fuse([vectors.get(id) ?? NONE, words.get(id) ?? NONE], fusionOf(query), depth)]),
    );
  };
  if (fusion.method !== 'weighted') return { runs: { old: at('old', () => fusion), new: at('new', () => fusion) }, tuned: null };
  const { vectors: weight } = fusion;
  const weighted = (vectors: number): Fusion => ({ method: 'weighted', weights: [vectors, 1 - vectors] });
  if (weight !== 'tuned') return { runs: { old: at('old', () => weighted(weight)), new: at('new', () => weighted(weight)) }, tuned: null };
  const { qrels } = dataset;
  if (qrels === null) throw new CutoverError('PIPELINE_UNJUDGED', {});
  const ids = served.old.queryIds;
  const queries = { ids, ...weighingOf(dataset, ids) };
  const halves = halvesOf(queries.needs, config.seed);
  const tune = (side: Side) => tunedWeights((one) => at(side, () => weighted(one), limit), qrels, queries, halves);
  const vectors = { old: tune('old'), new: tune('new') };
  // What was tuned on the first half serves the second one, and the other way round.
  const run = (side: Side) => at(side, (query) => weighted(vectors[side][halves[query] === true ? 0 : 1]));
  return { runs: { old: run('old'), new: run('new') }, tuned: { measure: DEFAULT_MEASURE, vectors } };
}
