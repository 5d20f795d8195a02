/** Numbers in [0, 1) from a seed. */
export function randomFrom(seed: number): () => number;
/** A text that no other row is likely to have. */
export function textFrom(random: () => number): string;
