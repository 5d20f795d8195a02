import { readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CutoverError } from '../../src/core/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { lay, READERS } from './readers.ts';

const RUNS = Number(process.env.CUTOVER_TEST_RUNS ?? 150);

/** Small numbers, sizes that no file has, and what ends a line, a text or a number. */
const BYTES = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x0d, 0x22, 0x27, 0x2c, 0x09, 0x5b, 0x7b, 0x2d, 0x3a, 0xef, 0x1f, 0x8b];
const TEXTS = ['__proto__', 'constructor', 'null', '1e999', '-1', '9007199254740993', '../../x', '\u202e', '\u0000', '[[[[[[', '}', '"'];

const piece = fc.oneof(
  fc.constantFrom(...BYTES).map((byte) => Uint8Array.of(byte)),
  fc.constantFrom(...TEXTS).map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ minLength: 1, maxLength: 12 }),
);
const edit = fc.record({
  kind: fc.constantFrom('set' as const, 'insert' as const, 'cut' as const, 'end' as const, 'repeat' as const),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  size: fc.nat({ max: 40 }),
  piece,
});
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function edited(bytes: Uint8Array, { kind, at, size, piece: what }: Edit): Uint8Array {
  const place = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  const parts = {
    set: [before, what, after.subarray(what.length)],
    insert: [before, what, after],
    cut: [before, after.subarray(size)],
    end: [before],
    repeat: [before, after.subarray(0, size), after],
  }[kind];
  return Buffer.concat(parts);
}

/** Every file below a folder, with its size. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name)).map((path) => `${path} ${statSync(path).size}`);
}

it.each(READERS.map((reader) => [reader.name, reader] as const))(
  '%s: whatever is wrong has a code, and nothing is written',
  async (_, reader) => {
    const seed = typeof reader.seed === 'string' ? new TextEncoder().encode(reader.seed) : reader.seed;
    const around = temporaryFolder();
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const folder = join(around, 'in');
        const path = lay(reader, folder, edits.reduce(edited, seed));
        const before = filesBelow(around);
        const error = await Promise.resolve()
          .then(() => reader.read(path, folder))
          .then(
            () => null,
            (thrown: unknown) => thrown,
          );
        if (error !== null) refused++;
        if (error !== null && !(error instanceof CutoverError)) throw error;
        expect(filesBelow(around)).toEqual(before);
      }),
      { numRuns: RUNS, endOnFailure: true, seed: 7 },
    );
    // The edits reach what is checked.
    expect(refused).toBeGreaterThan(0);
  },
);

it.each(READERS.map((reader) => [reader.name, reader] as const))('%s: a link to a device without an end is refused', async (_, reader) => {
  const folder = join(temporaryFolder(), 'in');
  const path = lay(reader, folder, typeof reader.seed === 'string' ? new TextEncoder().encode(reader.seed) : reader.seed);
  rmSync(path);
  symlinkSync('/dev/zero', path);
  await expect(Promise.resolve().then(() => reader.read(path, folder))).rejects.toBeInstanceOf(CutoverError);
});
