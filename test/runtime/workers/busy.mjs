import { workerData } from 'node:worker_threads';
import { openSession, tensor } from '../../../dist/runtime/session.js';

export default async (_, stopped) => {
  const session = await openSession(workerData, 1);
  const whole = (value) => tensor('int64', new BigInt64Array(128).fill(value), [1, 128]);
  while (!stopped()) await session.run({ input_ids: whole(1012n), attention_mask: whole(1n), token_type_ids: whole(0n) });
};
