import { expect, test } from 'vitest';
import { nearestName } from '../../src/core/nearest.ts';

test.each([
  ['NDGC', 'nDCG'],
  ['r', 'R'],
  ['rr', 'RR'],
  ['overlaps', 'overlap'],
])('%s is most like %s', (written, name) => {
  expect(nearestName(written, ['R', 'RR', 'nDCG', 'overlap'])).toBe(name);
});

test.each([
  ['Map', ['map', 'MAP', 'Map'], 'Map'],
  ['rR', ['rr', 'RR'], 'rr'],
  ['Rr', ['rr', 'RR', 'Rr'], 'Rr'],
  ['p', ['P', 'q'], 'P'],
])('letter case decides where nothing else does: %s of %j is %s', (written, known, name) => {
  expect(nearestName(written, known)).toBe(name);
});

test('letter case counts less than any letter', () => {
  expect(nearestName('recall', ['RECALL', 'recal'])).toBe('RECALL');
});

test('nothing known is refused', () => {
  expect(() => nearestName('x', [])).toThrow(RangeError);
});
