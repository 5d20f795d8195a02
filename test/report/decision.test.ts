import { describe, expect, it } from 'vitest';
import { qualityOf } from '../../src/model/lookup.ts';
import type { RuleResult } from '../../src/model/verdict.ts';
import { checkGroups, headlineWords, powerWords, verdictWords } from '../../src/report/checks.ts';
import { changedMuch } from '../../src/report/consumers.ts';
import { SECTIONS } from '../../src/report/evidence/registry.ts';
import { decimal, signed } from '../../src/report/number.ts';
import { JUDGED_WAYS, studies, withStudies } from './fixture-studies.ts';
import { CASES, type Case } from './fixture-verdicts.ts';
import { render, sectionOf, textOf } from './page.ts';

const pages = Object.fromEntries(Object.entries(CASES).map(([name, value]) => [name, render('html', value)])) as Record<
  keyof typeof CASES,
  string
>;
const OPEN: Case = {
  ...CASES.inconclusive,
  verdict: {
    ...CASES.inconclusive.verdict,
    outcome: 'inconclusive',
    exitCode: 3,
    headline: 'Can’t tell: few needs.',
    rules: CASES.inconclusive.verdict.rules.filter(({ outcome }) => outcome !== 'fail'),
  },
};
const STATES = { pass: CASES.pass, fail: CASES.fail, inconclusive: OPEN };
const read = (value: Case): string => textOf(sectionOf(render('html', value), 'decision'));
const text = (name: keyof typeof CASES): string => textOf(sectionOf(pages[name], 'decision'));

/** The slices of a case with another lower bound. */
function withLower({ evaluation, verdict }: Case, lower: number): Case {
  const rules = verdict.rules.map((result) =>
    result.rule.kind === 'noHarm' && result.outcome === 'pass' && result.interval !== null
      ? {
          ...result,
          interval: { ...result.interval, lower },
          state: lower <= -result.rule.margin ? ('not-shown-safe' as const) : ('pass' as const),
        }
      : result,
  );
  return { evaluation, verdict: { ...verdict, rules } };
}

describe('the first screen', () => {
  it.each([
    ['pass', 'Pass', 'May be merged (exit code 0)'],
    ['fail', 'Fail', 'Do not merge (exit code 1)'],
    ['inconclusive', 'Inconclusive', 'Do not merge yet (exit code 3)'],
  ] as const)('%s: whether it may be merged, why, and what to do', (name, word, merge) => {
    const shown = read(STATES[name]);
    const { verdict } = STATES[name];
    expect(shown).toMatch(new RegExp(`^ ?Decision ${word} ${merge.replace(/[()]/g, '\\$&')} `));
    expect(shown).toContain(verdict.headline);
    const places = [verdict.headline, 'Checks', ...(name === 'pass' ? [] : ['What to do next']), 'What users will notice'].map((part) =>
      shown.indexOf(part),
    );
    expect(places).toEqual([...places].sort((a, b) => a - b));
    for (const { next, decides, outcome } of verdict.rules) if (decides && outcome !== 'pass') expect(shown).toContain(next);
  });

  it('does not say the outcome twice', () => {
    const { evaluation, verdict } = CASES.fail;
    expect(read({ evaluation, verdict: { ...verdict, headline: 'Fail: two rules fail.' } })).toContain('(exit code 1) Two rules fail.');
    expect(headlineWords({ headline: 'Inconclusive: nDCG@10 is open.' })).toBe('nDCG@10 is open.');
    expect(headlineWords({ headline: 'Inconclusive: too few needs to tell.' })).toBe('Too few needs to tell.');
    const waived = { ...verdict, outcome: 'pass' as const, headline: 'Pass with 2 waivers: 1 of 3 rules hold.' };
    expect(headlineWords(waived)).toBe('1 of 3 rules hold.');
  });

  it('says in words what changed between the versions', () => {
    expect(textOf(pages.fail)).toContain(
      'New weights; pooling cls → mean. Same prefixes, longest input, number format, normalisation, tokenizer',
    );
    expect(textOf(pages.noQrels)).not.toContain('undefined');
  });

  it('begins with warnings about the settings, and on a failure with the sentence that explains it', () => {
    const shown = read(withStudies(CASES.fail));
    expect(shown).toMatch(
      /Check this first: it may explain the result With mean pooling, as the model of mini publishes[^.]*\..*mean pooling/,
    );
    expect(shown).toContain('Correct the settings of the new version to what its model publishes');
    expect(text('pass')).not.toContain('Check this first');
    const none = withStudies(CASES.fail, { counterfactual: { notApplicable: 'not asked for' } });
    expect(read(none)).toContain('cutover run --counterfactual');
    const { counterfactual } = studies();
    if ('notApplicable' in counterfactual) throw new Error('The fixture has a counterfactual.');
    const worse = counterfactual.measures.map((measure) => ({ ...measure, difference: -0.1 }));
    expect(read(withStudies(CASES.fail, { counterfactual: { ...counterfactual, measures: worse } }))).not.toContain('Correct the settings');
  });
});

