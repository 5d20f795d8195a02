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
