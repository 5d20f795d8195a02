import Module from 'node:module';
import { vi } from 'vitest';

/** Runs something as if a package were not installed: it cannot be resolved. */
export async function withoutPackage(name: string, work: () => Promise<void>): Promise<void> {
  const resolver = Module as unknown as { _resolveFilename(request: string, ...rest: unknown[]): string };
  const resolve = resolver._resolveFilename;
  const spy = vi.spyOn(resolver, '_resolveFilename').mockImplementation((request, ...rest) => {
    if (request === name) throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
    return resolve.call(resolver, request, ...rest);
  });
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
}
