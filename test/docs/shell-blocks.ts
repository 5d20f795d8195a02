import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { bash, type Finished, ROOT } from '../ci/script.ts';
import type { BumpProject } from '../cli/bump-project.ts';
import { commandLine } from '../cli/command-line.ts';

/** What a reader has done by the time of a block, and what its commands give where that isn't a plain success. */
export interface Step {
  /** Text that the block holds: a guide and its steps must not drift apart. */
  readonly has: string;
  /** Exit codes other than 0, by a part of the command. */
  readonly codes?: Readonly<Record<string, number>>;
  readonly prints?: RegExp;
  /** Why a command is not run here, by a part of it. Those of cutover must parse all the same. */
  readonly notRun?: Readonly<Record<string, string>>;
  /** What the reader's machine has beside the project. */
  readonly env?: Readonly<Record<string, string>>;
  before?(project: BumpProject): unknown;
  after?(project: BumpProject): unknown;
}

/** README.md and every page below docs/, from the repository's top. */
export function pages(): string[] {
  const below = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
  return ['README.md', ...below.map((file) => `docs/${file.replaceAll('\\', '/')}`).sort()];
}

export function pageText(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

/** Fenced blocks that are for a shell: those that say so, and unmarked ones that start with a command of this package. */
export function shellBlocks(page: string): string[] {
  return [...pageText(page).matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)]
    .filter(([, , language, text = '']) => language === 'sh' || (language === '' && /^\s*(?:npx |cutover |npm )/.test(text)))
    .map(([, , , text = '']) => text);
}

/** One command a line, indentation and comments off. */
export function commandsOf(block: string): string[] {
  return block
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)# .*$/, '').trim())
    .filter((line) => line !== '');
}

/** npx itself takes longer than most commands, and finds the same file. */
const LIKE_NPX = 'npx() { "./node_modules/.bin/$@"; }; ';

/**
 * What a reader types. A command of this package that is its words alone runs in this process, which takes a third of the time that
 * starting one does; what opens a browser or needs a shell runs under bash, by the program as it is installed.
 */
export async function typed(line: string, cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const own = /^(?:npx cutover|node_modules\/\.bin\/cutover) ([^|&;<>$`'\\]*)$/.exec(line)?.[1];
  if (own === undefined || own.includes('--open')) return bash(LIKE_NPX + line, { cwd, env });
  const words = [...own.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const { PATH, HOME } = process.env;
  const now = () => new Date().toISOString();
  const clock = { clock: () => performance.now(), today: () => now().slice(0, 10), now };
  const { code, out, err } = await commandLine(cwd, { env: { PATH, HOME, CI: 'true', ...env }, ...clock })(...words);
  return { code, log: err + out };
}

/** Does what a page says, block by block, in one project. */
export async function follow(page: string, steps: readonly Step[], project: BumpProject, scratch = '/tmp'): Promise<void> {
  const blocks = shellBlocks(page);
  expect(blocks.map((block, i) => (block.includes(steps[i]?.has ?? '\0') ? steps[i]?.has : block))).toEqual(steps.map(({ has }) => has));
  for (const [i, { codes = {}, prints, before, after, env = {}, notRun = {} }] of steps.entries()) {
    await before?.(project);
    let log = '';
    for (const command of commandsOf(blocks[i] ?? '')) {
      if (Object.keys(notRun).some((part) => command.includes(part))) continue;
      const done = await typed(command.replaceAll('/tmp/', `${scratch}/`), project.folder, env);
      const expected = Object.entries(codes).find(([part]) => command.includes(part))?.[1] ?? 0;
      expect(done.code, `${command}\n${done.log}`).toBe(expected);
      log += done.log;
    }
    if (prints !== undefined) expect(log, blocks[i]).toMatch(prints);
    await after?.(project);
  }
}
