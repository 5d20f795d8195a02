import { realpath } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';
import { CutoverError } from '../../core/errors.ts';

/** A URL and a file system read these differently, and so would a hub and the folder that a download goes into. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const AMBIGUOUS = /[\\?#%*:\u0000-\u001f\u007f]/;

/**
 * The normal form of a path that a model's own files name; null where it could be another place for a hub, for another system or for
 * onnxruntime: outside the folder, absolute, hidden, or with characters that a URL reads in its own way.
 * @param written as the file has it
 * @param from folder that it is relative to, itself relative to the model's folder
 */
export function modelPath(written: string, from = '.'): string | null {
  if (AMBIGUOUS.test(written) || posix.isAbsolute(written)) return null;
  const path = posix.normalize(posix.join(from, written));
  return path.split('/').some((part) => part.startsWith('.') && path !== '.' && path !== './') ? null : path;
}

/**
 * Refuses a file of a download that is not below the cache, once every link on its way is followed.
 * @param hubCache folder that all downloads go into
 * @param folder of the model, in the cache
 * @param file relative to the model's folder
 * @throws CutoverError MODEL_UNUSABLE
 */
export async function requireInside(hubCache: string, folder: string, file: string): Promise<void> {
  const [root, place] = await Promise.all([realPlace(hubCache), realPlace(dirname(join(folder, file)))]);
  const way = relative(root, place);
  if (modelPath(file) === file && way !== '..' && !way.startsWith(`..${sep}`) && !posix.isAbsolute(way)) return;
  throw new CutoverError('MODEL_UNUSABLE', {
    file: folder,
    reason: `it names ${JSON.stringify(file)}, which is outside the folder of models`,
  });
}

/** A path with its links followed, as far as it is there. */
async function realPlace(path: string): Promise<string> {
  const above = dirname(path);
  return realpath(path).catch(async () => (above === path ? path : join(await realPlace(above), relative(above, path))));
}
