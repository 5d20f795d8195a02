import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { terminalPrompts } from '../../src/cli/process.ts';
import type { Prompts } from '../../src/features/setup/prompts.ts';

const ENTER = '\r';
const DOWN = '\u001b[B';
const CTRL_C = '\u0003';

/** Asks, presses keys once the question stands there, and returns the answer and what was shown. */
async function press(keys: readonly string[], ask: (prompts: Prompts) => Promise<unknown>) {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  const asked = new Promise<void>((resolve) => {
    output.on('data', (chunk) => {
      shown += String(chunk);
      resolve();
    });
  });
  const answer = ask(terminalPrompts(input, output));
  answer.catch(() => undefined);
  await asked;
  for (const key of keys) {
    input.write(key);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { answer: await answer, shown };
}

const OPTIONS = ['first', 'second\u001b[31m'].map((value) => ({ value, label: value }));

test('a choice, a text with what is there, and yes or no', async () => {
  const chosen = await press([DOWN, ENTER], (prompts) => prompts.select('Which?', OPTIONS));
  expect(chosen.answer).toBe('second\u001b[31m');
  expect(chosen.shown).toContain('Which?');
  expect(chosen.shown).not.toContain('second\u001b[31m');
  expect((await press(['x', ENTER], (prompts) => prompts.text('Name?', 'ab'))).answer).toBe('abx');
  expect((await press([ENTER], (prompts) => prompts.confirm('Sure?', true))).answer).toBe(true);
});

test.each([
  ['select', (prompts: Prompts) => prompts.select('Which?', OPTIONS)],
  ['text', (prompts: Prompts) => prompts.text('Name?', '')],
  ['confirm', (prompts: Prompts) => prompts.confirm('Sure?', false)],
])('Ctrl-C at %s is an interruption', async (_, ask) => {
  await expect(press([CTRL_C], ask)).rejects.toMatchObject({ code: 'INTERRUPTED' });
});
