/** Loads the native module of hnswlib in this thread. @throws what loading it throws: never compiled, built for another Node */
export async function loadHnswlib(): Promise<void> {
  await import('hnswlib-node');
}
