/** Loads the native module of onnxruntime in this thread. @throws what loading it throws: built for another machine, a library missing */
export async function loadOnnxruntime(): Promise<void> {
  await import('onnxruntime-node');
}
