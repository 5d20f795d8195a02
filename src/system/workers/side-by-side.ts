/**
 * Runs tasks at the same time and waits for all of them. When one fails the others are told to stop, what came of them is
 * undone, and the first failure is thrown; nothing goes on in the background.
 * @param undo takes back what a task gave, e.g. closes it
 */
export async function sideBySide<T>(
  tasks: readonly ((signal: AbortSignal) => Promise<T>)[],
  signal: AbortSignal,
  undo: (result: T) => Promise<void> = async () => undefined,
): Promise<T[]> {
  const failed = new AbortController();
  const failures: unknown[] = [];
  const either = AbortSignal.any([signal, failed.signal]);
  const outcomes = await Promise.allSettled(
    tasks.map((task) =>
      task(either).catch((error: unknown) => {
        failures.push(error);
        failed.abort();
        throw error;
      }),
    ),
  );
  const results = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (failures.length === 0) return results;
  await Promise.allSettled(results.map(undo));
  throw failures[0];
}
