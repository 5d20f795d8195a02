import type { NotApplicable } from '../core/absence.ts';
import type { Fingerprint } from '../core/brand.ts';
import type { OpenColumns } from './scores.ts';

/** What the studies found; each says why where it doesn't apply. */
export interface Studies {
  readonly noiseFloor: NoiseFloor | NotApplicable;
  readonly attribution: Attribution | NotApplicable;
  readonly counterfactual: Counterfactual | NotApplicable;
  readonly efSearchSweep: EfSearchSweep | NotApplicable;
  readonly backfillForecast: BackfillForecast | NotApplicable;
  readonly ways: Ways | NotApplicable;
  readonly harms: Harms | NotApplicable;
  readonly costs: Costs | NotApplicable;
}

/** One cost of both versions: a value a block where it is timed, else one. */
export interface Cost {
  readonly unit: string;
  readonly old: readonly number[];
  readonly new: readonly number[];
}

/**
 * Costs that the policy names. What is timed is a record of that machine and moment: it is replayed, never computed again, and another
 * run has other values.
 */
export interface Costs {
  /** Both versions take turns within a block, in random order; each item counts with the fastest of its tries. */
  readonly design: { readonly blocks: number; readonly texts: number; readonly documents: number; readonly tries: number };
  /** By the name that the policy uses. */
  readonly values: Readonly<Record<string, Cost | NotApplicable>>;
}

/**
 * `noise`: every vector gets a random one beside it, as long as `size` times itself. `dimensions`: a share of them, `size`, is lost.
 * `shift`: every query moves alike, as a wrong prefix moves it, by `size` times the way from the mean query to the mean document.
 */
export type HarmKind = 'noise' | 'dimensions' | 'shift';

