import { isAbsolute, relative, sep } from 'node:path';

/** Whether a path is neither a folder nor in it. A name may begin with two dots: `..data` is in it. */
export function isOutside(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
}
