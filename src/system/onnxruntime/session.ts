import { createRequire } from 'node:module';
import type { InferenceSession, Tensor } from 'onnxruntime-node';

export type { Tensor };

const require = createRequire(import.meta.url);

/** The package loads its addon as soon as it is loaded itself; whoever only imports cutover needs neither. */
function onnxruntime(): typeof import('onnxruntime-node') {
  return require('onnxruntime-node');
}

/** What a session takes and gives: row-major data and its dimensions. */
export function tensor(type: 'float32', data: Float32Array, dims: readonly number[]): Tensor;
export function tensor(type: 'int64', data: BigInt64Array, dims: readonly number[]): Tensor;
export function tensor(type: 'float32' | 'int64', data: Float32Array | BigInt64Array, dims: readonly number[]): Tensor {
  const { Tensor } = onnxruntime();
  return type === 'float32' ? new Tensor(type, data as Float32Array, dims) : new Tensor(type, data as BigInt64Array, dims);
}

/** An onnxruntime session on the CPU. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Feeds by input name → every output by name. Blocks this thread while it computes. */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  /** Drops the weights; safe to call twice. A later `run` throws. */
  release(): Promise<void>;
}

/**
 * Opens a model.
 * @param model path of an ONNX file, or its bytes
 * @param threads threads inside one operator. With 1 there is no thread pool at all, so nothing spins while it waits;
 *   that is what a pool of workers wants, one session each.
 * @throws Error of onnxruntime when the model can't be read.
 */
export async function openSession(model: string | Uint8Array, threads: number): Promise<Session> {
  if (!Number.isInteger(threads) || threads < 1) throw new RangeError(`A session needs 1 thread or more, not ${threads}.`);
  let session: InferenceSession | null = await create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Below error, onnxruntime writes to stderr by itself and tears the progress line.
    logSeverityLevel: 3,
  });
  const { inputNames, outputNames } = session;
  return {
    inputNames,
    outputNames,
    run: async (feeds) => {
      if (session === null) throw new Error('The session was released.');
      return (await session.run(feeds)) as Record<string, Tensor>;
    },
    // onnxruntime-node 1.14 can't be told to release a session: the weights go when nothing refers to the session.
    release: async () => {
      session = null;
    },
  };
}

/** The factory is overloaded, and takes no union. */
function create(model: string | Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> {
  const factory = onnxruntime().InferenceSession;
  return typeof model === 'string' ? factory.create(model, options) : factory.create(model, options);
}
