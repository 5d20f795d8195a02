import type { MeasureName, QualityMetric } from '../model/metric.ts';
import { SIDES, type Side } from '../model/version.ts';
import { judgedList, relevanceLevel } from './judged-list.ts';

/** One query: what both versions list, its judgements, and what an unjudged document could be at most. */
export interface OpenQuery {
  /** Best first, no deeper than the measure looks; whole for Rprec, which looks deeper where more is relevant. */
  readonly lists: { readonly [S in Side]: readonly string[] };
  readonly judged: ReadonlyMap<string, number>;
  /** Documents of either list that nobody judged. */
  readonly unjudged: readonly string[];
  /** The highest grade of the data set. */
  readonly highest: number;
}

/** Least and most that a value could be. */
export interface Ends {
  readonly least: number;
  readonly most: number;
}

/** What one query could be: new − old, and the new version alone. */
export interface OpenValues {
  readonly difference: Ends;
  readonly new: Ends;
}

/** The measure of both lists where `found` have the highest grade, beside judgements of `known` such documents. */
type Measured = (found: readonly string[], known?: number) => { readonly [S in Side]: number };

const BOUNDS: Readonly<Record<string, (measured: Measured, query: OpenQuery) => OpenValues>> = {
  P: ofSets,
  R: ofSets,
  RBP: ofSets,
  RR: ofSets,
  Success: ofSets,
  AP: ofCounts,
  Rprec: ofCounts,
  nDCG: ofGains,
};

/** Whether judging what is unjudged could change a measure. Judged counts it, and Bpref and `judged_only` pass it over. */
export function canBeOpen({ id, judgedOnly }: MeasureName): boolean {
  return Object.hasOwn(BOUNDS, id) && !judgedOnly;
}

/**
 * Least and most over all grades that the unjudged documents could have, each document the same in both lists.
 * Exact for P, R, RBP, RR and Success; for AP, nDCG and Rprec never too narrow.
 */
export function openValues(metric: QualityMetric, name: MeasureName, query: OpenQuery): OpenValues {
  const bounds = BOUNDS[name.id];
  if (bounds === undefined) throw new TypeError(`${name.name} has no bounds over unjudged documents.`);
  const relevant = query.highest < relevanceLevel(name) ? [] : query.unjudged;
  const ends = bounds(measurer(metric, name, query), { ...query, unjudged: relevant });
  const [before, after] = SIDES.map((side) => query.lists[side].join('\n'));
  return before === after ? { ...ends, difference: { least: 0, most: 0 } } : ends;
}

/** A list by place: grades as judged, and where its unjudged documents are. */
function placesOf(list: readonly string[], judged: ReadonlyMap<string, number>) {
  return { grades: judgedList(list, judged).grades, at: new Map(list.map((id, place) => [id, place])) };
}

function measurer(metric: QualityMetric, name: MeasureName, { lists, judged, highest }: OpenQuery): Measured {
  const places = { old: placesOf(lists.old, judged), new: placesOf(lists.new, judged) };
  const { judgements } = judgedList([], judged);
  const value = (side: Side, found: readonly string[], all: readonly number[]): number => {
    const grades = [...places[side].grades];
    for (const id of found) {
      const place = places[side].at.get(id);
      if (place !== undefined) grades[place] = highest;
    }
    return metric.compute({ grades, judgements: all }, name);
  };
  return (found, known = found.length) => {
    const all = [...new Array<number>(known).fill(highest), ...judgements];
    return { old: value('old', found, all), new: value('new', found, all) };
  };
}

function ends(values: readonly number[]): Ends {
  return { least: Math.min(...values), most: Math.max(...values) };
}

/** Unjudged documents by which version has them first: it gains most, and the other loses most, where they are relevant. */
function split({ lists, unjudged }: OpenQuery): { readonly forNew: readonly string[]; readonly forOld: readonly string[] } {
  const [before, after] = SIDES.map((side) => new Map(lists[side].map((id, i) => [id, i])));
  const lead = (id: string) => (before?.get(id) ?? Number.MAX_SAFE_INTEGER) - (after?.get(id) ?? Number.MAX_SAFE_INTEGER);
  return { forNew: unjudged.filter((id) => lead(id) > 0), forOld: unjudged.filter((id) => lead(id) < 0) };
}

/** P and RBP add up by place, R counts documents of one list or of both, RR and Success rest on one document. */
function ofSets(measured: Measured, query: OpenQuery): OpenValues {
  const { unjudged, lists } = query;
  const { forNew, forOld } = split(query);
  const bySide = SIDES.flatMap((side) => {
    const listed = new Set(lists[side]);
    return [unjudged.filter((id) => listed.has(id)), unjudged.filter((id) => !listed.has(id))];
  });
  const sets = [[], unjudged, forNew, forOld, ...bySide, ...unjudged.map((id) => [id])];
  const values = sets.map((set) => measured(set));
  return { difference: ends(values.map((value) => value.new - value.old)), new: ends(values.map((value) => value.new)) };
}

/** However many turn out relevant, a list has at least what is judged and at most all of its unjudged documents beside. */
function ofCounts(measured: Measured, { unjudged }: OpenQuery): OpenValues {
  const counts = Array.from({ length: unjudged.length + 1 }, (_, known) => ({
    least: measured([], known),
    most: known === 0 ? measured([]) : measured(unjudged, known),
  }));
  const most = (value: number) => Math.min(1, value);
  return {
    difference: {
      least: Math.min(...counts.map((at) => at.least.new - most(at.most.old))),
      most: Math.max(...counts.map((at) => most(at.most.new) - at.least.old)),
    },
    new: { least: Math.min(...counts.map((at) => at.least.new)), most: Math.max(...counts.map((at) => most(at.most.new))) },
  };
}

/** Gains add up by place, over an ideal between that of the judged documents and that with all others at the highest grade. */
function ofGains(measured: Measured, query: OpenQuery): OpenValues {
  const { unjudged, lists, judged } = query;
  const listed = (side: Side) => lists[side].some((id) => unjudged.includes(id));
  const hasIdeal = [...judged.values()].some((grade) => grade > 0);
  const [least, most] = [measured([], unjudged.length), measured(unjudged, 0)];
  const atMost = (side: Side) => (hasIdeal ? Math.min(1, most[side]) : Number(listed(side)));
  const apart = { least: least.new - atMost('old'), most: atMost('new') - least.old };
  return { difference: hasIdeal ? narrowed(apart, measured, query) : apart, new: { least: least.new, most: atMost('new') } };
}

/** What is at the same place in both lists cancels. */
function narrowed(apart: Ends, measured: Measured, query: OpenQuery): Ends {
  const { forNew, forOld } = split(query);
  const ideals = [0, query.unjudged.length];
  const over = (found: readonly string[]) => ideals.map((known) => measured(found, known)).map((value) => value.new - value.old);
  return { least: Math.max(apart.least, Math.min(...over(forOld))), most: Math.min(apart.most, Math.max(...over(forNew))) };
}
