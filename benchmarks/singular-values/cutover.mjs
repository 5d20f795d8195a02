import { singularValues } from '../../dist/measure/spaces/singular-values.js';
import { report } from './matrices.mjs';

report(singularValues);
