import { documentText } from '../../dataset/corpus.ts';
import { parentsOf } from '../../dataset/parents.ts';
import { type Foresight, foresee, judgedNeeds } from '../../gate/foresight.ts';
import { typicalDetectable } from '../../measure/stats/foresight.ts';
import { quantile } from '../../measure/stats/quantile.ts';
import type { Dataset, DatasetHashes, Silence, WeakGrades } from '../../model/dataset.ts';
import type { Policy } from '../../model/policy.ts';

export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

export interface DatasetStats {
  readonly name: string;
  readonly hashes: DatasetHashes;
  readonly documents: number;
  /** Judged documents where `documents` are chunks; null where they are not chunked. */
  readonly parents: number | null;
  readonly queries: number;
  readonly needs: number;
  readonly judgedQueries: number;
  /** Characters. */
  readonly documentLength: Spread;
  readonly queryLength: Spread;
  /** Judgements a judged query; null without judgements. */
  readonly judgements: Spread | null;
  /** Grade → how often, ascending. */
  readonly grades: Readonly<Record<string, number>>;
  /** Who gave the grades where no person did; null where people did, or nobody. */
  readonly weakGrades: WeakGrades | null;
  /** Slice field → value → queries. */
  readonly slices: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Loss of nDCG@10 that a run would typically tell from zero in 8 of 10 cases at 95 %; null where too few needs are judged. */
  readonly typicalDetectable: number | null;
  /** That against the policy of the configuration, or the default one; null where no rule of it compares quality. */
  readonly foresight: Foresight | null;
  /** What it means that a document is not listed for a query; null without judgements. */
  readonly silence: Silence | null;
}

/** What a data set holds. Lengths are in characters. */
export function datasetStats(dataset: Dataset, policy: Pick<Policy, 'rules' | 'confidence'>): DatasetStats {
  const { name, hashes, documents, queries, qrels, sliceFields } = dataset;
  const judged = queries.filter(({ id }) => qrels?.has(id));
  const needs = judgedNeeds(dataset);
  const perQuery = [...(qrels?.values() ?? [])].map(({ size }) => size);
  const grades = [...(qrels?.values() ?? [])].flatMap((documents) => [...documents.values()]).sort((a, b) => a - b);
  return {
    name,
    hashes,
    documents: documents.length,
    parents: parentsOf(dataset)?.ids.length ?? null,
    queries: queries.length,
    needs: new Set(queries.map(({ need }) => need)).size,
    judgedQueries: judged.length,
    documentLength: spread(documents.map((document) => documentText(document).length)),
    queryLength: spread(queries.map(({ text }) => text.length)),
    judgements: perQuery.length === 0 ? null : spread(perQuery),
    grades: counted(grades.map((grade) => `${grade}`)),
    weakGrades: dataset.weakGrades ?? null,
    slices: Object.fromEntries(sliceFields.map((field) => [field, counted(queries.map(({ slices }) => slices[field] ?? ''))])),
    typicalDetectable: needs < 2 ? null : typicalDetectable(needs, policy.confidence, 'models'),
    foresight: foresee(policy, needs),
    silence: dataset.silence ?? null,
  };
}

function spread(values: readonly number[]): Spread {
  return { least: quantile(values, 0), median: quantile(values, 0.5), most: quantile(values, 1) };
}

function counted(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
