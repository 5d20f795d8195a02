import { describe, expect, it } from 'vitest';
import type { Judging } from '../../src/model/dataset.ts';
import { qualityOf } from '../../src/model/lookup.ts';
import { bounds, signed } from '../../src/report/number.ts';
import { TIMINGS } from './fixture.ts';
import { corpusMapOf } from './fixture-map.ts';
import { JUDGED_WAYS, studies, withStudies } from './fixture-studies.ts';
import { CASES, type Case, HOSTILE } from './fixture-verdicts.ts';
import { render, sectionOf, textOf } from './page.ts';

const section = (value: Case, id: string, timings: typeof TIMINGS | null = TIMINGS): string =>
  sectionOf(render('html', value, timings), id);
const read = (value: Case, id: string, timings: typeof TIMINGS | null = TIMINGS): string => textOf(section(value, id, timings));
const without = (value: Case, change: Partial<Case['evaluation']>): Case => ({
  verdict: value.verdict,
  evaluation: { ...value.evaluation, ...change },
});

describe('evidence', () => {
  it('has a line of finding a section, and only the first one open', () => {
    const page = section(withStudies(CASES.pass), 'evidence');
    const parts = page.match(/<details class="part"[^>]*>/g) ?? [];
    expect(parts.length).toBeGreaterThan(11);
    expect(parts.filter((tag) => tag.includes(' open'))).toEqual([parts[0]]);
    const findings = [...page.matchAll(/<span class="finding">(.*?)<\/span>\s*<\/summary>/gs)].map(([, text = '']) => textOf(text).trim());
    expect(findings).toHaveLength(parts.length);
    for (const finding of findings) expect(finding.length).toBeGreaterThan(8);
  });
});

describe('quality', () => {
  it('gives each measure once, with its interval, in colour only where it leaves out 0', () => {
    const view = section(CASES.fail, 'quality');
    const { rules, measures = [] } = CASES.fail.verdict;
    const lead = rules.find(({ rule }) => rule.metric === 'nDCG@10' && rule.kind === 'nonInferior');
    const written = measures.filter(({ of }) => of === 'difference').map(({ interval }) => bounds(interval, signed));
    expect(textOf(view)).toContain(`${signed(lead?.difference ?? 0)} (worse) ${written[0]}`);
    for (const row of view.match(/<tr>\n?<th scope="row".*?<\/tr>/gs) ?? []) {
      const interval = /\[([−+\d.]+), ([−+\d.]+)\]/.exec(textOf(row));
      expect(interval, row).not.toBeNull();
      const isSure = interval?.[1]?.charAt(0) === interval?.[2]?.charAt(0);
      expect(/better|worse/.test(textOf(row)) && !isSure, row).toBe(false);
    }
    expect(view.split('judged_only')[0]?.match(/>nDCG@10</g)?.length).toBe(1);
  });

  it('calls more judged no gain', () => {
    const { served } = qualityOf(CASES.pass.evaluation)['nDCG@10'] ?? {};
    if (served === undefined) throw new Error('The fixture has quality.');
    const judged = { old: { ...served.old, mean: 0.91 }, new: { ...served.new, mean: 0.92 } };
    const quality = { ...qualityOf(CASES.pass.evaluation), 'Judged@10': { served: judged } };
    const row = textOf(section(without(CASES.pass, { quality }), 'quality').split('Judged@10')[1]?.split('</tr>')[0] ?? '');
    expect(row).toContain('+0.010');
    expect(row).not.toContain('better');
  });
});

describe('slices', () => {
  it('are one table, surest losses first, each a link to its queries, corrected for looking at all', () => {
    const view = section(CASES.fail, 'slices');
    const rows = view.match(/<tr><th scope="row">.*?<\/tr>/gs) ?? [];
    expect(rows).toHaveLength(CASES.fail.evaluation.slices.length);
    const [first] = CASES.fail.verdict.slices[0]?.rows ?? [];
    expect(rows[0]).toContain(`href="#queries?slice=${first?.field}%3D${first?.value}"`);
    const band = first?.simultaneous;
    expect(textOf(rows[0] ?? '')).toContain(`[${signed(band?.lower ?? 0)}, ${signed(band?.upper ?? 0)}]`);
    expect(textOf(view)).toContain('topic = sync (too small to decide)');
    expect(textOf(view)).toContain('query length = up to 4 words (found)');
    expect(read(CASES.noQrels, 'slices')).toContain('Slices, fewest results in common first');
  });
});

