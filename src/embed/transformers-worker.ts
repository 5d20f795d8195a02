import { workerData } from 'node:worker_threads';
import { embedTask } from './embed-task.ts';
import { encoderOf, openModel } from './models/encoder.ts';
import { cutting, loadEncoder } from './models/tokenizer.ts';
import type { ModelUse } from './models/transformers-version.ts';

const use = workerData as ModelUse;

export default embedTask(use, async () => {
  const [encode, session] = await Promise.all([loadEncoder(use.folder), openModel(use.weights)]);
  return (settings) => [cutting(encode, settings), encoderOf(session, settings)];
});
