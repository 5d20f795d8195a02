import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { principalPlane, turnedOnto } from '../../../src/measure/spaces/principal-plane.ts';

describe('principalPlane', () => {
  it('finds the axes of a cloud made for it', () => {
    // Variances by hand: x ±3 and ±3 → 36/4, y ±1 → 4/4, z 0.
    const plane = principalPlane(Float64Array.of(3, 1, 0, -3, 1, 0, 3, -1, 0, -3, -1, 0), 3);
    expect(plane?.explained[0]).toBeCloseTo(0.9, 12);
    expect(plane?.explained[1]).toBeCloseTo(0.1, 12);
    expect([...(plane?.points ?? [])].map((value) => Math.abs(Math.round(value * 1e5) / 1e5))).toEqual([3, 1, 3, 1, 3, 1, 3, 1]);
  });

  it('keeps distances within the plane', () => {
    const plane = principalPlane(Float64Array.of(0, 0, 3, 4, 6, 8.5), 2);
    const [ax, ay, bx, by] = plane?.points ?? [];
    expect(Math.hypot((ax ?? 0) - (bx ?? 0), (ay ?? 0) - (by ?? 0))).toBeCloseTo(5, 9);
  });

  it('has no plane for equal rows', () => {
    expect(principalPlane(Float64Array.of(1, 2, 1, 2, 1, 2), 2)).toBeNull();
  });

  it('shows all variance of points on a line along one axis', () => {
    const plane = principalPlane(Float64Array.of(0, 0, 1, 2, 2, 4), 2);
    expect(plane?.explained[0]).toBeCloseTo(1, 12);
    expect(plane?.explained[1]).toBeCloseTo(0, 12);
  });
});

describe('principalPlane of few rows in many dimensions', () => {
  it('is that of the same rows ten times over', () => {
    const random = seededRandom(5, 'few');
    const rows = Array.from({ length: 5 * 40 }, () => random.next() - 0.5);
    const few = principalPlane(Float64Array.from(rows), 40);
    const many = principalPlane(Float64Array.from(Array.from({ length: 10 }, () => rows).flat()), 40);
    expect(few?.explained).toEqual(many?.explained.map((share) => expect.closeTo(share, 10)));
    expect([...(few?.points ?? [])]).toEqual([...(many?.points ?? [])].slice(0, 10).map((value) => expect.closeTo(value, 5)));
  });
});

describe('turnedOnto', () => {
  const random = seededRandom(3, 'plane');
  const cloud = Float64Array.from({ length: 40 }, () => random.next() - 0.5);

  it.each([
    ['turned', 1],
    ['turned and mirrored', -1],
  ])('brings a %s copy back', (_, flip) => {
    const angle = 0.7;
    const moved = new Float64Array(cloud.length);
    for (let i = 0; i < cloud.length; i += 2) {
      const [x, y] = [cloud[i] ?? 0, flip * (cloud[i + 1] ?? 0)];
      moved[i] = Math.cos(angle) * x - Math.sin(angle) * y;
      moved[i + 1] = Math.sin(angle) * x + Math.cos(angle) * y;
    }
    turnedOnto(moved, cloud).forEach((value, i) => {
      expect(value).toBeCloseTo(cloud[i] ?? 0, 10);
    });
  });

  it('refuses another number of points', () => {
    expect(() => turnedOnto(new Float64Array(4), new Float64Array(6))).toThrow(RangeError);
  });
});
