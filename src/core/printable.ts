import { masked } from './secrets.ts';

/** Escape sequences of a terminal: CSI, OSC (closed by BEL or ST) and two-character ones. Source: ECMA-48, 5.3 and 5.4. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const SEQUENCES = /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[\u001b\u009b]\[?[0-?]*[ -/]*[@-~]/g;
/** Control characters, zero-width ones, line and paragraph separators, bidirectional marks, embeddings, overrides and isolates, tags. */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;
/** Colours and the redrawing of a line: what this program itself sends to a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const OWN = /\u001b\[(?:1|2|22|31|32|33|36|39)m|\r?\u001b\[2K/g;

/** Text from data in one line: no escape sequence, control or bidirectional character, no secret, no command to a CI system. */
export function plain(text: string): string {
  return withoutCommands(masked(text).replace(SEQUENCES, '').replace(INVISIBLE, ' '));
}

/**
 * A line that a CI system would take for a command is one no more: GitHub's `::…` at its start, and anywhere `##[…`, `##vso[…`
 * (Azure) and `##teamcity[…`.
 */
export function withoutCommands(line: string): string {
  return line.replace(/^(\s*):(?=:)/, '$1: ').replace(/##(?=[a-z]*\[)/gi, '# #');
}

/**
 * The last check of everything that goes to a stream, whoever wrote it: line by line, with no secret, no command to a CI system
 * and no escape sequence but those that the program itself uses, and those on a terminal only.
 */
export function safeForStream(text: string, { isTerminal }: { readonly isTerminal: boolean }): string {
  return masked(text)
    .split('\n')
    .map((line) => withoutCommands(isTerminal ? keepingOwn(line) : bare(line)))
    .join('\n');
}

function keepingOwn(line: string): string {
  const own = line.match(OWN) ?? [];
  return line
    .split(OWN)
    .map((part, i) => `${bare(part)}${own[i] ?? ''}`)
    .join('');
}

/** A tab is no harm. A carriage return alone ends a line for some CI systems, and lets the next one begin with a command. */
function bare(part: string): string {
  return part.replace(SEQUENCES, '').replace(INVISIBLE, (character) => (character === '\t' ? character : ' '));
}

/** JSON for a stream: whatever a terminal or a CI system would act on is escaped, so that its parser still reads the same value. */
export function safeJson(text: string): string {
  const escaped = (character: string) =>
    [...character.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  return masked(text)
    .replace(INVISIBLE, (character) => (character === '\n' ? character : escaped(character)))
    .replace(/##(?=[a-z]*\[)/gi, '#\\u0023');
}