describe('where the change comes from', () => {
  it('shows the parts, and that the split depends on its order', () => {
    const view = section(withStudies(CASES.pass), 'causes');
    expect(textOf(view)).toContain('nDCG@10 0.700 +0.010 −0.150 +0.030 −0.040 0.550');
    expect(textOf(view)).toContain('another order would divide the model’s share differently');
    expect(view.match(/<figure class="plotted">/g)).toHaveLength(1);
    expect(view).toContain('&lt;b&gt;');
    expect(view).not.toContain('<b>');
  });

  it('shows one model part, and why, where the weights differ', () => {
    const { attribution } = studies();
    if ('notApplicable' in attribution) throw new Error('The fixture has an attribution.');
    const measures = attribution.measures.map((measure) => ({ ...measure, modelParts: [] }));
    const text = read(
      withStudies(CASES.pass, { attribution: { ...attribution, measures, split: { notApplicable: 'other weights' } } }),
      'causes',
    );
    expect(text).toContain('nDCG@10 0.700 +0.010 −0.120 −0.040 0.550');
    expect(text).toContain('The model’s share can’t be broken down: other weights');
  });

  it('draws nothing where all of it is the model’s', () => {
    const { attribution } = studies();
    if ('notApplicable' in attribution) throw new Error('The fixture has an attribution.');
    const measures = attribution.measures.map((measure) => ({
      ...measure,
      modelParts: [],
      parts: { oldIndex: 0, model: -0.15, newIndex: 0 },
    }));
    const view = section(
      withStudies(CASES.pass, { attribution: { ...attribution, measures, split: { notApplicable: 'other weights' } } }),
      'causes',
    );
    expect(view).not.toContain('<figure');
  });

  it('shows what the published settings would give', () => {
    const text = read(withStudies(CASES.fail), 'as-published');
    expect(text).toContain('With mean pooling, as the model of mini publishes');
    expect(text).toContain('pooling cls mean');
    expect(text).toMatch(/nDCG@10 0\.700 0\.560 0\.720 \+0\.160/);
  });

  it('is left out where no study ran, or says why', () => {
    for (const id of ['causes', 'as-published', 'ways']) expect(render('html', CASES.fail)).not.toContain(`id="${id}"`);
    const none = { notApplicable: 'for a reason' };
    const value = withStudies(CASES.fail, { noiseFloor: none, attribution: none, counterfactual: none });
    for (const id of ['overlap', 'causes', 'as-published']) expect(read(value, id)).toContain('for a reason');
    expect(render('html', withStudies(CASES.pass, { counterfactual: none }))).not.toContain('id="as-published"');
  });
});

describe('results that stay', () => {
  it('names a multiple of the noise only where there is noise', () => {
    const { noiseFloor } = studies();
    if ('notApplicable' in noiseFloor) throw new Error('The fixture has a noise floor.');
    const of = (floor: number) =>
      withStudies(CASES.pass, {
        noiseFloor: { ...noiseFloor, overlap: { '10': { change: 0.6, floor, minimum: 0.1, overNoise: 0.6 / floor } } },
      });
    expect(read(of(0.2), 'overlap')).toContain('60 % of the first 10 results change, 3.0 times the 20 % that a rebuilt index changes.');
    expect(section(of(0.2), 'overlap')).toContain('noise floor');
    const least = read(of(0.1), 'overlap');
    expect(least).toContain('60 % of the first 10 results change; a rebuilt index changes none of them.');
    expect(least).not.toMatch(/times the|e−\d/);
    expect(section(of(0.1), 'overlap')).not.toContain('noise floor');
  });

  it('says that few is no harm by itself', () => {
    expect(read(CASES.pass, 'overlap')).toContain('Few is not harm by itself');
    for (const name of ['overlap@10', 'jaccard@10', 'rbo@50', 'topChange']) expect(read(CASES.pass, 'overlap')).toContain(name);
  });
});

