import { z } from 'zod';

/**
 * A mapping that takes no other keys. The message of an unknown key is the list of known ones, from which
 * the reader of issues picks a suggestion; zod itself doesn't say which they were.
 */
export function mapping<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : undefined),
  });
}

/** Non-empty text. */
export const name = () => z.string().min(1);

/** A whole number of at least 1. */
export const count = () => z.int().min(1);
