import { copyFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import { type CarriedError, carryError, Moved, type TaskHandler } from './messages.ts';
import { isStopped, type StopFlags, whileBusy } from './stop-flags.ts';

const ADDON = 'onnxruntime_binding.node';

/**
 * Gives this worker thread its own copy of onnxruntime-node's addon.
 *
 * The addon keeps a handle to the JavaScript engine in one static variable, which every thread that loads it overwrites
 * and so frees: a thread's handle after that thread has ended (a crash: `free(): invalid pointer`), or a live
 * thread's from outside it. And once the last thread that holds it has ended, it loads no more ("Module did not
 * self-register"). A copied file is another library to the loader, with its own static variables; the big
 * onnxruntime library beside it is linked, so it is in memory once.
 * https://github.com/microsoft/onnxruntime/issues/20084
 */
function privateAddon(): void {
  if (isMainThread) return;
  const load = process.dlopen.bind(process);
  process.dlopen = (module: object, file: string, ...flags: [number?]) => {
    if (basename(file) !== ADDON) return load(module, file, ...(flags as []));
    const folder = mkdtempSync(join(tmpdir(), 'cutover-addon-'));
    try {
      return load(module, copyInto(folder, file), ...(flags as []));
    } finally {
      // Loaded files may go, except on Windows, which keeps them until the process ends.
      if (process.platform !== 'win32') rmSync(folder, { recursive: true, force: true });
    }
  };
}

/** Copies the addon, and makes the libraries it asks for are beside it. */
function copyInto(folder: string, file: string): string {
  for (const name of readdirSync(dirname(file))) {
    if (name.endsWith('.node')) continue;
    const library = join(dirname(file), name);
    if (process.platform === 'win32') copyFileSync(library, join(folder, name));
    else symlinkSync(library, join(folder, name));
  }
  const copy = join(folder, ADDON);
  copyFileSync(file, copy);
  return copy;
}

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
