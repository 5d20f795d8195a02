import { isNotApplicable } from '../../core/absence.ts';
import { sampleWithout, seededRandom } from '../../core/random.ts';
import { type PrincipalPlane, principalPlane, turnedOnto } from '../../measure/spaces/principal-plane.ts';
import type { CorpusMap, NotApplicable } from '../../model/evaluation.ts';
import type { VectorSet } from '../../model/vectors.ts';
import type { SideNeighbours } from './artifacts.ts';

/** Points on a map: more would hide each other. */
const POINTS = 5_000;
/** Nearest documents named for each. */
const NEAREST = 5;

/** What the vectors give to the map; kept beside them, since later changes of metrics load no vector again. */
export type MapPoints = Pick<CorpusMap, 'ids' | 'points' | 'explained'>;

/** Rows of the documents on the map, ascending. @param count documents of the corpus */
export function mapRows(count: number, seed: number): number[] {
  return sampleWithout(seededRandom(seed, 'map'), count, POINTS);
}

/**
 * Both versions' documents on a plane each, the same seeded sample of them.
 * @throws RangeError when the two sets hold other documents
 */
export function mapPoints(old: VectorSet<'old'>, fresh: VectorSet<'new'>, seed: number): MapPoints | NotApplicable {
  if (old.ids.length !== fresh.ids.length) throw new RangeError('The two versions hold vectors of other documents.');
  if (old.ids.length < 3) return { notApplicable: 'fewer than three documents make no map' };
  const rows = mapRows(old.ids.length, seed);
  const [before, after] = [planeOf(old, rows), planeOf(fresh, rows)];
  if (before === null || after === null) return { notApplicable: 'all documents have the same vector' };
  return {
    ids: rows.map((row) => old.ids[row] ?? ''),
    points: { old: scaled(before.points), new: scaled(turnedOnto(after.points, before.points)) },
    explained: { old: sumOf(before), new: sumOf(after) },
  };
}

function planeOf({ data, dimension }: VectorSet, rows: readonly number[]): PrincipalPlane | null {
  const picked = new Float64Array(rows.length * dimension);
  rows.forEach((row, i) => {
    picked.set(data.subarray(row * dimension, (row + 1) * dimension), i * dimension);
  });
  return principalPlane(picked, dimension);
}

/** Into −1 … 1 by the widest coordinate, four digits: a picture shows no more. */
function scaled(points: Float64Array): [number, number][] {
  const widest = points.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const short = (value: number | undefined) => Math.round(((value ?? 0) / widest) * 1e4) / 1e4 + 0;
  return Array.from({ length: points.length / 2 }, (_, i) => [short(points[2 * i]), short(points[2 * i + 1])]);
}

function sumOf({ explained }: PrincipalPlane): number {
  return explained[0] + explained[1];
}

type Sides = { readonly old: Pick<SideNeighbours, 'nearestDocuments'>; readonly new: Pick<SideNeighbours, 'nearestDocuments'> };

/** The map with each document's topic and its nearest documents under both versions, as far as they are on it. */
export function corpusMap(
  found: MapPoints | NotApplicable,
  sides: Sides,
  titles: ReadonlyMap<string, string>,
  topics: ReadonlyMap<string, string> | null,
): CorpusMap | NotApplicable {
  if (isNotApplicable(found)) return found;
  const place = new Map(found.ids.map((id, i) => [id, i]));
  const names = [...new Set(found.ids.flatMap((id) => topics?.get(id) ?? []))].sort();
  return {
    ...found,
    method: 'pca',
    titles: found.ids.map((id) => titles.get(id) ?? ''),
    topics: names,
    topicOf: found.ids.map((id) => names.indexOf(topics?.get(id) ?? '')),
    nearest: { old: nearestOf(sides.old.nearestDocuments, place), new: nearestOf(sides.new.nearestDocuments, place) },
  };
}

function nearestOf(rankings: SideNeighbours['nearestDocuments'], place: ReadonlyMap<string, number>): number[][] {
  const nearest: number[][] = Array.from({ length: place.size }, () => []);
  rankings?.queryIds.forEach((id, row) => {
    const own = nearest[place.get(id) ?? -1];
    if (own === undefined) return;
    for (const document of rankings.neighbours.subarray(row * rankings.k, (row + 1) * rankings.k)) {
      const at = place.get(rankings.documentIds[document] ?? '');
      if (at !== undefined && own.length < NEAREST) own.push(at);
    }
  });
  return nearest;
}
