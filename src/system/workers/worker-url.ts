import { existsSync } from 'node:fs';

/**
 * The compiled file of a worker that is beside the caller. Node 20 can't load `.ts` in a worker, so under a test
 * runner, where the caller is a file of `src/`, this is its twin in `dist/`.
 * @param importMetaUrl the caller's `import.meta.url`
 * @param relative the worker's source beside it
 * @throws Error when the project wasn't built.
 * @example workerUrl(import.meta.url, './transformers-worker.ts') // file:///…/dist/embed/transformers-worker.js
 */
export function workerUrl(importMetaUrl: string, relative: string): URL {
  const source = new URL(relative, importMetaUrl).href.replace(/\.ts$/, '.js');
  const room = new URL('../../', import.meta.url).href;
  const compiled = new URL(room.endsWith('/src/') ? source.replace(room, new URL('../dist/', room).href) : source);
  if (!existsSync(compiled)) throw new Error(`${compiled.pathname} does not exist: build the project first (npm run build).`);
  return compiled;
}