describe('checks', () => {
  it('are one row each, every rule once, with what was found and its limit', () => {
    for (const name of ['pass', 'fail', 'inconclusive'] as const) {
      const view = sectionOf(pages[name], 'decision');
      const { rules } = CASES[name].verdict;
      expect(view.match(/<details class="check /g)).toHaveLength(rules.length);
      expect(checkGroups({ rules }).flatMap(({ results }) => results)).toHaveLength(rules.length);
      for (const result of rules)
        if ('margin' in result.rule && result.interval !== null)
          expect(textOf(view)).toContain(
            `${signed(result.difference)} [${signed(result.interval.lower)}, ${signed(result.interval.upper)}]`,
          );
    }
  });

  it('show failures first and open, passes of a failing verdict folded', () => {
    const view = sectionOf(pages.fail, 'decision');
    const groups = [...view.matchAll(/<(div|details) class="group"[^>]*>.*?<\/svg> ([\w ]+) <span class="muted">\((\d+)\)/gs)].map(
      ([, tag, title]) => `${tag} ${title}`,
    );
    expect(groups[0]).toBe('div Failed');
    expect(groups).toContain('details Passed');
    expect(view.match(/<details class="check fail" open/g)).toHaveLength(2);
    expect(
      [...sectionOf(pages.pass, 'decision').matchAll(/<div class="group"><h4>.*?<\/svg> ([\w ]+) </gs)].map(([, title]) => title),
    ).toContain('Passed');
  });

  it('name the measure on every row of a slice', () => {
    const { evaluation, verdict } = CASES.pass;
    const again = verdict.rules
      .filter(({ slice }) => slice !== null)
      .map((result) => ({ ...result, rule: { ...result.rule, metric: 'R@100' }, id: `R@100 ${result.id}` }));
    const shown = read({ evaluation, verdict: { ...verdict, rules: [...verdict.rules, ...again] } });
    expect(shown).toMatch(/style = typo nDCG@10/);
    expect(shown).toMatch(/style = typo R@100/);
  });

  it('say why, with what the queries could have shown, on opening', () => {
    const slice = CASES.pass.verdict.rules.find(({ rule }) => rule.kind === 'noHarm');
    if (slice === undefined) throw new Error('The fixture has slices.');
    expect(powerWords(slice).join(' ')).toMatch(
      /These queries can detect a loss of 0\.011 or more beyond the limit \(80.% power\)\. Two equal versions would pass 98\.2.% of the time\./,
    );
    const open = CASES.inconclusive.verdict.rules.find(({ power }) => power?.needsToSettle != null);
    if (open === undefined) throw new Error('The fixture has an open rule.');
    expect(powerWords(open).join(' ')).toContain(`needs would settle it if the true difference is the ${signed(open.difference)} found`);
  });
});

describe('slices that are not shown safe', () => {
  const value = withLower(CASES.pass, -0.2);
  const unsure = value.verdict.rules.filter((result) => result.state === 'not-shown-safe');

  it('are a group that no format calls a pass', () => {
    const deciding = unsure.filter(({ decides }) => decides).length;
    expect(deciding).toBeGreaterThan(2);
    const view = sectionOf(render('html', value), 'decision');
    expect(view.match(/<details class="check not-shown-safe"/g)).toHaveLength(unsure.length);
    expect(textOf(view)).toContain(`Not shown safe (${deciding})`);
    expect(render('markdown', value).match(/🔘 Not shown safe/g)?.length).toBe(unsure.length);
    const sarif = JSON.parse(render('sarif', value)) as { runs: { results: { level: string; properties: { state: string } }[] }[] };
    const notes = sarif.runs[0]?.results.filter(({ properties }) => properties.state === 'not-shown-safe') ?? [];
    expect(notes).toHaveLength(unsure.length);
    expect(new Set(notes.map(({ level }) => level))).toEqual(new Set(['note']));
    expect(render('junit', value).match(/<skipped>Not shown safe/g)).toHaveLength(unsure.length);
  });

  it('are none where the interval is above the limit', () => {
    expect(withLower(CASES.pass, -0.01).verdict.rules.map(({ state }) => state)).not.toContain('not-shown-safe');
    expect(withLower(CASES.pass, -0.05).verdict.rules.map(({ state }) => state)).toContain('not-shown-safe');
  });
});

describe('a waived failure', () => {
  const { evaluation, verdict } = CASES.fail;
  const waiver = { rule: 'r', slice: null, owner: 'ana', reason: 'known', expires: '2999-12-31' };
  const rules = verdict.rules.map(
    (result): RuleResult => (result.outcome === 'fail' ? { ...result, decides: false, waiver, state: 'waived' } : result),
  );
  const waived = rules.filter((result) => result.waiver !== undefined).length;
  const value = {
    evaluation,
    verdict: {
      ...verdict,
      outcome: 'pass' as const,
      exitCode: 0 as const,
      rules,
      waivers: [{ waiver, state: 'in-force' as const, text: 'Waived until 2999-12-31 by ana: r. known' }],
    },
  };

  it('is no plain pass in any format', () => {
    expect(verdictWords(value.verdict)).toBe(`Pass with ${waived} waivers`);
    const view = sectionOf(render('html', value), 'decision');
    expect(view).toContain('<div class="banner waived">');
    expect(textOf(view)).toContain(`Waived (${waived})`);
    expect(textOf(view)).toContain('waived until 2999-12-31 by ana');
    // Why it did not pass is there without opening it.
    expect(view).toContain('<details class="check waived" open>');
    expect(textOf(view)).toContain('Waived until 2999-12-31 by ana: r. known');
    expect(render('markdown', value)).toContain(`## ⚠️ Pass with ${waived} waivers: embedding cutover`);
    expect(render('html', value)).toContain(`<title>Pass with ${waived} waivers`);
  });
});

describe('what the data can bear', () => {
  it('comes before the checks: without judgements that nobody can say, and to judge first', () => {
    const shown = text('noQrels');
    expect(shown.indexOf('Quality was not measured')).toBeGreaterThan(0);
    expect(shown.indexOf('Quality was not measured')).toBeLessThan(shown.indexOf('Checks'));
    expect(shown).toContain('What to do next Judge queries first: cutover judge next writes the sheet');
    expect(render('markdown', CASES.noQrels)).toContain('Quality was not measured');
  });

  it('says few needs, a corpus no larger than a list, and few judgements, in the summary too', () => {
    const { evaluation, verdict } = CASES.oneQuery;
    const { served } = qualityOf(evaluation)['nDCG@10'] ?? {};
    if (served === undefined || evaluation.search === null) throw new Error('The fixture has quality and a search.');
    const few = { old: { ...served.old, mean: 0.13 }, new: { ...served.new, mean: 0.14 } };
    const small = {
      ...evaluation,
      search: { ...evaluation.search, k: evaluation.dataset.documents },
      quality: { ...qualityOf(evaluation), 'Judged@10': { served: few } },
    };
    for (const shown of [read({ evaluation: small, verdict }), textOf(render('markdown', { evaluation: small, verdict }))]) {
      expect(shown).toContain(`Only 1 judged need, fewer than ${verdict.policy.minimumNeeds}`);
      expect(shown).toContain('no more than search.k');
      expect(shown).toContain('Of the first 10 results 13 % (old) and 14 % (new) are judged');
      expect(shown).toContain('Judge more of the first results of both versions');
    }
    const told = { id: 'few-judged' as const, title: 'Few results judged', text: 'Of the first 10 results, 13 % (old) are judged.' };
    const once = read({ evaluation: small, verdict: { ...verdict, cautions: [told] } });
    expect(once).not.toContain('Of the first 10 results 13 %');
    expect(text('pass')).not.toMatch(/judged needs?, fewer than|no more than search\.k/);
  });
});

describe('what to do next', () => {
  it('names on a pass what goes with the switch, each with a place to go or something to copy', () => {
    const view = sectionOf(render('html', withStudies(CASES.pass)), 'decision');
    const [consumer] = CASES.pass.evaluation.consumers;
    expect(textOf(view)).toContain(
      `${consumer?.consumer.name} ${decimal(consumer?.consumer.threshold ?? null, 4)} → ${decimal(consumer?.accepted?.threshold ?? null, 4)}`,
    );
    expect(textOf(view)).toContain(JUDGED_WAYS.summary);
    expect(view).toContain('<a href="#ways">');
    expect(textOf(view)).toContain('single regressions are your call');
    const steps =
      view
        .slice(view.indexOf('What to do next'))
        .split('</ol>')[0]
        ?.match(/<li>.*?<\/li>/gs) ?? [];
    expect(steps.length).toBeGreaterThan(2);
    for (const step of steps) expect(step).toMatch(/<a href="#|data-copy="/);
    expect(read(withStudies(CASES.fail))).not.toContain('when you switch');
  });

  it('gives each advice once', () => {
    const { rules } = CASES.fail.verdict;
    const advice = new Set(rules.filter(({ decides, outcome }) => decides && outcome === 'fail').map(({ next }) => next));
    for (const next of advice) expect(text('fail').split(next)).toHaveLength(2);
  });

  it('says when a proposed threshold would cut most of what people get', () => {
    const { evaluation, verdict } = CASES.fail;
    const [consumer] = evaluation.consumers;
    if (consumer === undefined || consumer.translated === null) throw new Error('The fixture proposes a threshold.');
    const cut = {
      ...consumer,
      before: { ...consumer.before, passRate: 0.248, recall: 0.235 },
      translated: { ...consumer.translated, passRate: 0.071, recall: 0.067 },
    };
    const words = 'Cuts much of what passes today: pass rate 24.8 % → 7.1 %, recall 23.5 % → 6.7 %.';
    expect(changedMuch(cut)?.replace(/\u00a0/g, ' ')).toBe(words);
    const shown = { evaluation: { ...evaluation, consumers: [cut] }, verdict };
    const page = render('html', shown);
    for (const place of ['decision', 'thresholds']) expect(textOf(sectionOf(page, place))).toContain(words);
    expect(textOf(render('markdown', shown))).toContain(words);
    expect(textOf(sectionOf(page, 'thresholds'))).toContain('1 lets much more or less through than today.');
    expect(changedMuch({ ...cut, translated: { ...cut.translated, passRate: 0.24, recall: 0.23 } })).toBeNull();
  });
});

describe('what users will notice', () => {
  it('counts queries from the values that the evaluation holds, and shows three of each end', () => {
    const column = qualityOf(CASES.fail.evaluation)['nDCG@10']?.served;
    const lost = column?.new.perQuery.filter((value, i) => value !== null && value < (column.old.perQuery[i] ?? 0)).length;
    const view = sectionOf(pages.fail, 'decision');
    expect(textOf(view)).toContain(`By nDCG@10 ${lost} queries got worse`);
    expect(view.match(/<li class="card worse"/g)).toHaveLength(3);
    expect(view.match(/<li class="card better"/g)).toHaveLength(3);
    expect(textOf(view)).toMatch(/Relevant: (?:place \d+ → |not in the first 10 → place )/);
  });

  it('is what result lists have in common where nothing was judged', () => {
    expect(text('noQrels')).toContain('Fewest results in common');
    expect(text('noQrels')).toMatch(/\d+(?:\.\d)? % of the results stay/);
  });
});

describe('links inside the page', () => {
  it('find their target, and so do definitions; no id is there twice', () => {
    for (const page of Object.values(pages)) {
      const ids = [...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
      expect(new Set(ids).size).toBe(ids.length);
      const targets = [...page.matchAll(/ href="#([^"?]*)(?:\?[^"]*)?"/g)].map((match) => match[1]);
      const terms = [...page.matchAll(/ popovertarget="([^"]*)"/g)].map((match) => match[1]);
      expect(targets.length).toBeGreaterThan(4);
      for (const target of [...targets, ...terms]) expect(ids).toContain(target);
    }
    expect(SECTIONS.length).toBeGreaterThan(10);
  });
});
