import { isNotApplicable } from '../../core/absence.ts';
import type { Attribution, Studies, Waterfall } from '../../model/studies.ts';
import type { WaterfallSteps } from '../charts/waterfall.ts';
import type { ReportInput } from '../input.ts';
import { count, plain } from '../number.ts';
import { changedQueries } from './changed-queries.ts';
import { nextSteps } from './rules.ts';
import { judgingSteps } from './trust.ts';

/** How a setting is called in a sentence; a key that isn't here stands for itself. */
const FIELDS: Readonly<Record<string, string>> = {
  prefixes: 'Prefixes',
  pooling: 'Pooling',
  normalize: 'Normalisation',
  maxTokens: 'Longest input',
  dimensions: 'Dimensions',
  rest: 'Everything else',
};

export function fieldWords(field: string): string {
  return Object.hasOwn(FIELDS, field) ? (FIELDS[field] ?? field) : field;
}

/** What is gained or lost on the way, in order: the old index, the model (or each of its settings), the new index. */
export function waterfallParts({ parts, modelParts }: Waterfall, split: Attribution['split']): WaterfallSteps['parts'] {
  const steps = isNotApplicable(split) ? [] : split;
  const model =
    modelParts.length > 1
      ? modelParts.map((value, i) => ({ label: fieldWords(steps[i]?.field ?? ''), value }))
      : [{ label: steps[0] === undefined ? 'Model' : fieldWords(steps[0].field), value: parts.model }];
  return [{ label: 'Old index’s loss', value: parts.oldIndex }, ...model, { label: 'New index’s loss', value: parts.newIndex }];
}

/** First judging where nothing was, then settings that contradict the model where the verdict isn't a pass, then what each rule asks for. */
export function whatToDo(input: ReportInput): readonly string[] {
  const { evaluation, verdict } = input;
  const step = verdict.outcome === 'pass' ? null : settingsStep(evaluation.studies, evaluation.versions?.new.warnings ?? []);
  const judging = judgingSteps(input);
  const unmeasured = isNotApplicable(evaluation.quality);
  return [
    ...(unmeasured ? judging : []),
    ...(step === null ? [] : [step]),
    ...(unmeasured ? [] : judging),
    ...nextSteps(verdict),
    ...(verdict.outcome === 'pass' ? switchSteps(input) : []),
  ];
}

/** What a pass leaves to do at the switch: thresholds that go with it, how to get through the backfill, what to look at. */
function switchSteps(input: ReportInput): readonly string[] {
  const { consumers, studies } = input.evaluation;
  const thresholds = consumers.flatMap(({ consumer: { name, threshold, usedBy }, accepted }) =>
    accepted === null || accepted.threshold === threshold
      ? []
      : [`${name} from ${plain(threshold)} to ${plain(accepted.threshold)}${usedBy === null ? '' : ` (${usedBy})`}`],
  );
  const forecast = studies?.backfillForecast;
  const { counts } = changedQueries(input, 1);
  return [
    ...(thresholds.length === 0 ? [] : [`Change these thresholds at the moment of the switch: ${thresholds.join('; ')}.`]),
    ...(forecast === undefined || isNotApplicable(forecast) ? [] : [forecast.summary]),
    ...(counts === null || counts.lost === 0
      ? []
      : [
          `Read the queries that lost most (${count(counts.lost)} lost, ${count(counts.gained)} gained): rules judge means and slices, whether one query may lose is yours to judge.`,
        ]),
  ];
}

function settingsStep(studies: Studies | undefined, warnings: readonly string[]): string | null {
  if (studies === undefined || warnings.length === 0) return null;
  const { counterfactual } = studies;
  if (isNotApplicable(counterfactual))
    return 'The settings of the new version contradict what its model publishes: `cutover run --counterfactual` shows what the published ones would give.';
  const better = counterfactual.measures.some(({ difference }) => difference > 0);
  return better ? `Correct the settings of the new version. ${counterfactual.summary}` : null;
}
