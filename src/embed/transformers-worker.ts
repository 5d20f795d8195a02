import { workerData } from 'node:worker_threads';
import { embedTask } from './embed-task.ts';
import { openEncoder } from './models/encoder.ts';
import { loadTokenizer } from './models/tokenizer.ts';
import type { ModelUse } from './models/transformers-version.ts';

const use = workerData as ModelUse;

export default embedTask(use, () => Promise.all([loadTokenizer(use), openEncoder(use)]));
