import { createRequire } from 'node:module';

/** Version of the onnxruntime-node that runs here; part of a fingerprint, because another one may round differently. */
export const ONNXRUNTIME_VERSION: string = createRequire(import.meta.url)('onnxruntime-node/package.json').version;

/** Loads the native module of onnxruntime in this thread. @throws what loading it throws: built for another machine, a library missing */
export async function loadOnnxruntime(): Promise<void> {
  await import('onnxruntime-node');
}
