import { POOLINGS, type Pooling, type PublishedSettings, type VersionSpec } from '../../model/version.ts';
import { cardOf } from './cards.ts';
import { countIn, type JsonObject, readModelJson } from './model-json.ts';
import { type Modules, POOLING_FOLDER, readModules } from './modules.ts';

/** The files in which a sentence-transformers model says how it means to be used; `modules.json` names more. */
export const METADATA_FILES = [
  'modules.json',
  `${POOLING_FOLDER}/config.json`,
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
] as const;

/** How a model is to be used, as its folder or its authors' card says; null where neither says anything. */
export interface PublishedUse extends Modules {
  readonly maxTokens: number | null;
  readonly prefixes: { readonly query: string | null; readonly document: string | null };
  /** The graph's output to take. */
  readonly output: string | null;
  /** Whether texts are put into lower case before they are cut into tokens. */
  readonly lowercase: boolean;
  /** Who says a thing that the folder doesn't; null where all of it comes from the folder. */
  readonly card: { readonly source: string; readonly fields: ReadonlySet<Published>; readonly prefixIsOptional: boolean } | null;
}

/** What of a use a card may add. */
type Published = 'pooling' | 'normalize' | 'maxTokens' | 'query' | 'document';

const SUPPORTED: ReadonlySet<string> = new Set(POOLINGS);

/** Reads the {@link METADATA_FILES} of a folder and the modules that they name. @throws CutoverError MODEL_UNUSABLE */
export async function readPublishedUse(folder: string): Promise<PublishedUse> {
  const [modules, bert, prompts] = await Promise.all([
    readModules(folder),
    readModelJson(folder, 'sentence_bert_config.json'),
    readModelJson(folder, 'config_sentence_transformers.json'),
  ]);
  return {
    ...modules,
    maxTokens: countIn(bert, 'max_seq_length'),
    lowercase: bert?.do_lower_case === true,
    prefixes: prefixesOf(prompts),
    output: null,
    card: null,
  };
}

/**
 * What a folder leaves unsaid, filled from the card of a model of this name where one is known.
 * @param model `<org>/<name>`
 */
export function withCard(use: PublishedUse, model: string): PublishedUse {
  const known = cardOf(model);
  if (known === null) return use;
  const { card, source } = known;
  const fields = new Set<Published>();
  const fill = <T>(field: Published, said: T | null, other: T | null): T | null => {
    if (said === null && other !== null) fields.add(field);
    return said ?? other;
  };
  return {
    ...use,
    pooling: fill('pooling', use.pooling, card.pooling),
    normalize: fill('normalize', use.normalize, card.normalize),
    maxTokens: fill('maxTokens', use.maxTokens, card.maxTokens),
    prefixes: {
      query: fill('query', use.prefixes.query, card.prefixes.query),
      document: fill('document', use.prefixes.document, card.prefixes.document),
    },
    output: card.output ?? null,
    refused: use.refused ?? missingSteps(use, known),
    card: { source, fields, prefixIsOptional: card.prefixIsOptional === true },
  };
}

/** Why a folder without modules.json can't be run where steps follow the pooling; null where none do, or where it names its own. */
function missingSteps(use: PublishedUse, { card, source }: NonNullable<ReturnType<typeof cardOf>>): string | null {
  if (card.steps === undefined || use.normalize !== null) return null;
  return `it is missing, and the model's authors publish ${card.steps} after the pooling (read from ${source}): copy modules.json and the folders it names from the model that was exported`;
}

/** The published pooling where it is one that can be run here. */
export function supportedPooling({ pooling }: Pick<PublishedUse, 'pooling'>): Pooling | null {
  return pooling !== null && SUPPORTED.has(pooling) ? (pooling as Pooling) : null;
}

function prefixesOf(config: JsonObject | null): PublishedUse['prefixes'] {
  const prompts = (config?.prompts ?? {}) as JsonObject;
  // What is taken where a caller names no prompt.
  const usual = typeof config?.default_prompt_name === 'string' ? [config.default_prompt_name] : [];
  const text = (...keys: readonly string[]): string | null => {
    const value = keys.map((key) => prompts[key]).find((prompt) => typeof prompt === 'string');
    return typeof value === 'string' ? value : null;
  };
  return { query: text('query', ...usual), document: text('document', 'passage', ...usual) };
}

/** What of a version may contradict what its model publishes. A pooling of null is the graph's own. */
export type UsedSettings = Pick<VersionSpec, 'normalize' | 'prefixes'> & {
  readonly pooling: Pooling | null;
  readonly includePrompt: boolean;
  readonly maxTokens: number;
};

/** A setting that goes another way than published, with the sentence that says so. */
interface Contradiction {
  readonly sentence: string;
  readonly settings: PublishedSettings;
}

function contradictions(published: PublishedUse, used: UsedSettings): Contradiction[] {
  const { pooling, includePrompt, normalize, maxTokens, prefixes } = published;
  const found: Contradiction[] = [];
  const say = (field: Published | null, publishes: string, says: string, settings: PublishedSettings): void => {
    const card = field !== null && published.card?.fields.has(field) === true ? published.card : null;
    const who = card === null ? "The model's folder publishes" : 'Its authors publish';
    const where = card === null ? '' : ` (read from ${card.source})`;
    found.push({ sentence: `${who} ${publishes}, the spec says ${says}${where}.`, settings });
  };
  if (pooling !== null && used.pooling !== null && pooling !== used.pooling) {
    const supported = supportedPooling(published);
    say('pooling', `${pooling} pooling`, used.pooling, supported === null ? {} : { pooling: supported });
  }
  if (includePrompt !== null && used.pooling !== null && includePrompt !== used.includePrompt)
    say(null, `a pooling ${includePrompt ? 'with' : 'without'} the prefix's tokens`, `includePrompt: ${used.includePrompt}`, {
      includePrompt,
    });
  if (normalize !== null && normalize !== used.normalize)
    say('normalize', normalize ? 'a step that normalises' : 'no step that normalises', `normalize: ${used.normalize}`, { normalize });
  // A card's length is the longest that the model takes; to cut earlier is a choice.
  const isShorter = published.card?.fields.has('maxTokens') === true && used.maxTokens <= (maxTokens ?? 0);
  if (maxTokens !== null && maxTokens !== used.maxTokens && !isShorter)
    say('maxTokens', `${maxTokens} as its longest input in tokens`, `maxTokens: ${used.maxTokens}`, { maxTokens });
  const asPublished = { query: prefixes.query ?? used.prefixes.query, document: prefixes.document ?? used.prefixes.document };
  for (const role of ['query', 'document'] as const) {
    const prefix = prefixes[role];
    const isLeftOut = used.prefixes[role] === '' && published.card?.prefixIsOptional === true && published.card.fields.has(role);
    if (prefix !== null && !isLeftOut && prefix !== used.prefixes[role])
      say(role, `${JSON.stringify(prefix)} as the ${role} prefix`, JSON.stringify(used.prefixes[role]), { prefixes: asPublished });
  }
  return found;
}

/** One sentence for each point on which the spec goes another way than the model's folder, or its authors' card. */
export function disagreements(published: PublishedUse, used: UsedSettings): string[] {
  return contradictions(published, used).map(({ sentence }) => sentence);
}

/**
 * The settings of a spec that {@link disagreements} complains of, as published; null where it contradicts none. A pooling that
 * can't be run here is left out.
 */
export function contradicted(published: PublishedUse, used: UsedSettings): PublishedSettings | null {
  const settings: PublishedSettings = Object.assign({}, ...contradictions(published, used).map((found) => found.settings));
  return Object.keys(settings).length === 0 ? null : settings;
}
