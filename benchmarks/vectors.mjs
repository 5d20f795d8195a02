/** Unit vectors of normal values, the same each time. @returns a set as the search engines take it */
export function unitVectors(count, letter, dimension = 384) {
  let state = letter.charCodeAt(0);
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 4294967297;
  };
  const data = new Float32Array(count * dimension);
  for (let start = 0; start < data.length; start += dimension) {
    let squared = 0;
    for (let i = start; i < start + dimension; i++) {
      data[i] = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
      squared += data[i] * data[i];
    }
    for (let i = start; i < start + dimension; i++) data[i] /= Math.sqrt(squared);
  }
  const ids = Array.from({ length: count }, (_, i) => letter + String(i).padStart(7, '0'));
  return { side: 'old', fingerprint: 'bench', dimension, ids, data };
}

/** The first rows of a set. */
export function firstRows(set, count) {
  return { ...set, ids: set.ids.slice(0, count), data: set.data.subarray(0, count * set.dimension) };
}

export const HNSW = { m: 16, efConstruction: 200, efSearch: 128 };
