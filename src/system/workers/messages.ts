import { CutoverError } from '../../core/errors.ts';

/** A worker's result with buffers in it that change hands instead of being copied. */
export class Moved<Out> {
  readonly value: Out;
  readonly buffers: readonly ArrayBufferLike[];

  constructor(value: Out, buffers: readonly ArrayBufferLike[]) {
    this.value = value;
    this.buffers = buffers;
  }
}

/** Marks buffers inside a worker's result that it gives away; it must not touch them afterwards. */
export function moved<Out>(value: Out, buffers: readonly ArrayBufferLike[]): Moved<Out> {
  return new Moved(value, buffers);
}

/**
 * A worker file's default export: gets a task, returns its result or {@link moved} one. A handler that takes more than
 * a moment asks `stopped` now and then, and throws CutoverError INTERRUPTED when it says so.
 */
export type TaskHandler<In, Out> = (task: In, stopped: () => boolean) => Promise<Out | Moved<Out>>;

/** An error in a form that survives the way between threads, where classes and own fields are lost. */
export interface CarriedError {
  readonly known: Pick<CutoverError, 'code' | 'next' | 'details'> | null;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** Packs whatever was thrown. */
export function carryError(error: unknown): CarriedError {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const known = error instanceof CutoverError ? { code: error.code, next: error.next, details: error.details } : null;
  return { known, name: thrown.name, message: thrown.message, stack: thrown.stack ?? thrown.message };
}

/** The error as it was thrown: a CutoverError again, or an Error with the worker's stack. */
export function reviveError(carried: CarriedError): Error {
  const { known, name, message, stack } = carried;
  // The text was filled in by the worker; the constructor would fill it in again from values that are gone.
  if (known !== null) return Object.assign(new CutoverError('INTERRUPTED', {}), known, { message, stack });
  return Object.assign(new Error(message), { name, stack });
}
