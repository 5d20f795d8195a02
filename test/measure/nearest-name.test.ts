import { expect, test } from 'vitest';
import { nearestName } from '../../src/measure/nearest-name.ts';

test.each([
  ['NDGC', 'nDCG'],
  ['r', 'R'],
  ['rr', 'RR'],
  ['overlaps', 'overlap'],
])('%s is most like %s', (written, name) => {
  expect(nearestName(written, ['R', 'RR', 'nDCG', 'overlap'])).toBe(name);
});

test('nothing known is refused', () => {
  expect(() => nearestName('x', [])).toThrow(RangeError);
});
