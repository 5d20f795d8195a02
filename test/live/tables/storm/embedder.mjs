// Spaces that have nothing to do with one another: a text's vector is a hash of it and of the version.
import { createHash } from 'node:crypto';

export const fingerprint = ({ options }) => `hash ${options.version} ${options.d}`;

export const embed = async (texts, { options }) => texts.map((text) => vectorOf(text, options.version, options.d));

export function vectorOf(text, version, d) {
  const bytes = createHash('shake256', { outputLength: 2 * d })
    .update(`${version}|${text.trim()}`)
    .digest();
  const vector = Array.from({ length: d }, (_, i) => bytes.readInt16LE(2 * i));
  const length = Math.hypot(...vector) || 1;
  return Float32Array.from(vector, (value) => Math.fround(value / length));
}
