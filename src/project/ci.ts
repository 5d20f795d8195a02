/** Whether a CI system runs this process. */
export function isCi({ CI }: Readonly<Record<string, string | undefined>>): boolean {
  return CI !== undefined && CI !== '' && CI !== '0' && CI !== 'false';
}
