import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waterfall } from '../../src/report/charts/waterfall.ts';
import { studies, withStudies } from './fixture-studies.ts';
import { CASES, type Case } from './fixture-verdicts.ts';
import { render, sectionOf, textOf } from './page.ts';

const read = (value: Case, section: string): string => textOf(sectionOf(render('html', value), section));

describe('sections of the studies', () => {
  it('are left out where no study ran', () => {
    for (const id of ['noise', 'attribution', 'counterfactual']) expect(render('html', CASES.fail)).not.toContain(`<section id="${id}"`);
  });

  it('show the noise floor, what was varied and what was not', () => {
    const text = read(withStudies(CASES.pass), 'noise');
    expect(text).toContain('0.6000 0.2000 0.1000 3.0');
    expect(text).toContain('1.1e−7 no noise above the smallest');
    expect(text, 'a multiple of next to nothing tells nobody anything').toContain('1.1e−7 – the noise is at most 1.1e−7, so no ratio');
    expect(text).not.toContain('1,272,727');
    expect(text).toContain('120 × 4 0.2000');
    expect(text).toContain('Not measured: the configuration names no production.batchSize');
  });

  it('say of the line among the overlaps whether it was measured or is one place of k', () => {
    expect(read(withStudies(CASES.pass), 'neighbours')).toContain('measured: under what production varies, 95 % of queries keep that much');
    const { noiseFloor } = studies();
    if ('notApplicable' in noiseFloor) throw new Error('The fixture has a noise floor.');
    const least = { ...noiseFloor, overlap: { '10': { change: 0.6, floor: 0.1, minimum: 0.1, overNoise: 6 } } };
    const text = read(withStudies(CASES.pass, { noiseFloor: least }), 'neighbours');
    expect(text).toContain('here one place of 10, the least that a list can change by');
    expect(text).not.toContain('when its index is built again');
  });

  it('show the waterfall, its parts and that the split depends on its order', () => {
    const section = sectionOf(render('html', withStudies(CASES.pass)), 'attribution');
    const text = textOf(section);
    expect(section.match(/<figure class="plotted">/g)).toHaveLength(1);
    expect(text).toContain('nDCG@10 0.7000 +0.0100 −0.1500 +0.0300 −0.0400 0.5500');
    expect(text).toContain('Another order would divide it otherwise');
    expect(section).toContain('&lt;b&gt;');
    expect(section).not.toContain('<b>');
  });

  it('show one model part, and why, where the weights differ', () => {
    const { attribution } = studies();
    if ('notApplicable' in attribution) throw new Error('The fixture has an attribution.');
    const one = attribution.measures.map((measure) => ({ ...measure, modelParts: [] }));
    const text = read(
      withStudies(CASES.pass, { attribution: { ...attribution, measures: one, split: { notApplicable: 'other weights' } } }),
      'attribution',
    );
    expect(text).toContain('nDCG@10 0.7000 +0.0100 −0.1200 −0.0400 0.5500');
    expect(text).toContain('The model’s part is one: other weights .');
  });

  it('show what the published settings would give', () => {
    const text = read(withStudies(CASES.fail), 'counterfactual');
    expect(text).toContain('With mean pooling, as the model of mini publishes');
    expect(text).toContain('Pooling cls mean');
    expect(text).toMatch(/nDCG@10 0\.7000 0\.5600 0\.7200 ▲ \+0\.1600/);
  });

  it('say why there is none', () => {
    const none = { notApplicable: 'for a reason' };
    const value = withStudies(CASES.fail, { noiseFloor: none, attribution: none, counterfactual: none });
    for (const id of ['noise', 'attribution', 'counterfactual']) expect(read(value, id)).toContain('for a reason .');
    expect(render('html', withStudies(CASES.pass, { counterfactual: none }))).not.toContain('<section id="counterfactual"');
  });
});

describe('what to do', () => {
  it('names on a pass what goes with the switch: thresholds, the backfill, the queries that lost', () => {
    const { backfillForecast } = studies();
    if ('notApplicable' in backfillForecast) throw new Error('The fixture has a forecast.');
    const text = read(withStudies(CASES.pass), 'verdict');
    const [consumer] = CASES.pass.evaluation.consumers;
    expect(text).toContain(
      `${consumer?.consumer.name} from ${consumer?.consumer.threshold} to ${consumer?.accepted?.threshold} (answer service)`,
    );
    expect(text).toContain(backfillForecast.summary);
    expect(text).toMatch(/Read the queries that lost most \(\d+ lost, \d+ gained\)/);
    expect(read(withStudies(CASES.fail), 'verdict')).not.toContain('at the moment of the switch');
    expect(render('markdown', withStudies(CASES.pass))).toContain('Change these thresholds at the moment of the switch');
  });

  const first = (value: Case): string => /What to do next (.{0,140})/.exec(read(value, 'verdict'))?.[1] ?? '';

  it('begins with the settings where a failed version would be better as published', () => {
    expect(first(withStudies(CASES.fail))).toContain('Correct the settings of the new version. With mean pooling');
    expect(render('markdown', withStudies(CASES.fail))).toContain('Correct the settings of the new version.');
  });

  it('says how to find out where nobody asked', () => {
    const unasked = withStudies(CASES.fail, { counterfactual: { notApplicable: 'not asked for' } });
    expect(first(unasked)).toContain('contradict what its model publishes: cutover run --counterfactual');
  });

  it('says nothing of them on a pass, or where the published settings are no better', () => {
    expect(read(withStudies(CASES.pass), 'verdict')).not.toContain('settings of the new version');
    const { counterfactual } = studies();
    if ('notApplicable' in counterfactual) throw new Error('The fixture has a counterfactual.');
    const worse = counterfactual.measures.map((measure) => ({ ...measure, difference: -0.1 }));
    expect(first(withStudies(CASES.fail, { counterfactual: { ...counterfactual, measures: worse } }))).not.toContain('Correct');
  });
});

describe('waterfall', () => {
  it('sets each bar where the last one ended, inside the picture', () => {
    const value = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(value, fc.array(value, { minLength: 1, maxLength: 7 }), (start, parts) => {
        const end = parts.reduce((sum, part) => sum + part, start);
        const svg = String(
          waterfall({
            title: 't',
            start: { label: 'a', value: start },
            parts: parts.map((part, i) => ({ label: `p${i}`, value: part })),
            end: { label: 'z', value: end },
          }),
        );
        const wide = svg.split('</svg>')[0] ?? '';
        const bars = [...wide.matchAll(/<rect [^>]*>/g)].map(([tag]) =>
          ['x', 'width', 'fill'].map((name) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1]),
        );
        expect(bars).toHaveLength(parts.length);
        let joint = Number(/stroke-width="3"[^>]*><line [^>]* x1="([\d.]+)"/.exec(wide)?.[1]);
        for (const [x, width, colour] of bars) {
          const [left, right] = [Number(x), Number(x) + Number(width)];
          expect(left).toBeGreaterThanOrEqual(170);
          expect(right).toBeLessThanOrEqual(640);
          // Coordinates are rounded to a hundredth.
          expect(Math.abs((colour === 'var(--pass)' ? left : right) - joint)).toBeLessThanOrEqual(0.05);
          joint = colour === 'var(--pass)' ? right : left;
        }
      }),
      { numRuns: 30 },
    );
  });

  it('stands still where nothing changed', () => {
    const still = { title: 't', start: { label: 'a', value: 0.5 }, parts: [{ label: 'p', value: 0 }], end: { label: 'z', value: 0.5 } };
    expect(String(waterfall(still))).not.toMatch(/NaN|Infinity/);
  });
});
