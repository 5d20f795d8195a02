/** Letters with digits, words joined by signs, upper case within a word, signs of versions and paths: what nobody writes in a sentence. */
const CODES: readonly RegExp[] = [
  /(?<![\p{L}\p{N}])(?=[\p{L}\p{N}]*\p{L})(?=[\p{L}\p{N}]*\p{N})[\p{L}\p{N}]{3,}(?![\p{L}\p{N}])/u,
  /(?<![\p{L}\p{N}])[\p{L}\p{N}]+(?:_[\p{L}\p{N}]+)+/u,
  /(?<![\p{L}\p{N}])\p{Ll}{2,}\p{Lu}\p{Ll}+/u,
  /(?<![\p{L}\p{N}])\p{Lu}+[-_]\p{N}+/u,
  /(?<![\p{L}\p{N}.])v?\d+\.\d+\.\d+/u,
  /(?<![\p{L}\p{N}])(?!(?:19|20)\d\d(?!\d))\d{4,}(?![\p{L}\p{N}])/u,
  /(?:^|\s)[~.]?\/[\w.-]+/u,
  /--[a-z][\w-]+|::|=>|\(\)/u,
];

/**
 * Whether a text names something by a code: a part number, an identifier, an error code, a version, a path, an option.
 * @example hasCode('E-404 after login') // true, as 'ERR_CONN', 'getItem', '10.2.1', '/etc/hosts', '--force'
 * @example hasCode("can't sign in") // false
 */
export function hasCode(text: string): boolean {
  return CODES.some((code) => code.test(text));
}
