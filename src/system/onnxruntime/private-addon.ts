import { copyFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const ADDON = 'onnxruntime_binding.node';

/**
 * Gives this worker thread a copy of onnxruntime-node's addon of its own.
 *
 * The addon keeps a handle to the JavaScript engine in one static variable, which every thread that loads it overwrites
 * and thereby frees: a thread's handle after that thread has ended (a crash: `free(): invalid pointer`), or a live
 * thread's from outside it. And once the last thread that holds it has ended, it loads no more ("Module did not
 * self-register"). A copied file is another library to the loader, with static variables of its own; the big
 * onnxruntime library beside it is linked, so it is in memory once.
 * https://github.com/microsoft/onnxruntime/issues/20084
 */
export function privateAddon(): void {
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

/** Copies the addon, and makes the libraries it asks for stand beside it. */
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
