import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { bash, ROOT } from '../ci/script.ts';
import type { BumpProject } from '../cli/bump-project.ts';

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

/** Does what a page says, block by block, in one project. */
export async function follow(page: string, steps: readonly Step[], project: BumpProject, scratch = '/tmp'): Promise<void> {
  const blocks = shellBlocks(page);
  expect(blocks.map((block, i) => (block.includes(steps[i]?.has ?? '\0') ? steps[i]?.has : block))).toEqual(steps.map(({ has }) => has));
  for (const [i, { codes = {}, prints, before, after, env = {}, notRun = {} }] of steps.entries()) {
    await before?.(project);
    let log = '';
    for (const command of commandsOf(blocks[i] ?? '')) {
      if (Object.keys(notRun).some((part) => command.includes(part))) continue;
      const done = await bash(LIKE_NPX + command.replaceAll('/tmp/', `${scratch}/`), { cwd: project.folder, env });
      const expected = Object.entries(codes).find(([part]) => command.includes(part))?.[1] ?? 0;
      expect(done.code, `${command}\n${done.log}`).toBe(expected);
      log += done.log;
    }
    if (prints !== undefined) expect(log, blocks[i]).toMatch(prints);
    await after?.(project);
  }
}
