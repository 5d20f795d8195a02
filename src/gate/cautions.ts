import type { DatasetSample } from '../contract/dataset.ts';
import type { Evaluation } from '../contract/evaluation.ts';
import type { Caution } from '../contract/verdict.ts';

/**
 * What about the data weakens every number, whatever the outcome. Neither a rule nor a margin can take it in, so it is said
 * beside the outcome: a reader who sees the outcome alone must not take it for more than it is.
 */
export function cautionsOf({ dataset }: Evaluation): Caution[] {
  return dataset.sample === undefined ? [] : sampledCorpus(dataset.sample);
}

/** A caution among the reasons. */
export function cautionWords({ title, text }: Caution): string {
  return `${title}: ${text}`;
}

/** A document that is left out can no longer outrank a relevant one: docs/scale.md. A whole corpus with fewer queries has no such bias. */
function sampledCorpus({ of, judged, neighbours, drawn }: DatasetSample): Caution[] {
  const kept = judged + (neighbours?.documents ?? 0) + drawn;
  if (kept >= of.documents) return [];
  const why = `It holds ${kept} of ${of.documents} documents, and a document that is left out cannot outrank a relevant one.`;
  const whose =
    neighbours === null
      ? "No neighbours of the old version were kept on purpose, so the index and both versions' lists are easier than in production."
      : `The old version's first ${neighbours.k} documents of each query were kept, so it is the new version that is flattered; the deeper they go, the less.`;
  return [{ id: 'sampled-corpus', title: 'Sampled corpus', text: `Recall is flattered. ${why} ${whose}` }];
}
