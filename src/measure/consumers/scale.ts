import type { Consumer, Scale } from '../../model/config.ts';
import type { ConsumerResult, ThresholdEffect } from '../../model/scores.ts';

/**
 * What a store shows for a cosine, times −1 where lower is nearer, so that higher is nearer in every scale:
 * `unit` (1 + cos) / 2 · `distance` 1 − cos · `l2` √(2 − 2 cos) and `squared-l2` 2 − 2 cos of vectors of length 1.
 */
const ASCENDING: Readonly<Record<Scale, (cosine: number) => number>> = {
  cosine: (cosine) => cosine,
  unit: (cosine) => (1 + cosine) / 2,
  distance: (cosine) => cosine - 1,
  l2: (cosine) => -Math.sqrt(Math.max(0, 2 - 2 * cosine)),
  'squared-l2': (cosine) => 2 * cosine - 2,
};

const sign = (scale: Scale): 1 | -1 => (scale === 'cosine' || scale === 'unit' ? 1 : -1);

/** A cosine in a consumer's scale, turned so that higher is nearer. @example ascending('distance', 0.9) // -0.1 */
export function ascending(scale: Scale, cosine: number): number {
  return ASCENDING[scale](cosine);
}

/** A consumer whose thresholds are turned so that higher is nearer. */
export function ascendingConsumer(consumer: Consumer): Consumer {
  const turn = turner(consumer.scale ?? 'cosine');
  return { ...consumer, threshold: turn(consumer.threshold), accepted: consumer.accepted === null ? null : turn(consumer.accepted) };
}

/** A result of a turned consumer, with every threshold as its owner writes it. */
export function asWritten<R extends Omit<ConsumerResult, 'patch'>>(result: R, consumer: Consumer): R {
  const scale = consumer.scale ?? 'cosine';
  const turn = turner(scale);
  const effect = <E extends ThresholdEffect | null>(value: E): E =>
    value === null ? value : { ...value, threshold: turn(value.threshold) };
  const { intervals } = result;
  const bounds = intervals?.threshold ?? null;
  const turned = bounds === null || sign(scale) === 1 ? bounds : { lower: turn(bounds.upper), upper: turn(bounds.lower) };
  return {
    ...result,
    consumer,
    before: effect(result.before),
    unchanged: effect(result.unchanged),
    translated: effect(result.translated),
    accepted: effect(result.accepted),
    whyUntranslated: sign(scale) === 1 ? result.whyUntranslated : (result.whyUntranslated?.replace(/threshold -/, 'threshold ') ?? null),
    intervals: intervals === null ? null : { ...intervals, threshold: turned },
  };
}

/** 0 stays 0, never −0. */
function turner(scale: Scale): (value: number) => number {
  return (value) => (sign(scale) === 1 || value === 0 ? value : -value);
}

/** Share by which a translation may move what it was not asked to keep. */
const MUCH = 1 / 3;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** What is odd about a consumer's thresholds: one that decides nothing, and a translation that moves much else. */
export function thresholdWarnings({
  consumer,
  before,
  unchanged,
  translated,
}: Omit<ConsumerResult, 'patch' | 'intervals' | 'outOfSample'>): string[] {
  const scale =
    consumer.scale === undefined
      ? 'It is read as a cosine; `scale` says what else it may be.'
      : `It is read as \`scale: ${consumer.scale}\`.`;
  const decides = (effect: ThresholdEffect, version: string): string[] =>
    effect.passRate > 0 && effect.passRate < 1
      ? []
      : [`${effect.passRate === 0 ? 'No pair passes' : 'Every pair passes'} ${consumer.threshold} under the ${version} version. ${scale}`];
  const moved = (what: string, from: number | null, to: number | null): string[] =>
    from === null || to === null || from === 0 || Math.abs(to - from) <= MUCH * from
      ? []
      : [`The translated value ${translated?.threshold} moves the ${what} from ${percent(from)} to ${percent(to)}.`];
  return [
    ...decides(before, 'old'),
    ...decides(unchanged, 'new'),
    ...(translated === null
      ? []
      : [...moved('pass rate', before.passRate, translated.passRate), ...moved('recall', before.recall, translated.recall)]),
  ];
}
