import { expect, test } from 'vitest';
import { readNpy } from '../../src/formats/npy.ts';
import { collect, fileWriter } from './files.ts';
import { bytesOf, header, npy } from './npy-files.ts';

const write = fileWriter();
const values = [1, -2.5, 0.5, 65504, 2 ** -14, 0];

test.each([
  ['<f4, version 1', npy(header('<f4', '(2, 3)'), bytesOf(Float32Array.from(values)))],
  ['<f4, version 2', npy(header('<f4', '(2, 3)'), bytesOf(Float32Array.from(values)), 2)],
  ['<f8', npy(header('<f8', '(2, 3)'), bytesOf(Float64Array.from(values)))],
  // IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 bits of fraction.
  ['<f2', npy(header('<f2', '(2, 3)'), bytesOf(Uint16Array.of(0x3c00, 0xc100, 0x3800, 0x7bff, 0x0400, 0x0000)))],
])('reads %s', async (_, bytes) => {
  const shapes: number[][] = [];
  const blocks = await collect(readNpy(write('a.npy', bytes), (rows, columns) => shapes.push([rows, columns])));
  expect(shapes).toEqual([[2, 3]]);
  expect(blocks).toEqual([{ firstRow: 0, columns: 3, data: Float32Array.from(values), isWhole: false }]);
});

test('half precision: subnormal, infinities and NaN', async () => {
  const [block] = await collect(
    readNpy(write('h.npy', npy(header('<f2', '(1, 4)'), bytesOf(Uint16Array.of(0x0001, 0x7c00, 0xfc00, 0x7e00))))),
  );
  expect([...(block?.data ?? [])]).toEqual([2 ** -24, Infinity, -Infinity, NaN]);
});

test('streams in blocks that join without a gap', async () => {
  const all = Float32Array.from({ length: 3000 * 200 }, (_, i) => i);
  const blocks = await collect(readNpy(write('big.npy', npy(header('<f4', '(3000, 200)'), bytesOf(all)))));
  expect(blocks.length).toBeGreaterThan(1);
  let next = 0;
  for (const { firstRow, data } of blocks) {
    expect(firstRow).toBe(next);
    expect(data[0]).toBe(firstRow * 200);
    next += data.length / 200;
  }
  expect(next).toBe(3000);
});

test('no rows at all is an empty stream', async () => {
  expect(await collect(readNpy(write('none.npy', npy(header('<f4', '(0, 3)'), new Uint8Array()))))).toEqual([]);
});

const good = bytesOf(Float32Array.from(values));
test.each([
  ['another format', Buffer.from('PK\x03\x04 this is a zip file'), 'byte 0: this is not a .npy file'],
  ['an empty file', Buffer.alloc(0), 'byte 0: this is not a .npy file'],
  ['an unknown version', Buffer.concat([Buffer.from('\x93NUMPY\x09\x00', 'latin1'), Buffer.alloc(20)]), 'byte 6: .npy version 9'],
  ['a header cut short', npy(header('<f4', '(2, 3)'), new Uint8Array()).subarray(0, 30), 'byte 30: the file ends inside its header'],
  ['big endian', npy(header('>f4', '(2, 3)'), good), 'its type is not little-endian'],
  ['integers', npy(header('<i4', '(2, 3)'), good), 'its type is not little-endian'],
  ['no order', npy(header('<f4', '(2, 3)', 'None'), good), 'in which order'],
  ['one dimension', npy(header('<f4', '(6,)'), good), 'two dimensions'],
  ['three dimensions', npy(header('<f4', '(1, 2, 3)'), good), 'two dimensions'],
  ['data cut short', npy(header('<f4', '(2, 3)'), good.subarray(0, 20)), '2 rows of 3 end at byte'],
  ['data too long', npy(header('<f4', '(1, 3)'), good), '1 rows of 3 end at byte'],
])('refuses %s, naming the byte', async (_, bytes, reason) => {
  const file = write('bad.npy', bytes);
  await expect(collect(readNpy(file))).rejects.toMatchObject({
    code: 'NPY_MALFORMED',
    message: expect.stringMatching(/bad\.npy: byte \d+: .*/),
  });
  await expect(collect(readNpy(file))).rejects.toThrow(reason);
});

test('a missing file is a clear error', async () => {
  await expect(collect(readNpy('/nowhere/a.npy'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
});

test('reads Fortran order, as NumPy saves what was transposed', async () => {
  // np.save('t.npy', np.array([[1, 4], [2, 5], [3, 6]], '<f4').T): the columns of [[1, 2, 3], [4, 5, 6]] follow each other.
  const byColumn = new Uint8Array(Float32Array.of(1, 4, 2, 5, 3, 6).buffer);
  const [block] = await collect(readNpy(write('fortran.npy', npy(header('<f4', '(2, 3)', 'True'), byColumn))));
  expect([...(block?.data ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(block?.columns).toBe(3);
});
