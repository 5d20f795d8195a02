import { createHash } from 'node:crypto';
import { metricIdOf } from '../../model/lookup.ts';
import type { RuleResult, Verdict } from '../../model/verdict.ts';
import { cautionLines, ruleWords } from '../checks.ts';
import type { Format } from '../format.ts';
import { checkInput, type ReportInput } from '../input.ts';
import { visible } from '../text.ts';

/** Text of a message, in which viewers make a link of `[text](target)`. */
function plain(text: string): string {
  return visible(text).replaceAll('](', '] (');
}

/** A rule's id without its slice: slices are results of one rule. */
function ruleId({ id, slice }: RuleResult): string {
  const where = slice === null ? '' : ` · ${slice.field}=${slice.value}`;
  return visible(where !== '' && id.endsWith(where) ? id.slice(0, -where.length) : id);
}

function level(result: RuleResult): 'error' | 'warning' | 'note' {
  if (result.state === 'not-shown-safe') return 'note';
  if (!result.decides) return result.rule.severity === 'warn' ? 'warning' : 'note';
  return result.outcome === 'fail' ? 'error' : 'warning';
}

function descriptor(result: RuleResult, { evaluation }: ReportInput): object {
  const { rule } = result;
  const metric = evaluation.metrics[metricIdOf(rule.metric)];
  const help = [`${rule.metric} ${ruleWords(rule)}.`, ...(metric === undefined ? [] : [metric.title, metric.description, metric.formula])];
  return {
    id: ruleId(result),
    shortDescription: { text: plain(`${rule.metric} ${ruleWords(rule)}`) },
    help: { text: plain(help.join('\n')) },
    defaultConfiguration: { level: rule.severity === 'warn' ? 'warning' : 'error' },
    properties: { metric: rule.metric, kind: rule.kind, on: rule.on },
  };
}

function finding(result: RuleResult, index: number): object {
  const next = result.next === '' ? '' : ` ${result.next}`;
  const { outcome, decides, needs, old, new: fresh, difference, ratio, interval } = result;
  return {
    ruleId: ruleId(result),
    ruleIndex: index,
    level: level(result),
    message: { text: plain(`${result.id}: expected ${result.expected}; found ${result.found}. ${result.reason}${next}`) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'verdict.json', uriBaseId: 'REPORT' }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: visible(result.id), kind: 'rule' }],
      },
    ],
    partialFingerprints: { 'cutover/rule/v1': createHash('sha256').update(result.id).digest('hex') },
    properties: {
      state: result.state,
      outcome,
      decides,
      needs,
      old,
      new: fresh,
      difference,
      ...(ratio === undefined ? {} : { ratio }),
      interval,
    },
  };
}

function counts({ rules }: Verdict): object {
  const number = (outcome: RuleResult['outcome']): number => rules.filter((rule) => rule.outcome === outcome).length;
  return { pass: number('pass'), fail: number('fail'), inconclusive: number('inconclusive'), skipped: number('skipped') };
}

function log(input: ReportInput): object {
  checkInput(input);
  const { evaluation, verdict } = input;
  const ids = [...new Set(verdict.rules.map(ruleId))];
  const rules = ids.flatMap((id) => verdict.rules.filter((result) => ruleId(result) === id).slice(0, 1));
  const found = verdict.rules.filter((result) => ['fail', 'inconclusive', 'not-shown-safe', 'waived'].includes(result.state));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'cutover', version: evaluation.cutoverVersion, rules: rules.map((result) => descriptor(result, input)) } },
        originalUriBaseIds: { REPORT: { description: { text: 'The report folder' } } },
        artifacts: [{ location: { uri: 'verdict.json', uriBaseId: 'REPORT' } }],
        results: found.map((result) => finding(result, ids.indexOf(ruleId(result)))),
        columnKind: 'utf16CodeUnits',
        properties: {
          outcome: verdict.outcome,
          exitCode: verdict.exitCode,
          headline: visible(verdict.headline),
          asOf: verdict.asOf,
          evaluation: verdict.evaluation,
          rules: counts(verdict),
          ...(verdict.cautions === undefined ? {} : { cautions: cautionLines(verdict).map(visible) }),
        },
      },
    ],
  };
}

/**
 * Failed and inconclusive rule results as findings: deciding failures are errors, inconclusive and warning rules warnings,
 * slices that decide nothing or are not shown safe notes. The verdict knows no source files, so each points at verdict.json in the report folder
 * and, as a logical location, at its rule.
 */
export const sarif: Format = {
  id: 'sarif',
  title: 'SARIF 2.1.0 for code scanning',
  fileName: 'report.sarif',
  mediaType: 'application/sarif+json',
  render: (evaluation, verdict, timings) => `${JSON.stringify(log({ evaluation, verdict, timings }), null, 2)}\n`,
};
