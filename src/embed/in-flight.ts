/**
 * Runs tasks with a bounded number under way, and yields results as they come. Nothing new starts while the consumer
 * is busy with a result, so memory stays flat; what is under way goes on. Leaving the loop stops what is under way.
 *
 * @param run gets a signal that fires when the caller's does, or when the loop is left
 * @throws what `run` throws, after the rest has been stopped.
 */
export async function* inFlight<Task, Result>(
  tasks: Iterable<Task>,
  limit: number,
  run: (task: Task, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Result> {
  const left = new AbortController();
  const either = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  const waiting = tasks[Symbol.iterator]();
  const running = new Map<number, Promise<{ key: number; result: Result }>>();
  let started = 0;
  const fill = (): void => {
    while (running.size < limit) {
      const next = waiting.next();
      if (next.done) return;
      const key = started++;
      const task = run(next.value, either).then((result) => ({ key, result }));
      // A failure while the consumer is busy is thrown when it comes back, not as an unhandled one.
      task.catch(() => undefined);
      running.set(key, task);
    }
  };
  try {
    for (fill(); running.size > 0; ) {
      const { key, result } = await Promise.race(running.values());
      running.delete(key);
      fill();
      yield result;
    }
  } finally {
    left.abort();
    await Promise.allSettled(running.values());
  }
}
