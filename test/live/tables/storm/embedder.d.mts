/** A text's vector under a version: a hash of both. @returns Float32Array [d], unit length */
export function vectorOf(text: string, version: string, d: number): Float32Array;
