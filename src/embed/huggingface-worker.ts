import { workerData } from 'node:worker_threads';
import { embedTask } from './embed-task.ts';
import { loadHuggingface } from './models/huggingface-model.ts';
import type { ModelUse } from './models/transformers-version.ts';

const use = workerData as ModelUse;

export default embedTask(use, () => loadHuggingface(use));
