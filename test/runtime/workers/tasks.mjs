// What a pool's worker can do, for pool.test.ts. Workers can't load .ts, so this is JavaScript over the build.
import { workerData } from 'node:worker_threads';
import { CutoverError } from '../../../dist/errors.js';
import { moved } from '../../../dist/runtime/moved.js';
import { openSession, tensor } from '../../../dist/runtime/session.js';

export default async (task, stopped) => {
  switch (task.kind) {
    case 'square':
      return task.value * task.value;
    case 'data':
      return workerData;
    case 'move': {
      const data = Float32Array.of(1, 2, 3);
      return moved({ data }, [data.buffer]);
    }
    case 'received':
      return task.data.reduce((sum, value) => sum + value, 0);
    case 'known':
      throw new CutoverError('JSON_MALFORMED', { where: 'a.jsonl:3', reason: 'because' }, { details: ['one', 'two'] });
    case 'unknown':
      throw new RangeError('out of range');
    case 'exit':
      process.exit(7);
      break;
    case 'stray':
      setTimeout(() => {
        throw new Error('thrown past everyone');
      });
      return new Promise(() => undefined);
    case 'endless':
      if (workerData?.begun !== undefined) Atomics.store(workerData.begun, 0, 1);
      while (!stopped()) await new Promise((resolve) => setTimeout(resolve, 5));
      return 'stopped';
    case 'onnx': {
      const session = await openSession(task.model, 1);
      const result = await session.run({ x: tensor('float32', Float32Array.from(task.data), [task.data.length]) });
      return [...result.y.data];
    }
    default:
      throw new TypeError(`Unknown task ${task.kind}.`);
  }
};
