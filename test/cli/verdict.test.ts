import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/cli/host.ts';
import { printVerdict } from '../../src/cli/verdict.ts';
import { CASES } from '../report/fixture-verdicts.ts';

/** What is printed for a verdict, line by line. */
function printed(verdict: (typeof CASES)['fail']['verdict'], quiet = false, warnings: readonly string[] = []): string[] {
  let text = '';
  const stderr = {
    write: (part: string) => {
      text += part;
      return true;
    },
  };
  printVerdict(
    { stderr, env: {}, cwd: '/home' } as unknown as Host,
    { verdict, files: ['/home/r/junit.xml', '/home/r/report.html', '/home/r/verdict.json'], warnings },
    quiet,
  );
  return text.trimEnd().split('\n');
}

describe('the verdict at the terminal', () => {
  it('ends with the verdict and the report', () => {
    for (const name of ['pass', 'fail'] as const) {
      const { verdict } = CASES[name];
      for (const quiet of [false, true])
        expect(printed(verdict, quiet).at(-1)).toBe(`${name.toUpperCase()}  ${verdict.headline}  r/report.html`);
    }
    expect(printed(CASES.pass.verdict, true)).toHaveLength(1);
  });

  it('begins with what explains the result, and gives each advice once', () => {
    const lines = printed(CASES.fail.verdict, false, ['With mean pooling it would be 0.72.']);
    expect(lines[1]).toBe('note  With mean pooling it would be 0.72.');
    const failed = CASES.fail.verdict.rules.filter(({ decides, outcome }) => decides && outcome === 'fail');
    const advice = new Set(failed.map(({ next }) => next));
    expect(failed.length).toBeGreaterThan(advice.size);
    for (const next of advice) expect(lines.filter((line) => line.includes(next))).toEqual([`do  ${next}`]);
  });

  it('names each check with its state, what was found and its limit; slices that say nothing are counted', () => {
    const text = printed(CASES.fail.verdict).join('\n');
    const [first] = CASES.fail.verdict.rules;
    expect(text).toContain(`  FAIL  ${first?.id}\n        −0.049 [−0.061, −0.037]; limit −0.020`);
    expect(text).toMatch(/ {2}\d+ more slices are safe or too small to decide; see the report/);
    const unsafe = CASES.pass.verdict.rules.map((result) =>
      result.rule.kind === 'noHarm' && result.interval !== null
        ? { ...result, interval: { ...result.interval, lower: -0.2 }, state: 'not-shown-safe' as const }
        : result,
    );
    expect(printed({ ...CASES.pass.verdict, rules: unsafe }).join('\n')).toContain('  NOT SHOWN SAFE  nDCG@10 noHarm');
  });
});
