import { Matrix, SVD } from 'ml-matrix';
import { report } from './matrices.mjs';

report((data, columns) => {
  return new SVD(Matrix.from1DArray(data.length / columns, columns, data), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  }).diagonal;
});
