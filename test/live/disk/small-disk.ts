import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../../temporary-folder.ts';

const SIZE = 128 * 2 ** 20;

/** A file system that can be full to the last block. */
export class SmallDisk {
  readonly folder = join(temporaryFolder(), 'disk');

  private constructor() {
    mkdirSync(this.folder);
    // A server that runs as another user has to reach it.
    chmodSync(dirname(this.folder), 0o755);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', this.folder], { stdio: 'ignore' });
  }

  /** Whether this user may mount one. */
  static get isAllowed(): boolean {
    try {
      new SmallDisk().unmount();
      return true;
    } catch {
      return false;
    }
  }

  static async used<T>(work: (disk: SmallDisk) => Promise<T>): Promise<T> {
    const disk = new SmallDisk();
    try {
      return await work(disk);
    } finally {
      disk.unmount();
    }
  }

  /** Makes it as large as what is on it, and so many bytes more. */
  leave(bytes: number): void {
    const { blocks, bfree, bsize } = statfsSync(this.folder);
    this.#resize((blocks - bfree) * bsize + bytes);
  }

  clear(): void {
    this.#resize(SIZE);
  }

  #resize(bytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${bytes}`, this.folder], { stdio: 'ignore' });
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.folder]);
  }
}