describe('scores and thresholds', () => {
  it('say how a value does on other needs, and what its bound is', () => {
    expect(read(CASES.pass, 'thresholds')).toContain(
      'Chosen on half of the needs and checked on the other half: precision 61.3 % → 60.9 % on average, outside the tolerance in 18 % of 200 checks. bound: lower asks for a value that is surer.',
    );
    const notApplicable = 'Two halves to choose and to check on need 20 needs or items, not 4.';
    const [first] = CASES.pass.evaluation.consumers;
    if (first === undefined) throw new Error('The fixture has consumers.');
    const keptBounds = { confidence: 0.95, resamples: 1000, translated: null, accepted: { lower: -0.0123, upper: 0.02 } };
    const result = { ...first, outOfSample: { notApplicable }, keptBounds };
    const text = read(without(CASES.pass, { consumers: [result] }), 'thresholds');
    expect(text).toContain(`Not checked out of sample. ${notApplicable}`);
    expect(text).toContain('the precision falls by 1.2 % at most, with 95 % confidence.');
    const rate = { ...result, consumer: { ...first.consumer, keep: 'pass-rate' as const } };
    expect(read(without(CASES.pass, { consumers: [rate] }), 'thresholds')).toContain(
      'the pass rate changes by [−1.2 %, 2 %], each side with 95 % confidence.',
    );
    const open = { ...result, accepted: null };
    expect(read(without(CASES.pass, { consumers: [open] }), 'thresholds')).toContain(
      'Its bound has to be within the tolerance, and there is none.',
    );
  });

  it('have a row a consumer, and lines to paste while nothing is accepted', () => {
    const text = read(CASES.fail, 'thresholds');
    expect(text).toContain('rag-floor ( answer service ) Needs a decision 0.8500 0.6812 (proposed)');
    expect(text).toContain(
      '- { name: rag-floor, threshold: 0.85, pairs: query-document, among: top-k, k: 10, keep: precision, tolerance: 0.02, usedBy: answer service, accepted: 0.6812345 }',
    );
    expect(text).toContain('If 0.8500 stays, 987 of');
    expect(section(CASES.fail, 'thresholds')).toContain('data-copy="- { name: rag-floor');
  });

  it('say within or outside tolerance, on how many pairs, and propose nothing where the accepted value holds', () => {
    expect(read(CASES.pass, 'thresholds')).toContain('Within tolerance');
    expect(read(CASES.pass, 'thresholds')).not.toContain('- { name:');
    expect(read(CASES.inconclusive, 'thresholds')).toContain('Outside tolerance');
    const consumers = CASES.pass.evaluation.consumers.slice(0, 1).map((result) => ({
      ...result,
      consumer: { ...result.consumer, keep: 'pass-rate' as const, tolerance: 0.02 },
      before: { ...result.before, passRate: 2 / 312 },
      pairs: { old: 312, new: 312 },
    }));
    const text = read(without(CASES.pass, { consumers }), 'thresholds');
    expect(text).toContain('Within tolerance, rests on 2 pairs');
    expect(text).toContain('Rests on few pairs: 2 of 312 pass today');
    expect(text).toContain('The tolerance of 2 % is no narrower than the rate itself');
    expect(read(CASES.pass, 'thresholds')).not.toContain('few pairs');
  });

  it('say how well the value can be told, and what reaches a re-ranker', () => {
    expect(read(CASES.pass, 'thresholds')).toContain('How well this data set can tell the new value: [0.6714, 0.6903] at 95 %.');
    expect(read(CASES.pass, 'thresholds')).toMatch(/Results it gets New to it .*50 28\.2 %/);
    expect(read(CASES.pass, 'thresholds')).toContain('+0.018 (better) [+0.002, +0.034]');
    expect(read(CASES.noQrels, 'thresholds')).toContain('Relevant documents are not known: the data set has no relevance judgements');
    expect(read(without(CASES.pass, { rerankers: [], consumers: [] }), 'thresholds')).toContain('The configuration names no consumer');
  });

  it('carry the histograms that the slider reads, as the evaluation has them', () => {
    const block = /id="score-data">(.*?)<\/script>/s.exec(render('html', CASES.pass))?.[1] ?? '';
    const find = (id: string) => CASES.pass.evaluation.scores.find((shift) => shift.id === id)?.histogram;
    expect(JSON.parse(block)).toEqual({ relevant: find('relevant'), other: find('other') });
    expect(render('html', CASES.noQrels)).not.toContain('id="score-data"');
  });
});

