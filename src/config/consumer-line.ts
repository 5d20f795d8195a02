import type { ConsumerResult } from '../model/scores.ts';

function yamlText(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9 _./-]*[A-Za-z0-9]$/.test(text) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(text)) return text;
  // A JSON string is a YAML string; what isn't plain ASCII is spelled out so that nothing unseen is pasted.
  return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}

/**
 * A consumer's line of the configuration with the translated value as `accepted`, ready to paste under `consumers:`;
 * null when there is nothing to propose: the accepted value holds, no value does, or every pair passes today, which says that the
 * threshold is on another scale and not what the next one would be.
 * @example '- { name: rag-floor, threshold: 0.85, pairs: query-document, among: top-k, k: 10, keep: precision, tolerance: 0.02, accepted: 0.6868 }'
 */
export function consumerLine({
  consumer,
  before,
  translated,
  accepted,
  withinTolerance,
}: Pick<ConsumerResult, 'consumer' | 'before' | 'translated' | 'accepted' | 'withinTolerance'>): string | null {
  if (translated === null || before.passRate === 1 || (accepted !== null && withinTolerance)) return null;
  const entries: [key: string, value: string][] = [
    ['name', yamlText(consumer.name)],
    ['threshold', String(consumer.threshold)],
    ...(consumer.scale === undefined ? [] : [['scale', consumer.scale] as [string, string]]),
    ['pairs', consumer.pairs],
    ['among', consumer.among],
    ...(consumer.among === 'top-k' ? [['k', String(consumer.k)] as [string, string]] : []),
    ['keep', consumer.keep],
    ['tolerance', String(consumer.tolerance)],
    ...(consumer.bound === undefined ? [] : [['bound', consumer.bound] as [string, string]]),
    ...(consumer.usedBy === null ? [] : [['usedBy', yamlText(consumer.usedBy)] as [string, string]]),
    ['accepted', String(translated.threshold)],
  ];
  return `- { ${entries.map(([key, value]) => `${key}: ${value}`).join(', ')} }`;
}