/** What the new version finds with its vectors harmed, by query, on exact neighbours. */
export interface Harm {
  readonly kind: HarmKind;
  readonly size: number;
  /** Measure → one value a query, null for a query without a judgement. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Harms of the new version that a set worth its name should notice; by kind, ascending by size. */
export interface Harms {
  readonly measures: readonly string[];
  /** What the old version finds. */
  readonly old: Harm['values'];
  readonly harms: readonly Harm[];
}

/**
 * `stay`: the old version. `queries-first`: new queries over the old index. `bridge`: a map fitted on pairs of vectors, applied to the
 * old documents. `rescore`: the old index finds candidates, new vectors order them. `in-place`: half of both versions, routed by tag, at its worst.
 * `beside`: a second index, then the switch.
 */
export type WayKind = 'stay' | 'queries-first' | 'bridge' | 'rescore' | 'in-place' | 'beside';

/** What one way finds, by query, on exact neighbours. */
export interface Way {
  /** `bridge-orthogonal-400`. */
  readonly id: string;
  readonly kind: WayKind;
  /** Pairs of vectors of a bridge, candidates of a rescoring, share of new documents at the worst moment in place; null for the others. */
  readonly setting: number | null;
  readonly method: 'orthogonal' | 'ridge' | 'low-rank' | 'net' | null;
  /** Documents that need a new vector before this way serves; of a rescoring, those that the data set's queries ask for. */
  readonly toEmbed: number;
  /** Vectors kept for a document. */
  readonly vectors: 1 | 2;
  /** Measure → one value a query, null for a query without a judgement. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
  /** Against `stay`, where the data set's judgements say nothing of unlisted documents. */
  readonly open?: Readonly<Record<string, OpenColumns>>;
}

/** Ways from the old version to the new one, each with what it finds. */
export interface Ways {
  /** Documents of the data set. */
  readonly documents: number;
  readonly measures: readonly string[];
  /** `stay` first, `beside` last. */
  readonly ways: readonly Way[];
}

/** One measure at one share of backfilled documents, over the orders. */
export interface ForecastPoint {
  /** 0 to 1. */
  readonly share: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Ascending by share, 0 and 1 among it. */
export type ForecastCurve = readonly ForecastPoint[];

/** Search quality while a store holds both versions. */
export interface BackfillForecast {
  readonly measure: string;
  /** Random orders of backfilling. */
  readonly orders: number;
  /** Queries embedded under one version over a mix of both; not applicable where dimensions differ. */
  readonly old: ForecastCurve | NotApplicable;
  readonly new: ForecastCurve | NotApplicable;
  /** Each query under both, routed by tag. */
  readonly routed: ForecastCurve;
  /** The lowest points in words. */
  readonly summary: string;
}

/** Recall of the indexes at other values of efSearch. */
export interface EfSearchSweep {
  /** Depth. */
  readonly k: number;
  readonly configured: number;
  /** Ascending by efSearch. Mean annRecall@k over queries, of each version against its own exact neighbours. */
  readonly points: readonly { readonly efSearch: number; readonly old: number | null; readonly new: number | null }[];
}

/** How far one version's results are from its own under one thing that production varies. */
export interface NoiseSample {
  /** Repetitions compared with the lists as served. */
  readonly repetitions: number;
  /** Queries looked at in each of them. */
  readonly queries: number;
  /** Cutoff → 1 − overlap@k over queries and repetitions. */
  readonly overlapLoss: Readonly<Record<string, { readonly mean: number; readonly p95: number }>>;
  /** |score difference| at one rank of the first 10 (rebuilds), or of one pair (batches), over queries and repetitions. */
  readonly scoreDifference: { readonly p95: number; readonly max: number };
}

/** What was varied for one version. */
export interface VersionNoise {
  /** The index built again: documents in another order, levels from another seed. */
  readonly rebuild: NoiseSample | NotApplicable;
  /** Documents embedded in batches, as production does, against one text a run. */
  readonly batches: NoiseSample | NotApplicable;
}

/** A change as a multiple of the noise. */
export interface OverNoise {
  readonly change: number;
  /** The largest 95th percentile of both versions and all sources, raised to `minimum`. */
  readonly floor: number;
  /** Below this nothing can be distinguished: 1/k for lists, float32's step at the largest score for scores. */
  readonly minimum: number;
  readonly overNoise: number;
}

/** How much each version differs from a rebuild of itself, and the change between versions as a multiple of that. */
export interface NoiseFloor {
  readonly old: VersionNoise;
  readonly new: VersionNoise;
  /** Cutoff → 1 − mean overlap@k of old and new as served, against the floor. */
  readonly overlap: Readonly<Record<string, OverNoise>>;
  /** Wasserstein distance of the first results' scores, old and new as served, against the floor. */
  readonly score: OverNoise;
}

/** The way of one measure's mean from old to new as served; `parts` add up to `new − old`. */
export interface Waterfall {
  readonly measure: string;
  /** As served. */
  readonly old: number;
  readonly new: number;
  readonly parts: {
    /** Exact − served of the old version: what its index had lost. */
    readonly oldIndex: number;
    /** New − old, both exact. */
    readonly model: number;
    /** Served − exact of the new version. */
    readonly newIndex: number;
  };
  /** One a step of the split, in its order; they add up to `parts.model`. Empty without a split. */
  readonly modelParts: readonly number[];
}

/** One field switched from its old value to its new one, all earlier ones switched already. */
export interface AttributionStep {
  /** Key of the version spec; `rest` for what no key of it says, e.g. another tokenizer file. */
  readonly field: string;
  readonly old: string;
  readonly new: string;
}

/** A change of quality split into steps: old index, model, new index. */
export interface Attribution {
  /** Judged queries behind each mean. */
  readonly queries: number;
  readonly measures: readonly Waterfall[];
  /** The model part by field, in the order switched; another order would divide it otherwise. Only where both versions share their weights. */
  readonly split: readonly AttributionStep[] | NotApplicable;
}

/** One point on which a spec goes another way than its model's folder. */
export interface Disagreement {
  /** Key of the version spec. */
  readonly field: string;
  readonly specified: string;
  readonly published: string;
}

/** What the new version would be with the settings that its model publishes; exact neighbours throughout. */
export interface Counterfactual {
  readonly version: string;
  /** Of the version as published. */
  readonly fingerprint: Fingerprint;
  readonly disagreements: readonly Disagreement[];
  /** Texts of the data set, each of which needed a vector. */
  readonly texts: number;
  readonly queries: number;
  readonly measures: readonly {
    readonly measure: string;
    readonly old: number;
    readonly specified: number;
    readonly published: number;
    /** published − specified. */
    readonly difference: number;
  }[];
  /** The finding in one sentence. */
  readonly summary: string;
}
