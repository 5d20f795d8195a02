import { basename, extname } from 'node:path';
import type { SweepInput } from './schemas/sweep.ts';

/** The axes of a matrix as written. */
export type Matrix = NonNullable<SweepInput['matrix']>;
type Axis = keyof Matrix;

/** One value of one axis, and how it is called in names. */
export interface Choice {
  readonly axis: Axis;
  readonly label: string;
  readonly value: unknown;
}

/** How many candidates a matrix makes; 0 without an axis. */
export function gridSize(matrix: Matrix): number {
  const sizes = axesOf(matrix).map((choices) => choices.length);
  return sizes.length === 0 ? 0 : sizes.reduce((product, size) => product * size, 1);
}

/** Every combination of the axes' values, the last axis changing fastest. */
export function combinations(matrix: Matrix): Choice[][] {
  const axes = axesOf(matrix);
  if (axes.length === 0) return [];
  return axes.reduce<Choice[][]>((rows, choices) => rows.flatMap((row) => choices.map((choice) => [...row, choice])), [[]]);
}

/** @example [dimensions 256, efSearch 64] → dimensions-256_efSearch-64 */
export function gridName(choices: readonly Choice[]): string {
  return choices.map(({ axis, label }) => `${axis}-${label}`).join('_');
}

/** A model axis names version files beside models. */
export function isVersionFile(value: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(value);
}

function axesOf({ model, prefixes, ...rest }: Matrix): Choice[][] {
  const labels = modelLabels([...new Set(model)]);
  const plain = (Object.entries(rest) as [Axis, readonly (string | number)[] | undefined][]).map(([axis, values = []]) =>
    [...new Set(values)].map((value): Choice => ({ axis, label: String(value), value })),
  );
  return [
    [...labels].map(([value, label]): Choice => ({ axis: 'model', label, value })),
    Object.entries(prefixes ?? {}).map(([label, value]): Choice => ({ axis: 'prefixes', label, value })),
    ...plain,
  ].filter(({ length }) => length > 0);
}

/** The last part of a model's name or path, without ending; the whole of it where that is not enough to tell two apart. */
function modelLabels(values: readonly string[]): Map<string, string> {
  const short = values.map((value) => (isVersionFile(value) ? basename(value, extname(value)) : basename(value)));
  return new Map(
    values.map((value, i) => {
      const label = short[i] ?? value;
      const unique = short.filter((other) => other === label).length === 1;
      return [value, (unique ? label : value).replace(/[^\w.+-]+/g, '-')];
    }),
  );
}
