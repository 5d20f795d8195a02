import { access } from 'node:fs/promises';

/** Whether a file or folder can be seen. */
export function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