describe('ways to the new version', () => {
  it('give each way its outcome, figures with bounds and what it costs, and mark the cheapest that passes', () => {
    const view = section(withStudies(CASES.pass), 'ways');
    expect(textOf(view)).toContain(JUDGED_WAYS.summary);
    const rows = [...view.matchAll(/<tr[^>]*>\s*<th scope="row".*?<\/tr>/gs)].map(([row]) => textOf(row));
    expect(rows.slice(0, 5).map((row) => row.trim().replace(/\s+/g, ' '))).toEqual([
      'New queries over the old index Fail 0.700 ( −0.002 [−0.010, +0.012] ) 0 1.9 MiB new queries, old vectors',
      'Bridge (orthogonal) fitted on 100 pairs ← cheapest that passes Pass 0.701 ( 0.000 [−0.010, +0.012] ) 100 1.9 MiB new queries, old vectors carried over',
      'Old index finds 20, new version orders them Inconclusive 0.702 ( +0.002 [−0.010, +0.012] ) 300 3.9 MiB both versions, one after the other',
      'Embed again in place, routed by tag (worst: 50 % done) Pass 0.703 ( +0.004 [−0.010, +0.012] ) 360 1.9 MiB both versions, each query twice',
      'Build beside and switch Pass 0.704 ( +0.006 [−0.010, +0.012] ) 360 3.9 MiB the old version, until the switch',
    ]);
  });

  it('say how long embedding takes at the rate of this run, and what vectors take, for the corpus that is meant', () => {
    const made = withStudies(CASES.pass);
    // 50 texts a second; 1,000 times the documents of the data set.
    const timings = { ...TIMINGS, entries: { 'embed.new.document': { seconds: 20, items: 1000, unit: 'texts' } } };
    const documents = 1000 * made.evaluation.dataset.documents;
    const view = section({ ...made, evaluation: { ...made.evaluation, projection: { documents } } }, 'ways', timings);
    const cells = [...view.matchAll(/<tr[^>]*>\s*<th scope="row".*?<\/tr>/gs)].map(([row]) =>
      [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].slice(2, 4).map(([, cell = '']) => textOf(cell).trim().replace(/\s+/g, ' ')),
    );
    expect(cells.slice(0, 5)).toEqual([
      ['0', '1.9 GiB'],
      ['100 2.0 s', '1.9 GiB'],
      ['300,000 1.7 h', '3.8 GiB'],
      ['360,000 2.0 h', '1.9 GiB'],
      ['360,000 2.0 h', '3.8 GiB'],
    ]);
    expect(textOf(view)).toContain('documents that the configuration names.');
  });

  it('say why they were not measured', () => {
    const view = section(withStudies(CASES.pass, { ways: { notApplicable: 'documents are chunked' } }), 'ways');
    expect(textOf(view)).toContain('Not measured: documents are chunked');
  });
});

