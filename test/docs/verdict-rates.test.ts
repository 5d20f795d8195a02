import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const results = read('benchmarks/verdict/RESULTS.md');
const guide = read('docs/guides/verdict.md');

const cells = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const section = (title: string): string[] => (results.split(`## ${title}\n`)[1] ?? '').split('\n## ')[0]?.split('\n') ?? [];

/** Worst scene by number of needs, of the gate's own bound: the second figure of each cell of the summary. */
function worst(title: string): string[] {
  const row = section(title).find((line) => line.startsWith('| Gaffke, unseen need |')) ?? '';
  return cells(row)
    .slice(1)
    .map((cell) => cell.split(', ')[1] ?? '');
}

const guideRow = (name: string): string[] => cells(guide.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? '').slice(1);

it('the guide prints the rates that were simulated', () => {
  expect(worst('False passes')).toHaveLength(6);
  expect(guideRow('false passes')).toEqual(worst('False passes'));
  expect(guideRow('false fails')).toEqual(worst('False fails'));
  const power = section('Passes where nothing changed').find((line) =>
    line.startsWith('| helpdesk nDCG@10, tilted | Gaffke, unseen need |'),
  );
  expect(guideRow('passes where nothing is lost')).toEqual(cells(power ?? '').slice(2));
});

it('no scene errs more often than stated; README, changelog and record say the worst', () => {
  const [passes, fails] = ['False passes', 'False fails'].map((title) => Math.max(...worst(title).map(Number)));
  expect(Math.max(passes ?? 100, fails ?? 100)).toBeLessThanOrEqual(5);
  expect(read('README.md')).toContain(`the worst of 25 simulated populations has ${passes} % false passes`);
  expect(read('CHANGELOG.md')).toContain(
    `at most ${passes} % of samples pass and ${fails} % fail in the worst of 25 simulated populations`,
  );
  expect(read('docs/adr/0031-bounds-hold-an-unseen-need.md')).toMatch(
    new RegExp(`Worst false passes ${passes} %[^]*worst false fails ${fails} %`),
  );
});
