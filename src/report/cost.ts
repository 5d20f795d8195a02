import type { Evaluation, Timings } from '../model/evaluation.ts';
import type { Side } from '../model/version.ts';

/** Bytes of a float32. */
const FLOAT = 4;

/** A figure with its unit; null where nobody measured it. */
export interface Known {
  readonly value: number | null;
  readonly unit: string;
  readonly digits: number;
}

/** One line of the cost table. */
export interface CostRow {
  readonly name: string;
  readonly old: Known;
  readonly new: Known;
  /** `stated` follows from the version itself. */
  readonly how: 'measured' | 'stated' | 'projected' | 'not measured';
}

type Finder = (side: Side) => number | null;

function row(name: string, how: CostRow['how'], unit: string, digits: number, find: Finder): CostRow[] {
  const [old, fresh] = [find('old'), find('new')];
  if (old === null && fresh === null) return [];
  return [{ name, how, old: { value: old, unit, digits }, new: { value: fresh, unit, digits } }];
}

/** The same, but said where nobody measured it: what a reader looks for here. */
function expected(name: string, unit: string, digits: number, find: Finder): CostRow[] {
  const found = row(name, 'measured', unit, digits, find);
  const nothing: Known = { value: null, unit, digits };
  return found.length > 0 ? found : [{ name, how: 'not measured', old: nothing, new: nothing }];
}

function seconds(timings: Timings | null, key: string): number | null {
  return timings?.entries[key]?.seconds ?? null;
}

/** Items a second of one entry; null where it took no time that a clock could see. */
function rate(timings: Timings | null, key: string): number | null {
  const entry = timings?.entries[key];
  return entry === undefined || entry.seconds <= 0 ? null : entry.items / entry.seconds;
}

/** What each version costs, as far as it is known. */
export function costRows({ versions }: Evaluation, timings: Timings | null): readonly CostRow[] {
  const dimension: Finder = (side) => versions?.[side].dimension ?? null;
  const bytes: Finder = (side) => (versions === null ? null : versions[side].dimension * FLOAT);
  const index = (side: Side) => timings?.index?.[side];
  const wanted: typeof expected = (name, unit, digits, find) =>
    versions === null || timings === null ? row(name, 'measured', unit, digits, find) : expected(name, unit, digits, find);
  return [
    ...row('Dimensions of a vector', 'stated', '', 0, dimension),
    ...row('One vector, float32', 'stated', 'bytes', 0, bytes),
    ...wanted('Index file', 'KiB', 1, (side) => scaled(index(side)?.bytes ?? null, 1 / 1024)),
    ...wanted('Embedding documents', 'texts/s', 1, (side) => rate(timings, `embed.${side}.document`)),
    ...row('Embedding queries', 'measured', 'texts/s', 1, (side) => rate(timings, `embed.${side}.query`)),
    ...wanted('Building the index', 's', 3, (side) => index(side)?.buildSeconds ?? seconds(timings, `search.${side}.index`)),
    ...row('All queries through the index', 'measured', 's', 3, (side) => seconds(timings, `search.${side}.served`)),
    ...row('All queries by full scan', 'measured', 's', 3, (side) => seconds(timings, `search.${side}.exact`)),
    ...wanted('One query through the index, median', 'ms', 3, (side) => index(side)?.p50 ?? null),
    ...wanted('One query through the index, 95 %', 'ms', 3, (side) => index(side)?.p95 ?? null),
  ];
}

/** Seconds of embedding so many documents at the rate of this run; null where it embedded none. */
export function embeddingSeconds(timings: Timings | null, side: Side, documents: number): number | null {
  const speed = rate(timings, `embed.${side}.document`);
  return speed === null ? null : documents / speed;
}

/** Bytes of a float32 vector of each of these sides. */
export function vectorBytes({ versions }: Pick<Evaluation, 'versions'>, sides: readonly Side[]): number | null {
  return versions === null ? null : sides.reduce((sum, side) => sum + versions[side].dimension * FLOAT, 0);
}

function scaled(value: number | null, by: number): number | null {
  return value === null ? null : value * by;
}

/** The same for the corpus that the configuration states; empty where it states none. */
export function projectionRows({ versions, projection, dataset }: Evaluation, timings: Timings | null): readonly CostRow[] {
  if (projection === undefined) return [];
  const { documents } = projection;
  const growth = dataset.documents > 0 ? documents / dataset.documents : 0;
  const hours: Finder = (side) => {
    const speed = rate(timings, `embed.${side}.document`);
    return speed === null ? null : documents / speed / 3600;
  };
  const gib = 1 / 2 ** 30;
  return [
    ...row('Embedding all documents', 'projected', 'hours', 2, hours),
    ...row('Vectors, float32', 'projected', 'GiB', 2, (side) =>
      versions === null ? null : versions[side].dimension * FLOAT * documents * gib,
    ),
    ...row('Index file', 'projected', 'GiB', 2, (side) => scaled(timings?.index?.[side]?.bytes ?? null, growth * gib)),
  ];
}
