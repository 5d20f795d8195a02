// The matrices whose singular values a run asks for: documents of a sample × dimensions (effectiveRank), and dimension × dimension (procrustes).
export const SIZES = [
  [384, 384],
  [1_000, 384],
  [2_000, 768],
];

/** Row-major values between −1 and 1, the same in each program (linear congruential, Numerical Recipes' constants). */
export function matrix(rows, columns) {
  let state = rows * 31 + columns;
  return Float64Array.from({ length: rows * columns }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Runs one implementation on every size, the smallest once before; prints what the runner reads. */
export function report(singularValues) {
  singularValues(matrix(...SIZES[0]), SIZES[0][1]);
  const answer = { check: [] };
  for (const [rows, columns] of SIZES) {
    const data = matrix(rows, columns);
    const start = performance.now();
    const values = singularValues(data, columns);
    answer[`${rows}x${columns}`] = { seconds: (performance.now() - start) / 1000, items: 1 };
    answer.check.push(...values);
  }
  console.log(JSON.stringify(answer));
}
