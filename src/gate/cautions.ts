import { binomialCdf } from '../measure/stats/distributions.ts';
import type { DatasetSample } from '../model/dataset.ts';
import type { Evaluation } from '../model/evaluation.ts';
import { qualityOf } from '../model/lookup.ts';
import type { Caution } from '../model/verdict.ts';
import { number } from './words.ts';

/**
 * What about the data weakens every number, whatever the outcome. Neither a rule nor a margin can take it in, so it is said
 * beside the outcome: a reader who sees the outcome alone must not take it for more than it is.
 */
export function cautionsOf(evaluation: Evaluation): Caution[] {
  const { dataset, redacted } = evaluation;
  return [
    ...byChance(evaluation),
    ...fewJudged(evaluation),
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
    'The grades are made of click counts, not given by people. People click what is near the top of the list they are shown (position bias) and cannot click ' +
    'what they are not shown: where the log was written by the old version, the old one is flattered, and a loss of the new one may be none. ' +
    'Accidental clicks draw the two together, and a loss shows less.',
};

/** The titles, to go behind the headline: wherever it goes alone, they go with it. */
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

/** How often lists that have nothing to do with each other share as much: above it, chance alone explains what they share. */
const BY_CHANCE = 0.01;
/** Chance above which lists say nothing: they hold most of the corpus. */
const MOST_OF_ALL = 0.5;

/**
 * Lists of k of n documents that have nothing to do with each other share k/n. Over all queries the shared results are at most as
 * spread as a binomial of as many draws, so that what is said here is said too seldom rather than too often.
 */
function byChance({ dataset, neighbours }: Evaluation): Caution[] {
  const [name = '', byOn] = Object.entries(neighbours).find(([measure]) => measure.startsWith('overlap@')) ?? [];
  const column = byOn?.pipeline ?? byOn?.served ?? byOn?.exact;
  const [k, documents] = [Number(name.split('@')[1]), dataset.parents ?? dataset.documents];
  if (column === undefined || column.mean === null || column.n === 0 || !(k / documents < MOST_OF_ALL)) return [];
  const draws = column.n * k;
  if (1 - binomialCdf(Math.round(column.mean * draws) - 1, draws, k / documents) <= BY_CHANCE) return [];
  const shared = `Old and new share ${number(column.mean)} of their first ${k} results, and lists of ${documents} documents that have nothing to do with each other share ${number(k / documents)}.`;
  return [
    {
      id: 'by-chance',
      title: 'No more in common than by chance',
      text: `${shared} One of the versions does not see the texts, or ids name other documents under each: check that both were made of the same files.`,
    },
  ];
}

/** Fewer judged results than these on both sides: the judgements are hardly of what is found. */
const FEW_JUDGED = 0.05;

/** What both lists hold was hardly judged: qualities near zero on both sides are equal whatever the versions do. */
function fewJudged(evaluation: Evaluation): Caution[] {
  const [name = '', byOn] = Object.entries(qualityOf(evaluation)).find(([measure]) => measure.startsWith('Judged@')) ?? [];
  const column = byOn?.pipeline ?? byOn?.served ?? byOn?.exact;
  const [before, after] = [column?.old.mean ?? null, column?.new.mean ?? null];
  if (before === null || after === null || Math.max(before, after) >= FEW_JUDGED) return [];
  return [
    {
      id: 'few-judged',
      title: 'Few results judged',
      text: `Of the first ${name.split('@')[1]} results, ${share(before)} (old) and ${share(after)} (new) are judged. Check that the judgements name documents by the ids of the corpus; where they do, judge more (\`cutover judge next\`): two versions of which hardly anything is judged look alike.`,
    },
  ];
}

/** `3.1 %` */
function share(part: number): string {
  return `${Number((100 * part).toPrecision(2))} %`;
}
