import { CutoverError } from '../core/errors.ts';
import type { Shard } from '../model/shard.ts';

/** What `--shard` was given. @throws CutoverError OPTION_INVALID */
export function shardOption(text: string): Shard {
  const match = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text);
  const [index, count] = [Number(match?.[1] ?? 1), Number(match?.[2] ?? 0)];
  if (index > count)
    throw new CutoverError('OPTION_INVALID', {
      option: 'shard',
      reason: 'must be i/n with i from 1 to n, and n up to 999999',
      example: '2/8',
    });
  return { index, count };
}
