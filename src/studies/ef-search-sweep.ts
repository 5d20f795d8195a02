import { weighedMean, weighingOf } from '../measure/columns.ts';
import { indexColumns } from '../measure/neighbour-columns.ts';
import type { EfSearchSweep } from '../model/studies.ts';
import { SIDES, type Side } from '../model/version.ts';
import { isGraph, paramsOf, servingEngine } from '../search/registry.ts';
import { toRun } from '../search/run-table.ts';
import { filtering } from './answers.ts';
import type { Study, StudyContext } from './study.ts';

/** Candidates looked at. */
const STEPS = [10, 20, 40, 80, 160, 320, 640];

/** Recall of both versions' indexes at other values of efSearch: whether the configured one still fits the new space. */
export const efSearchSweep: Study<'efSearchSweep'> = {
  id: 'efSearchSweep',
  title: 'Recall against efSearch',
  inputs: ({ search }) => [
    search.limit,
    search.hnsw,
    STEPS,
    ...(search.old === undefined ? [] : [search.old]),
    ...(search.engine === undefined ? [] : [search.engine]),
  ],
  applies: ({ dataset, config }) => {
    const { limit } = config.search;
    if (dataset.documents.length <= limit) return { notApplicable: `there are no more than ${limit} documents` };
    return SIDES.every((side) => isGraph(paramsOf(config.search, side))) ? null : { notApplicable: 'an index that serves has no efSearch' };
  },
  run: async (context) => {
    const steps = stepsFor(context);
    const means = await context.forBoth((side, signal) => recalls({ ...context, signal }, side, steps));
    return {
      k: context.config.search.limit,
      configured: context.config.search.hnsw.efSearch,
      points: steps.map((efSearch, i) => ({ efSearch, old: means.old[i] ?? null, new: means.new[i] ?? null })),
    } satisfies EfSearchSweep;
  },
};

/** The usual steps and the configured value, up to the first that looks at every document. */
function stepsFor({ config, dataset }: StudyContext): number[] {
  const all = [...new Set([...STEPS, config.search.hnsw.efSearch])].sort((a, b) => a - b);
  const enough = all.findIndex((step) => step >= dataset.documents.length);
  return enough < 0 ? all : all.slice(0, Math.max(enough, all.indexOf(config.search.hnsw.efSearch)) + 1);
}

async function recalls(context: StudyContext, side: Side, steps: readonly number[]): Promise<(number | null)[]> {
  const { config, dataset, sides, signal, console, serving } = context;
  const { documents, queries } = await sides[side].vectors();
  const exact = toRun(sides[side].exactChunks ?? sides[side].exact);
  const params = paramsOf(config.search, side);
  const { limit } = config.search;
  const measure = `annRecall@${limit}`;
  const options = { seed: config.seed, signal, ...(serving === undefined ? {} : { serving }) };
  const index = await servingEngine(params).open(documents, params, sides[side].indexFolder, options);
  const means: (number | null)[] = [];
  try {
    for (const [i, step] of steps.entries()) {
      const found = toRun(await filtering(index, dataset).search(queries, limit, step));
      const column = indexColumns([measure], found, exact, queries.ids)[measure];
      means.push(weighedMean(column?.perQuery ?? [], weighingOf(dataset, queries.ids)));
      console.progress({ task: `trying efSearch on ${sides[side].version.id}`, done: i + 1, total: steps.length, unit: 'values' });
    }
  } finally {
    await index.close();
  }
  return means;
}
