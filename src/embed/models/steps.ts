import { join } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { readSafetensors, type Tensor } from '../../formats/safetensors.ts';

/** What is done to a vector after pooling, as the model publishes it. */
export type Step =
  | {
      readonly kind: 'dense';
      readonly in: number;
      readonly out: number;
      readonly bias: boolean;
      /** torch's name of it. */
      readonly activation: string;
      /** Relative to the model's folder. */
      readonly weights: string;
    }
  | { readonly kind: 'layernorm'; readonly size: number; readonly weights: string }
  | { readonly kind: 'normalize' };

/** One step after pooling. Float64Array [in] → Float64Array [out]. */
export type RunStep = (vector: Float64Array) => Float64Array;

/** torch's own, which sentence-transformers leaves as it is. */
const LAYER_NORM_EPSILON = 1e-5;

/** Activations of a Dense step that are run here, by torch's name. */
const ACTIVATIONS: Readonly<Record<string, (value: number) => number>> = {
  Identity: (value) => value,
  Tanh: Math.tanh,
  ReLU: (value) => Math.max(0, value),
  Sigmoid: (value) => 1 / (1 + Math.exp(-value)),
  SiLU: (value) => value / (1 + Math.exp(-value)),
};

/** Whether a Dense step may have this activation. */
export function isActivation(name: string): boolean {
  return Object.hasOwn(ACTIVATIONS, name);
}

/**
 * Loads the weights of the steps that a model publishes after pooling, in their order.
 * @throws CutoverError MODEL_UNUSABLE where weights are missing or don't fit the step
 */
export async function loadSteps(folder: string, steps: readonly Step[]): Promise<RunStep[]> {
  return Promise.all(
    steps.map(async (step) => {
      if (step.kind === 'normalize') return normalized;
      const file = join(folder, step.weights);
      const tensors = await readSafetensors(file);
      const take = (name: string, ...shape: number[]): Float32Array => tensorOf(tensors, file, name, shape);
      if (step.kind === 'layernorm') return layerNorm(take('norm.weight', step.size), take('norm.bias', step.size));
      const bias = step.bias ? take('linear.bias', step.out) : new Float32Array(step.out);
      return dense(take('linear.weight', step.out, step.in), bias, ACTIVATIONS[step.activation] ?? ((value) => value));
    }),
  );
}

function tensorOf(tensors: ReadonlyMap<string, Tensor>, file: string, name: string, shape: readonly number[]): Float32Array {
  const found = tensors.get(name);
  if (found !== undefined && found.shape.join() === shape.join()) return found.data;
  const has = found === undefined ? `it has ${[...tensors.keys()].join(', ') || 'none'}` : `it is [${found.shape.join(' × ')}]`;
  throw new CutoverError('MODEL_UNUSABLE', { file, reason: `tensor ${name} of [${shape.join(' × ')}] is wanted, and ${has}` });
}

/** y_i = f(Σ_j W_ij x_j + b_i). @param weights Float32Array [out × in] */
function dense(weights: Float32Array, bias: Float32Array, activation: (value: number) => number): RunStep {
  return (vector) => {
    requireWidth(vector, weights.length / bias.length);
    return Float64Array.from(bias, (start, row) => {
      let sum = start;
      for (let i = 0; i < vector.length; i++) sum += (weights[row * vector.length + i] as number) * (vector[i] as number);
      return activation(sum);
    });
  };
}

/** (x − mean) / √(variance + ε) · weight + bias, the variance over all values. Source: Ba et al. 2016, arXiv:1607.06450 */
function layerNorm(weight: Float32Array, bias: Float32Array): RunStep {
  return (vector) => {
    requireWidth(vector, weight.length);
    const mean = vector.reduce((sum, value) => sum + value, 0) / vector.length;
    const variance = vector.reduce((sum, value) => sum + (value - mean) ** 2, 0) / vector.length;
    const scale = 1 / Math.sqrt(variance + LAYER_NORM_EPSILON);
    return vector.map((value, i) => (value - mean) * scale * (weight[i] as number) + (bias[i] as number));
  };
}

function normalized(vector: Float64Array): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / Math.max(length, 1e-12));
}

function requireWidth(vector: Float64Array, width: number): void {
  if (vector.length !== width) throw new RangeError(`A step takes ${width} dimensions and got ${vector.length}.`);
}
