import { rangeOf } from '../measure/measure-name.ts';
import { type MeasuredOn, qualityOf } from '../model/lookup.ts';
import { ONS, type Rule } from '../model/policy.ts';
import type { Interval, MeasureBounds } from '../model/verdict.ts';
import { intervalOf, valueInterval } from './bounds.ts';
import { compareColumns, judgeable } from './comparison-columns.ts';
import { mirrored } from './comparison-words.ts';
import type { GateInput, PairedSource } from './gate-input.ts';
import { findSource, type Source } from './source.ts';

type Single = Extract<Source, { kind: 'single' }>;

/** A rule that asks nothing: bounds are those that a rule about the measure would have. */
function asked({ measure, on }: MeasuredOn): Rule {
  return { kind: 'nonInferior', metric: measure, on, margin: 0, severity: 'warn', ifMissing: 'skip' };
}

function differenceBounds(gate: GateInput, rule: Rule, source: PairedSource): Interval | null {
  const columns = compareColumns(gate, rule, source);
  if (columns === null || columns.needs < 2) return null;
  return mirrored(intervalOf(columns.improvement.counted, columns.room, gate.policy.confidence), columns.sign);
}

function meanBounds(gate: GateInput, rule: Rule, { column }: Single): Interval | null {
  const values = judgeable(gate, 'all', { counted: column.perQuery, open: null });
  if (values === null || values.counted.needs.length < 2) return null;
  return valueInterval(values.counted, rangeOf(rule.metric) ?? [0, null], gate.policy.confidence);
}

/** Everything that was measured by query, and on which neighbours. */
function measured({ evaluation }: GateInput): MeasuredOn[] {
  const byOn = Object.entries({ ...qualityOf(evaluation), ...evaluation.neighbours });
  return [
    ...byOn.flatMap(([measure, columns]) => ONS.flatMap((on) => (columns[on] === undefined ? [] : [{ measure, on }]))),
    ...Object.keys(evaluation.index).map((measure) => ({ measure, on: 'served' as const })),
  ];
}

/**
 * Bounds of everything that was measured by query, whether or not a rule names it: of new − old where both versions have a value,
 * of the mean where the value is between them. They are those that a rule about the measure would have.
 */
export function measureBounds(gate: GateInput): MeasureBounds[] {
  // A fine index serves what a full scan finds: the same values have the same bounds, which take long to compute.
  const known = new Map<string, Interval | null>();
  const once = (values: unknown, compute: () => Interval | null): Interval | null => {
    const key = JSON.stringify(values);
    const found = known.has(key) ? (known.get(key) ?? null) : compute();
    known.set(key, found);
    return found;
  };
  return measured(gate).flatMap(({ measure, on }) => {
    const rule = asked({ measure, on });
    const source = findSource(gate.evaluation, rule);
    if (source.kind !== 'paired' && source.kind !== 'single') return [];
    const interval =
      source.kind === 'paired'
        ? once([measure, source.old.perQuery, source.new.perQuery, source.open], () => differenceBounds(gate, rule, source))
        : once([measure, source.column.perQuery], () => meanBounds(gate, rule, source));
    return interval === null ? [] : [{ measure, on, of: source.kind === 'paired' ? 'difference' : 'mean', interval }];
  });
}
