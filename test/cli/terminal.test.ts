import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/cli/host.ts';
import { paintFor, Terminal } from '../../src/cli/terminal.ts';
import { bytesText, durationText } from '../../src/cli/text.ts';
import { plain } from '../../src/core/printable.ts';

function hostWith(env: Record<string, string>, isTTY: boolean): { host: Host; written: () => string; tick: (ms: number) => void } {
  let text = '';
  let now = 0;
  const stderr = {
    isTTY,
    columns: 80,
    write: (chunk: string) => {
      text += chunk;
    },
  };
  const host: Host = {
    stdout: stderr,
    stderr,
    env,
    cwd: '/',
    clock: () => now,
    today: () => '2030-01-01',
    now: () => new Date().toISOString(),
    signal: new AbortController().signal,
  };
  return {
    host,
    written: () => text,
    tick: (ms) => {
      now += ms;
    },
  };
}

describe('Terminal', () => {
  it('redraws one line with rate and time left on a terminal', () => {
    const { host, written, tick } = hostWith({}, true);
    const terminal = new Terminal(host, false);
    terminal.progress({ task: 'embedding', done: 0, total: 100, unit: 'texts' });
    tick(10_000);
    terminal.progress({ task: 'embedding', done: 50, total: 100, unit: 'texts' });
    expect(written()).toContain('\r\u001b[2K  embedding: 50/100 texts, 5.0/s, 10 s left');
    terminal.info('done');
    expect(written().endsWith('\r\u001b[2Kdone\n')).toBe(true);
  });

  it('writes a line now and then without a terminal', () => {
    const { host, written, tick } = hostWith({}, false);
    const terminal = new Terminal(host, false);
    for (let done = 0; done <= 40; done++) {
      terminal.progress({ task: 'embedding', done, total: 40, unit: 'texts' });
      tick(1_000);
    }
    expect(written().trim().split('\n')).toHaveLength(2);
    expect(written()).not.toContain('\u001b');
  });

  it('treats CI as no terminal, and says only warnings when quiet', () => {
    const ci = hostWith({ CI: '1' }, true);
    new Terminal(ci.host, false).progress({ task: 'x', done: 1, total: 2, unit: 'y' });
    expect(ci.written()).toBe('');
    const quiet = hostWith({}, true);
    const terminal = new Terminal(quiet.host, true);
    terminal.progress({ task: 'x', done: 1, total: 2, unit: 'y' });
    terminal.info('hidden');
    terminal.warn('seen');
    expect(quiet.written()).toContain('seen');
    expect(quiet.written()).not.toContain('hidden');
  });

  it('honours NO_COLOR', () => {
    expect(paintFor(hostWith({}, true).host).bad('x')).toContain('\u001b[31m');
    expect(paintFor(hostWith({ NO_COLOR: '1' }, true).host).bad('x')).toBe('x');
  });
});

describe('plain', () => {
  it('takes escape sequences, control and bidi characters out of data', () => {
    expect(plain('a\u001b[31mred\u001b[0m\u0007\r\nb\u202ec\u200b')).toBe('ared   b c ');
  });
});

describe('amounts', () => {
  it('are written for people', () => {
    expect([bytesText(512), bytesText(1536), bytesText(50 * 1024 ** 2)]).toEqual(['512 B', '1.5 KB', '50 MB']);
    expect([durationText(0.2), durationText(59), durationText(75), durationText(7260)]).toEqual([
      'under a second',
      '59 s',
      '1 min 15 s',
      '2 h 1 min',
    ]);
  });
});
