import type { Readable, Writable } from 'node:stream';
import { CutoverError } from '../core/errors.ts';
import { plain } from '../core/printable.ts';
import type { Prompts } from '../features/setup/prompts.ts';

/** Asks on a terminal; the questions go to stderr, so that stdout stays data. The library is loaded with the first question. */
export function terminalPrompts(input: Readable, output: Writable): Prompts {
  const streams = { input, output };
  const library = () => import('@clack/prompts');
  return {
    select: async (message, options) => {
      const { select, isCancel } = await library();
      const shown = options.map(({ value, label, hint }) => ({ value, label: plain(label), ...(hint === undefined ? {} : { hint }) }));
      const answer = await select<string>({ message: plain(message), options: shown, ...streams });
      return isCancel(answer) ? turnedAway() : answer;
    },
    text: async (message, initial) => {
      const { text, isCancel } = await library();
      const answer = await text({ message: plain(message), initialValue: initial, ...streams });
      return isCancel(answer) ? turnedAway() : (answer ?? '');
    },
    confirm: async (message, initialValue) => {
      const { confirm, isCancel } = await library();
      const answer = await confirm({ message: plain(message), initialValue, ...streams });
      return isCancel(answer) ? turnedAway() : answer;
    },
  };
}

function turnedAway(): never {
  throw new CutoverError('INTERRUPTED', {});
}
