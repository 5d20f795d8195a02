import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Machine } from '../features/setup/doctor/check.ts';

/** The machine that this process runs on, and the limit that a container sets it. */
export const MACHINE: Machine = {
  node: process.versions.node,
  memory: () => {
    const limit = process.constrainedMemory();
    const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
    return { total, free: Math.min(freemem(), total) };
  },
  freeDisk,
};

async function freeDisk(path: string): Promise<number> {
  const found = await statfs(path).catch(() => null);
  return found === null ? freeDisk(dirname(path)) : found.bavail * found.bsize;
}
