import type { DatasetSample } from '../model/dataset.ts';
import type { Evaluation } from '../model/evaluation.ts';
import type { Caution } from '../model/verdict.ts';

/**
 * What about the data weakens every number, whatever the outcome. Neither a rule nor a margin can take it in, so it is said
 * beside the outcome: a reader who sees the outcome alone must not take it for more than it is.
 */
export function cautionsOf({ dataset, redacted }: Evaluation): Caution[] {
  return [
    ...(dataset.weakGrades === undefined ? [] : [JUDGED_BY_CLICKS]),
    ...(dataset.sample === undefined ? [] : sampledCorpus(dataset.sample)),
    ...(redacted === true ? [REDACTED] : []),
  ];
}

/**
 * Position bias: Joachims, Granka, Pan, Hembrooke & Gay 2005, doi:10.1145/1076034.1076063; Craswell, Zoeter, Taylor & Ramsey
 * 2008, doi:10.1145/1341531.1341545.
 */
const JUDGED_BY_CLICKS: Caution = {
  id: 'weak-grades',
  title: 'Judged by clicks',
  text:
    'The grades are made of click counts, not given by people. People click what stands high in the list they are shown (position bias) and cannot click ' +
    'what they are not shown: where the log was written by the old version, the old one is flattered, and a loss of the new one may be none. ' +
    'Accidental clicks draw the two together, and a loss shows less.',
};

/** The titles, to stand behind the headline: wherever it goes alone, they go with it. */
export function cautionTitles(cautions: readonly Caution[]): string {
  return cautions.map(({ title }) => ` ${title}.`).join('');
}

const REDACTED: Caution = {
  id: 'redacted',
  title: 'Redacted',
  text: 'Texts, ids and names were replaced and sentences that might quote them left out; every number is that of the whole report.',
};

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
      : `The old version's neighbours of each query were kept to depth ${neighbours.k}, so it is the new version that is flattered; the deeper they go, the less.`;
  return [{ id: 'sampled-corpus', title: 'Sampled corpus', text: `Recall is flattered. ${why} ${whose}` }];
}
