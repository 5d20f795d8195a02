import { move, transferableSymbol, valueSymbol } from 'piscina';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import { privateAddon } from '../onnxruntime/private-addon.ts';
import { type CarriedError, carryError, Moved, type TaskHandler } from './messages.ts';
import { isStopped, type StopFlags, whileBusy } from './stop-flags.ts';

/** What a worker answers a task with. */
export type Answer =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: CarriedError }
  | { readonly kind: 'death'; readonly reason: string };

privateAddon();

let handler: TaskHandler<unknown, unknown> | null = null;

/** A task on its way to a worker. */
export interface Errand extends StopFlags {
  readonly task: unknown;
}

/**
 * What piscina runs in every worker. The real worker file is imported here, on the first task: piscina itself tries
 * `require` first, and when a module throws while it starts, says something else than why.
 */
export default async function answer({ task, stop, busy }: Errand): Promise<unknown> {
  if (isStopped(stop)) return { kind: 'error', error: carryError(new CutoverError('INTERRUPTED', {})) } satisfies Answer;
  return whileBusy(busy, async () => {
    try {
      handler ??= await load();
    } catch (error) {
      return { kind: 'death', reason: `it could not start: ${reasonOf(error)}` } satisfies Answer;
    }
    try {
      const result = await handler(task, () => isStopped(stop));
      return result instanceof Moved ? give(result) : ({ kind: 'value', value: result } satisfies Answer);
    } catch (error) {
      return { kind: 'error', error: carryError(error) } satisfies Answer;
    }
  });
}

async function load(): Promise<TaskHandler<unknown, unknown>> {
  const url = process.argv.at(-1) ?? '';
  const module = (await import(url)) as { default?: unknown };
  if (typeof module.default !== 'function') throw new TypeError(`${url} has no function as its default export`);
  return module.default as TaskHandler<unknown, unknown>;
}

function give({ value, buffers }: Moved<unknown>): unknown {
  const answered: Answer = { kind: 'value', value };
  return move({ [transferableSymbol]: buffers, [valueSymbol]: answered } as unknown as Parameters<typeof move>[0]);
}
