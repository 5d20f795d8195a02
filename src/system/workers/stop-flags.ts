/**
 * Memory that a pool shares with its workers. A worker can't be ended from outside while native code runs in it: that
 * takes the whole process down (onnxruntime-node throws into an engine that is gone). So it is asked to stop, and waited for.
 */
export interface StopFlags {
  /** Int32Array [1]: 1 once the task is no longer wanted. */
  readonly stop: Int32Array;
  /** Int32Array [1], one for all tasks of a pool: how many handlers are running. */
  readonly busy: Int32Array;
}

/** One shared 32-bit integer, 0. */
export function sharedInteger(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** Asks one task to stop. */
export function askToStop(stop: Int32Array): void {
  Atomics.store(stop, 0, 1);
}

/** Whether the task was asked to stop. */
export function isStopped(stop: Int32Array): boolean {
  return Atomics.load(stop, 0) === 1;
}

/** Counts a handler while it runs. */
export async function whileBusy<T>(busy: Int32Array, work: () => Promise<T>): Promise<T> {
  Atomics.add(busy, 0, 1);
  try {
    return await work();
  } finally {
    Atomics.sub(busy, 0, 1);
    Atomics.notify(busy, 0);
  }
}

/** Blocks this thread until no handler runs, or the time is over; for the last moment of a process, where nothing can be awaited. */
export function waitUntilIdle(busy: Int32Array, milliseconds: number): void {
  const end = performance.now() + milliseconds;
  for (let running = Atomics.load(busy, 0); running > 0 && performance.now() < end; running = Atomics.load(busy, 0)) {
    Atomics.wait(busy, 0, running, end - performance.now());
  }
}