describe('half-done migration', () => {
  it('names its lines, answers a pointer, and gives the lowest value', () => {
    const view = section(withStudies(CASES.pass), 'ways');
    const { backfillForecast } = studies();
    if ('notApplicable' in backfillForecast) throw new Error('The fixture has a forecast.');
    expect(textOf(view)).toContain(backfillForecast.summary);
    expect(view).toContain('>routed by tag</text>');
    expect(view).toMatch(/<title>routed by tag, \d+&#160;% backfilled: 0\.\d{3} \[/);
  });
});

describe('index, versions, data, provenance', () => {
  it('show the index’s loss and its parameters', () => {
    expect(read(CASES.pass, 'index')).toMatch(/annRecall@10 0\.\d{3} 0\.\d{3}/);
    expect(read(CASES.pass, 'index')).toContain('M, efConstruction, efSearch 16, 200, 128');
  });

  it('name the fingerprint once a version, and exactly the fields that differ', () => {
    const view = section(CASES.fail, 'versions');
    const { versions } = CASES.fail.evaluation;
    for (const side of ['old', 'new'] as const) expect(view.split(versions?.[side].fingerprint ?? '?')).toHaveLength(2);
    const fields = [...(view.split('</table>')[0] ?? '').matchAll(/<th scope="row"><code>(.*?)<\/code>/g)].map(([, field]) => field);
    expect(fields).toEqual(['files › onnx/model_quantized.onnx', 'pooling']);
    expect(textOf(view)).toContain('mean pooling');
  });

  it('name hashes, seed, date, machine, reasons and method', () => {
    const text = read(CASES.pass, 'provenance');
    for (const part of [CASES.pass.verdict.evaluation, CASES.pass.verdict.policyHash, '2025-01-31', 'Seed 7', 'Example CPU', '8.0 GiB'])
      expect(text).toContain(part);
    expect(read(CASES.pass, 'provenance', null)).not.toContain('Processor');
    for (const reason of CASES.fail.verdict.reasons) expect(read(CASES.fail, 'decided')).toContain(reason);
    expect(read(CASES.fail, 'decided')).toContain('it is not shown safe');
  });

  const JUDGING: Judging = {
    imports: 2,
    since: '2026-01-31',
    last: '2026-02-03',
    judges: ['alice', '<b>bob'],
    added: 1234,
    replaced: 1,
    agreement: [
      { judges: ['<b>bob', 'alice'], pairs: 40, kappa: 0.8751 },
      { judges: ['alice', 'data set'], pairs: 3, kappa: null },
    ],
  };

  it('say how often the data were judged again, by whom and how far they agree; warnings come first', () => {
    const dataset = {
      ...CASES.pass.evaluation.dataset,
      judging: JUDGING,
      warnings: ['Judged queries with nothing relevant: 1 of 1; they score 0.'],
    };
    const view = section(without(CASES.pass, { dataset }), 'data');
    expect(textOf(view)).toContain('2 times since 2026-01-31, last on 2026-02-03: 1,234 judgements added, 1 replaced.');
    expect(view).toContain('<bdi>&lt;b&gt;bob</bdi> and <bdi>alice</bdi>: 0.88 on 40 pairs');
    expect(view).toContain('<bdi>data set</bdi>: n/a on 3 pairs');
    expect(textOf(view)).toMatch(/1 warning\. .*Judged queries with nothing relevant: 1 of 1/);
    expect(read(CASES.pass, 'data')).not.toContain('Judged again');
  });
});

describe('cost', () => {
  const entries = {
    'embed.old.document': { seconds: 10, items: 1000, unit: 'texts' },
    'embed.new.document': { seconds: 20, items: 1000, unit: 'texts' },
  };
  const timings = { ...TIMINGS, entries, index: { old: { bytes: 2048, buildSeconds: 0.5, p50: 0.1, p95: 0.2, queries: 200 } } };

  it('says what was measured, what was not, and what is the same', () => {
    const text = read(CASES.pass, 'cost', timings);
    expect(text).toContain('One vector, float32 1,536 bytes 1,536 bytes same specification');
    expect(text).toContain('Embedding documents 100.0 texts/s 50.0 texts/s −50 % measured');
    expect(text).toContain('Index file 2.0 KiB – – measured');
    expect(text).not.toContain('Embedding queries');
    expect(read(CASES.pass, 'cost', { ...timings, entries: {} })).toContain('Embedding documents – – – not measured');
    expect(read(CASES.pass, 'cost', null)).toContain('There are no timings');
    expect(render('html', without(CASES.pass, { versions: null }), null)).not.toContain('id="cost"');
  });

  it('projects for the corpus that the configuration states', () => {
    const text = read(without(CASES.pass, { projection: { documents: 3_600_000 } }), 'cost', timings);
    expect(text).toContain('For 3,600,000 documents');
    expect(text).toContain('Embedding all documents 10.00 hours 20.00 hours +100 % projected');
    expect(text).toContain('Vectors, float32 5.15 GiB 5.15 GiB same projected');
  });
});

describe('diagnostics', () => {
  const page = (map: ReturnType<typeof corpusMapOf> | { notApplicable: string }): string => render('html', without(CASES.pass, { map }));

  it('show the shape of both spaces and what stays of the document graph', () => {
    const text = read(CASES.pass, 'diagnostics');
    expect(text).toMatch(/effectiveRank .*214\.276 → 211\.942/);
    expect(text).toMatch(/hubness .*1\.592 → n\/a/);
    expect(text).toContain('table, field, import 48 0.786');
    const none = { notApplicable: 'one document has no neighbours' };
    expect(read(without(CASES.pass, { geometry: none, graph: none }), 'diagnostics')).toContain(
      'not measured: one document has no neighbours',
    );
  });

  it('draw every document once a side on the maps, a path a topic', () => {
    const view = sectionOf(page(corpusMapOf(60)), 'diagnostics');
    for (const side of ['old', 'new']) {
      const svg = view.split(`data-side="${side}"`)[1]?.split('</svg>')[0] ?? '';
      expect(svg.match(/h0/g)).toHaveLength(60);
      expect(svg.match(/<path class="topic-[012]"/g)).toHaveLength(3);
    }
    expect(textOf(view)).toContain('the plane shows 12.5 % of the variance');
    expect(textOf(sectionOf(page({ notApplicable: 'one document only' }), 'diagnostics'))).toContain('No map was drawn: one document only');
    expect(render('html', CASES.pass)).not.toContain('svg class="corpus');
  });

  it('keep the page below 3 MB with 5,000 documents, and hostile titles inside', () => {
    const text = page(corpusMapOf(5_000, HOSTILE));
    expect(Buffer.byteLength(text)).toBeLessThan(3_000_000);
    const block = /<script type="application\/json" id="map-data">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '';
    expect(block).not.toMatch(/[<>&]/);
    expect(JSON.parse(block).titles).toHaveLength(5_000);
  });
});
