import { join, posix } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { readOnnxFacts } from '../../formats/onnx.ts';

/**
 * Files beside a graph that hold its weights, relative to the model's folder.
 * @param weights the graph, relative to the model's folder
 * @throws CutoverError MODEL_UNUSABLE where it is no graph, or names a file outside the folder
 */
export function externalFiles(folder: string, weights: string): string[] {
  return readOnnxFacts(join(folder, weights)).externalData.map((location) => externalPath(weights, location));
}

/**
 * Where a file lies that a graph names, relative to the model's folder.
 * @param weights the graph, relative to the model's folder
 * @throws CutoverError MODEL_UNUSABLE where that is outside the folder: its bytes would not be the model's
 */
export function externalPath(weights: string, location: string): string {
  const path = posix.normalize(posix.join(posix.dirname(weights), location));
  const isOutside =
    location === '' || posix.isAbsolute(location) || /^[A-Za-z]:|\\|\0/.test(location) || path === '..' || path.startsWith('../');
  if (!isOutside) return path;
  const reason = `it keeps weights in ${JSON.stringify(location)}, which is outside the model's folder`;
  throw new CutoverError('MODEL_UNUSABLE', { file: weights, reason });
}
