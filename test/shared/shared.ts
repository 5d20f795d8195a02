/**
 * What all test files share, made when the first one asks for it.
 * @param name a recipe of global-setup.ts, and after a colon what it is to make
 * @throws Error with what went wrong while it was made
 */
export async function shared<T>(name: string): Promise<T> {
  const response = await fetch(`${process.env.CUTOVER_TEST_SHARED}/${encodeURIComponent(name)}`);
  if (!response.ok) throw new Error(`${name}: ${await response.text()}`);
  return (await response.json()) as T;
}
