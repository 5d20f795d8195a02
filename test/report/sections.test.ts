import { describe, expect, it } from 'vitest';
import { qualityOf } from '../../src/model/lookup.ts';
import { signed } from '../../src/report/number.ts';
import { SECTIONS } from '../../src/report/sections/registry.ts';
import { powerWords } from '../../src/report/views/rules.ts';
import { CASES } from './fixture-verdicts.ts';
import { render, sectionOf, textOf } from './page.ts';

const pages = Object.fromEntries(Object.entries(CASES).map(([name, value]) => [name, render('html', value)])) as Record<
  keyof typeof CASES,
  string
>;
const read = (name: keyof typeof CASES, section: string): string => textOf(sectionOf(pages[name], section));

describe('the fixtures', () => {
  it('have the outcomes they are named for', () => {
    expect(CASES.pass.verdict.outcome).toBe('pass');
    expect(CASES.fail.verdict.outcome).toBe('fail');
    expect(CASES.inconclusive.verdict.rules.some((rule) => rule.outcome === 'inconclusive' && rule.decides)).toBe(true);
  });
});

describe('verdict', () => {
  it('comes first, with headline, reasons and what to do', () => {
    const text = read('fail', 'verdict');
    const { verdict } = CASES.fail;
    expect(pages.fail.indexOf('<section id="verdict"')).toBe(pages.fail.indexOf('<section'));
    expect(text).toContain(`Fail ${verdict.headline}`);
    for (const reason of verdict.reasons) expect(text).toContain(reason);
    for (const { next, decides } of verdict.rules) if (decides) expect(text).toContain(next);
  });

  it('shows the warnings of the new version, where it also explains what differs', () => {
    const warning = CASES.fail.evaluation.versions?.new.warnings[0] ?? '';
    expect(warning).toContain('mean pooling');
    expect(read('fail', 'verdict')).toContain(`Check this first: warnings about the new version may explain the result ${warning}`);
    expect(read('fail', 'verdict')).toMatch(/differ in: files › onnx\/model_quantized\.onnx , pooling/);
    expect(read('pass', 'verdict')).not.toContain('Check this first');
  });

  it('has one row a rule, each with expected and found, and a picture where there is a value', () => {
    const { rules } = CASES.fail.verdict;
    const section = sectionOf(pages.fail, 'verdict');
    expect(section.match(/<tr role="row">/g)).toHaveLength(rules.length);
    expect(section.match(/<svg class="interval/g)).toHaveLength(
      rules.filter((rule) => rule.difference !== null || rule.new !== null).length,
    );
    for (const rule of rules) expect(textOf(section)).toContain(rule.found);
  });

  it('shows rules that decide and did not pass above all others', () => {
    const outcomes = [...sectionOf(pages.fail, 'verdict').matchAll(/<tr role="row"><td role="cell"[^>]*><span class="badge (\w+)/g)].map(
      (match) => match[1],
    );
    expect(outcomes.slice(0, 4)).toEqual(['fail', 'fail', 'fail', 'fail']);
    expect(outcomes.slice(4)).not.toContain('fail');
  });

  it('counts the queries that lost from the values that the evaluation holds', () => {
    const quality = qualityOf(CASES.fail.evaluation);
    const column = quality['nDCG@10']?.served;
    const lost = column?.new.perQuery.filter((value, i) => value !== null && value < (column.old.perQuery[i] ?? 0)).length;
    expect(lost).toBeGreaterThan(20);
    expect(read('fail', 'verdict')).toContain(`Queries that lost ${lost} of 115`);
  });
});

describe('the verdict’s words', () => {
  const many = (headline: string, reasons: readonly string[]): string => {
    const { evaluation, verdict } = CASES.fail;
    return sectionOf(render('html', { evaluation, verdict: { ...verdict, headline, reasons } }), 'verdict');
  };

  it('do not say the outcome twice', () => {
    expect(textOf(many('Fail: two rules fail.', []))).toContain('Fail two rules fail.');
    expect(textOf(many('Fail: ', []))).toContain('Fail Fail: ');
  });

  it('keep three reasons open and fold the rest, and set backticks as code', () => {
    const section = many('x', ['one', 'two', 'set `accepted` <b>', 'four', 'five']);
    expect(section).toContain('set <code>accepted</code> &lt;b&gt;');
    expect(textOf(section)).toMatch(/one two set accepted <b> 2 more four five/);
  });
});

describe('what the data can bear', () => {
  it('stands before the reasons: without judgements that nobody can say, and to judge first', () => {
    const text = read('noQrels', 'verdict');
    expect(text.indexOf('Quality was not measured')).toBeGreaterThan(0);
    expect(text.indexOf('Quality was not measured')).toBeLessThan(text.indexOf('What to do next'));
    expect(text).toContain('What to do next Judge first: cutover judge next writes the sheet');
  });

  it('names the gate’s sentence once, and not among the reasons', () => {
    const { evaluation, verdict } = CASES.noQrels;
    const said = 'Without a judgement nobody can say which version finds the better documents.';
    const reasons = ['one', 'two', 'three', said];
    const text = textOf(sectionOf(render('html', { evaluation, verdict: { ...verdict, reasons } }), 'verdict'));
    expect(text.split(said)).toHaveLength(2);
    expect(text.indexOf(said)).toBeLessThan(text.indexOf('Why'));
    expect(text).not.toContain('1 more');
    expect(render('markdown', { evaluation, verdict: { ...verdict, reasons } }).split(said)).toHaveLength(2);
  });

  it('says few needs, a corpus no larger than a list, and few judgements, in the summary too', () => {
    const { evaluation, verdict } = CASES.oneQuery;
    const { served } = qualityOf(evaluation)['nDCG@10'] ?? {};
    if (served === undefined || evaluation.search === null) throw new Error('The fixture has quality and a search.');
    const few = { old: { ...served.old, mean: 0.13 }, new: { ...served.new, mean: 0.14 } };
    const small = {
      ...evaluation,
      dataset: { ...evaluation.dataset, warnings: ['Judged queries with nothing relevant: 1 of 1; they score 0.'] },
      search: { ...evaluation.search, k: evaluation.dataset.documents },
      quality: { ...qualityOf(evaluation), 'Judged@10': { served: few } },
    };
    const html = textOf(sectionOf(render('html', { evaluation: small, verdict }), 'verdict'));
    const summary = render('markdown', { evaluation: small, verdict });
    for (const text of [html, textOf(summary)]) {
      expect(text).toContain('Judged needs: 1, fewer than 28');
      expect(text).toContain('no more than search.k');
      expect(text).toContain('Judged@10: 13.0 % for the old and 14.0 % for the new version');
      expect(text).toContain('Judge more of the first results of both versions');
    }
    expect(html).toContain('1 warning about the data set');
    expect(summary).toContain('Judged queries with nothing relevant: 1 of 1');
    expect(read('pass', 'verdict')).not.toContain('About the data set');
  });

  it('calls more judged no gain', () => {
    const { evaluation, verdict } = CASES.pass;
    const { served } = qualityOf(evaluation)['nDCG@10'] ?? {};
    if (served === undefined) throw new Error('The fixture has quality.');
    const judged = { old: { ...served.old, mean: 0.91 }, new: { ...served.new, mean: 0.92 } };
    const quality = { ...qualityOf(evaluation), 'Judged@10': { served: judged } };
    const row = sectionOf(render('html', { evaluation: { ...evaluation, quality }, verdict }), 'quality').split('Judged@10')[1] ?? '';
    expect(textOf(row)).toContain('▲ +0.0100');
    expect(row.split('</tr>')[0]).not.toContain('better');
  });
});

describe('slices that cannot exclude harm', () => {
  it('are grey in table and picture alike, and say so', () => {
    const { evaluation, verdict } = CASES.pass;
    const rules = verdict.rules.map((result) =>
      result.rule.kind === 'noHarm' && result.outcome === 'pass' && result.interval !== null
        ? { ...result, state: 'not-shown-safe' as const, interval: { ...result.interval, lower: -0.2 } }
        : result,
    );
    const unsure = rules.filter(({ state }) => state === 'not-shown-safe');
    const page = render('html', { evaluation, verdict: { ...verdict, rules } });
    const section = sectionOf(page, 'verdict');
    expect(unsure.length).toBeGreaterThan(3);
    for (const kind of ['interval unsure', 'badge unsure']) expect(section.split(`class="${kind}`)).toHaveLength(unsure.length + 1);
    expect(textOf(section).split('harm not shown, not excluded')).toHaveLength(unsure.length + 1);
    const picture = /<svg class="plot wide"[\s\S]*?<\/svg>/.exec(sectionOf(page, 'intervals'))?.[0] ?? '';
    expect(picture.match(/<circle[^>]*fill="var\(--muted\)"/g)).toHaveLength(unsure.length);
  });

  it('name both losses that would have been found, and what a number of needs assumes', () => {
    const slice = CASES.pass.verdict.rules.find(({ rule }) => rule.kind === 'noHarm');
    if (slice === undefined) throw new Error('The fixture has slices.');
    expect(powerWords(slice).join(' ')).toContain('from no loss at all; the larger one above is what it takes to go beyond the margin');
    const open = CASES.inconclusive.verdict.rules.find(({ power }) => power?.needsToSettle != null);
    if (open === undefined) throw new Error('The fixture has an open rule.');
    expect(powerWords(open).join(' ')).toContain(
      `needs would settle it if the true difference is the ${signed(open.difference)} seen here`,
    );
  });
});

describe('versions', () => {
  it('names both fingerprints, short and full, and exactly the fields that differ', () => {
    const text = read('fail', 'versions');
    const { versions } = CASES.fail.evaluation;
    for (const version of [versions?.old, versions?.new]) {
      expect(text).toContain(` ${version?.fingerprint.slice(0, 12)} `);
      expect(text).toContain(String(version?.fingerprint));
    }
    const differing = sectionOf(pages.fail, 'versions').split('Deciding fields that differ</caption>')[1]?.split('</table>')[0] ?? '';
    expect([...differing.matchAll(/<th scope="row"><code>(.*?)<\/code>/g)].map((match) => match[1])).toEqual([
      'files › onnx/model_quantized.onnx',
      'pooling',
    ]);
    expect(textOf(differing)).toContain('pooling cls mean');
  });
});

describe('quality', () => {
  it('has old, new and difference, as served and exact, and folds judged_only', () => {
    const section = sectionOf(pages.pass, 'quality');
    const quality = qualityOf(CASES.pass.evaluation);
    const means = quality['nDCG@10']?.served;
    expect(textOf(section)).toContain(`nDCG@10 ${means?.old.mean?.toFixed(4)} ${means?.new.mean?.toFixed(4)}`);
    expect(textOf(section)).toContain('As served Exact neighbours');
    const [open = '', folded = ''] = section.split('<details>');
    expect(open).not.toContain('judged_only');
    expect(folded).toContain('nDCG(judged_only=True)@10');
  });

  it('says why there is none', () => {
    expect(read('noQrels', 'quality')).toContain('Quality was not measured: the data set has no judgements');
  });
});

describe('slices', () => {
  it('stand worst first, small ones marked', () => {
    const rows = [
      ...(sectionOf(pages.fail, 'slices')
        .split('<details class="screen-only"><summary>Its own')[0]
        ?.matchAll(/<tr><th scope="row">.*?<\/tr>/g) ?? []),
    ].map((match) => textOf(match[0]));
    expect(rows).toHaveLength(CASES.fail.evaluation.slices.length);
    expect(rows[0]).toContain('style = typo');
    expect(rows[0]).toContain('can decide');
    const [table] = CASES.fail.verdict.slices;
    for (const [i, { field, value, difference }] of (table?.rows ?? []).entries()) {
      expect(rows[i]).toContain(`${field} = ${value}`);
      expect(rows[i]).toContain(signed(difference));
    }
    expect(rows.find((row) => row.includes('topic = sync'))).toContain('informs only');
  });

  it('say which were found, what they are, and bounds of each and of all at once', () => {
    const text = read('fail', 'slices');
    expect(text).toMatch(/query length = up to 4 words \(found\) [^=]* informs only/);
    expect(text).toContain('They inform and never decide.');
    const worst = CASES.fail.verdict.slices[0]?.rows[0];
    for (const bounds of [worst?.interval, worst?.simultaneous])
      expect(text).toContain(`${signed(bounds?.lower ?? 0)} to ${signed(bounds?.upper ?? 0)}`);
    expect(text).toContain('Score of the first result by slice');
  });

  it('stand by overlap without judgements', () => {
    expect(read('noQrels', 'slices')).toContain('Slices, least overlap first');
  });
});

describe('pictures', () => {
  it('link to how they are read, and charts of a measure to its definition', () => {
    for (const [name, page] of Object.entries(pages)) {
      const figures = page.match(/<figure[\s\S]*?<\/figure>/g) ?? [];
      expect(figures.length, name).toBeGreaterThan(1);
      for (const figure of figures) expect(figure, name).toMatch(/<figcaption>[\s\S]*href="#picture-/);
    }
    for (const id of ['quality', 'neighbours']) expect(sectionOf(pages.fail, id)).toMatch(/<figcaption>[^<]*<a href="#metric-/);
  });

  it('stand in the sections that they belong to', () => {
    const sections = ['intervals', 'quality', 'slices', 'neighbours', 'scores'];
    for (const id of sections) expect(sectionOf(pages.fail, id)).toContain('<figure class="plotted">');
    expect(pages.noQrels).not.toContain('<section id="intervals"');
  });
});

describe('neighbours, scores, index', () => {
  it('say that low overlap is not harm', () => {
    expect(read('pass', 'neighbours')).toContain('Low overlap is not harm');
    for (const name of ['overlap@10', 'jaccard@10', 'rbo@50', 'topChange']) expect(read('pass', 'neighbours')).toContain(name);
  });

  it('draw one histogram a kind of score, and relevant against other pairs, with quantiles and distances', () => {
    expect(sectionOf(pages.pass, 'scores').match(/<figure class="plotted/g)).toHaveLength(6);
    expect(sectionOf(pages.pass, 'scores').match(/aria-label="Histogram of [^"]*"/g)).toHaveLength(8);
    expect(sectionOf(pages.noQrels, 'scores').match(/<figure/g)).toHaveLength(2);
    expect(read('pass', 'scores')).toContain('ks 0.8123 · wasserstein 0.1300 · psi 2.4671');
  });

  it('say how well scores tell relevant from other, and how far the first result leads', () => {
    expect(read('pass', 'scores')).toContain('Relevant against other pairs among the first 10 results 0.6743 0.6944 419 781');
    expect(read('noQrels', 'scores')).not.toContain('Telling relevant from other');
    expect(read('pass', 'scores')).toContain('Lead of the first result');
  });

  it('show the shape of both spaces and what stays of the document graph', () => {
    const text = read('pass', 'geometry');
    expect(text).toContain('It informs and decides nothing');
    expect(text).toMatch(/effectiveRank 214\.2765 211\.9422/);
    expect(text).toMatch(/hubness 1\.5921 n\/a/);
    expect(text).toContain('table, field, import 48 0.7858');
    const { evaluation, verdict } = CASES.pass;
    const none = { notApplicable: 'one document has no neighbours' };
    const absent = { evaluation: { ...evaluation, geometry: none, graph: none }, verdict };
    expect(textOf(sectionOf(render('html', absent), 'geometry'))).toContain('not measured: one document has no neighbours');
  });

  it('show the index’s own loss and its parameters', () => {
    expect(read('pass', 'index-recall')).toMatch(/annRecall@10 0\.\d{4} 0\.\d{4}/);
    expect(read('pass', 'index-recall')).toContain('efSearch 128');
  });
});

describe('consumers', () => {
  it('propose a line to paste while nothing is accepted', () => {
    const text = read('fail', 'consumers');
    expect(text).toContain('rag-floor Needs a decision');
    expect(text).toContain(
      '- { name: rag-floor, threshold: 0.85, pairs: query-document, among: top-k, k: 10, keep: precision, tolerance: 0.02, usedBy: answer service, accepted: 0.6812345 }',
    );
    expect(text).toContain('987 that passed would be cut and 3 that were cut would pass');
  });

  it('say within or outside tolerance, and propose nothing where the accepted value holds', () => {
    expect(read('pass', 'consumers')).toContain('rag-floor Within tolerance');
    expect(read('pass', 'consumers')).not.toContain('- { name:');
    expect(read('inconclusive', 'consumers')).toContain('rag-floor Outside tolerance');
  });
});

describe('consumers told from few pairs', () => {
  it('say how many, and where the tolerance is no narrower than the rate', () => {
    const { evaluation, verdict } = CASES.pass;
    const consumers = evaluation.consumers.slice(0, 1).map((result) => ({
      ...result,
      consumer: { ...result.consumer, keep: 'pass-rate' as const, tolerance: 0.02 },
      before: { ...result.before, passRate: 2 / 312 },
      pairs: { old: 312, new: 312 },
    }));
    const page = render('html', { evaluation: { ...evaluation, consumers }, verdict });
    expect(textOf(sectionOf(page, 'consumers'))).toContain('Within tolerance, told from 2 pairs');
    expect(textOf(sectionOf(page, 'consumers'))).toContain('Few pairs: 2 of 312 pass today');
    expect(textOf(sectionOf(page, 'consumers'))).toContain('The tolerance of 2.0 % is no narrower than the rate itself');
    expect(textOf(sectionOf(page, 'verdict'))).toContain('; 1 told from few pairs');
    expect(read('pass', 'consumers')).not.toContain('Few pairs');
  });
});

describe('small words', () => {
  it('say what a measure means instead of its name, why a cell is empty, and of thresholds only where there are any', () => {
    expect(read('pass', 'neighbours')).toContain('overlap@10 Share of the first');
    const { evaluation, verdict } = CASES.pass;
    const [table] = verdict.slices;
    if (table === undefined) throw new Error('The fixture has slices with bounds.');
    const slices = [{ ...table, rows: table.rows.map((row, i) => (i === 0 ? { ...row, simultaneous: null } : row)) }];
    const bare = render('html', { evaluation: { ...evaluation, consumers: [] }, verdict: { ...verdict, slices } });
    expect(textOf(sectionOf(bare, 'slices'))).toContain('too few needs');
    expect(read('pass', 'scores')).toContain('Upright lines are thresholds');
    expect(textOf(sectionOf(bare, 'scores'))).not.toMatch(/Upright lines|thresholds between/);
  });
});

describe('consumers’ intervals and re-rankers', () => {
  it('stand with what they are resampled by', () => {
    const text = read('pass', 'consumers');
    expect(text).toContain('the value lies between 0.6714 and 0.6903');
    expect(text).toContain('Accepted value: 0.6800 39.1 % to 45.1 % 55.2 % to 66.8 % 55.2 % to 66.8 %');
    expect(text).toContain('1,000 resamples by need');
    expect(text).toContain('1,000 resamples by item');
  });

  it('say what reaches a re-ranker, and nothing where none is named', () => {
    const text = read('pass', 'rerankers');
    expect(text).toContain('Gets the first 50 results of each query as served. 28.2 % of its candidates');
    expect(text).toContain('+0.0178 (95.0 % interval +0.0021 to +0.0344, 120 needs)');
    expect(read('noQrels', 'rerankers')).toContain('is not known: the data set has no relevance judgements');
    const { evaluation, verdict } = CASES.pass;
    expect(render('html', { evaluation: { ...evaluation, rerankers: [] }, verdict })).not.toContain('id="rerankers"');
  });
});

describe('queries', () => {
  it('are the 20 that lost most, with both lists side by side', () => {
    const section = sectionOf(pages.fail, 'queries');
    expect(section.match(/<details class="query"/g)).toHaveLength(20);
    const losses = [...section.matchAll(/▼&#160;−(\d\.\d{4})/g)].map((match) => Number(match[1]));
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    const first = section.split('<details class="query"')[1] ?? '';
    expect(first.match(/<div class="list">/g)).toHaveLength(2);
    expect(first).toContain('− left');
    expect(first).toContain('+ entered');
    expect(textOf(first)).toContain('Rank Score Grade Document Change');
    expect(textOf(first)).toContain('Relevant, but in neither list');
  });

  it('are those whose neighbours changed most when nothing is judged', () => {
    expect(read('noQrels', 'queries')).toContain('share the fewest neighbours by overlap@10');
  });

  it('name only those that lost', () => {
    const { length } = sectionOf(pages.oneQuery, 'queries').match(/<details class="query"/g) ?? [];
    expect(length ?? 0).toBeLessThanOrEqual(1);
  });
});

describe('provenance and method', () => {
  it('name hashes, seed, date and machine', () => {
    const text = read('pass', 'provenance');
    for (const part of [CASES.pass.verdict.evaluation, CASES.pass.verdict.policyHash, '2025-01-31', 'Seed 7', 'Example CPU', '8.0 GiB'])
      expect(text).toContain(part);
    expect(textOf(sectionOf(render('html', CASES.pass, null), 'provenance'))).not.toContain('Processor');
  });

  it('define every metric, and every link in the page finds its target', () => {
    for (const page of Object.values(pages)) {
      const ids = [...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
      expect(new Set(ids).size).toBe(ids.length);
      const targets = [...page.matchAll(/ href="#([^"]*)"/g)].map((match) => match[1]);
      expect(targets.length).toBeGreaterThan(SECTIONS.length);
      for (const target of targets) expect(ids).toContain(target);
    }
    expect(read('pass', 'method')).toContain('Normalised discounted cumulative gain (nDCG)');
  });
});
