import { join, posix } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { readOnnxFacts } from '../../formats/onnx.ts';
import { modelPath } from './model-path.ts';

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
 * @throws CutoverError MODEL_UNUSABLE where that is outside the folder, or could be: its bytes would not be the model's
 */
export function externalPath(weights: string, location: string): string {
  const path = location === '' ? null : modelPath(location, posix.dirname(weights));
  if (path !== null) return path;
  const reason = `it keeps weights in ${JSON.stringify(location)}, which is outside the model's folder or no plain name`;
  throw new CutoverError('MODEL_UNUSABLE', { file: weights, reason });
}
