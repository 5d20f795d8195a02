import { CutoverError } from '../../core/errors.ts';
import type { Dtype, Pooling } from '../../model/version.ts';
import type { EmbedderContext } from '../embedder.ts';
import { locateModel } from './model-location.ts';
import { readPublishedUse, supportedPooling } from './model-metadata.ts';

/** How a model is meant to be used, and who says so. */
export interface SuggestedUse {
  /** `folder`: files of the model on this machine; `card`: what its authors publish; `unknown`: nobody here knows. */
  readonly source: 'folder' | 'card' | 'unknown';
  readonly dtype: Dtype;
  readonly pooling: Pooling | null;
  readonly normalize: boolean;
  readonly prefixes: { readonly query: string; readonly document: string };
  readonly maxTokens: number | null;
}

type Card = Pick<SuggestedUse, 'pooling' | 'normalize' | 'prefixes' | 'maxTokens'>;

const card = (pooling: Pooling, maxTokens: number, query = '', document = ''): Card => ({
  pooling,
  normalize: true,
  prefixes: { query, document },
  maxTokens,
});

const BGE = 'Represent this sentence for searching relevant passages: ';

/** What model cards publish, by the name behind the organisation: exports for this runtime keep it. */
const CARDS: readonly (readonly [name: RegExp, card: Card])[] = [
  [/^bge-(small|base|large)-en(-v1\.5)?$/, card('cls', 512, BGE)],
  [/^(multilingual-)?e5-(small|base|large)(-v2)?$/, card('mean', 512, 'query: ', 'passage: ')],
  [/^gte-(small|base|large)$/, card('mean', 512)],
  [/^all-MiniLM-L6-v2$/, card('mean', 256)],
  [/^all-MiniLM-L12-v2$/, card('mean', 128)],
  [/^all-mpnet-base-v2$/, card('mean', 384)],
  [/^multi-qa-MiniLM-L6-cos-v1$/, card('mean', 512)],
  [/^paraphrase-multilingual-MiniLM-L12-v2$/, card('mean', 128)],
  [/^snowflake-arctic-embed-(xs|s|m|l)$/, card('cls', 512, BGE)],
  [/^mxbai-embed-large-v1$/, card('cls', 512, BGE)],
  [/^nomic-embed-text-v1(\.5)?$/, card('mean', 8192, 'search_query: ', 'search_document: ')],
];

const DTYPES: readonly Dtype[] = ['q8', 'fp32', 'fp16'];

/**
 * The settings that a model's authors publish: those in its folder where it is on this machine, else those of its card.
 * Nothing is downloaded.
 */
export async function suggestedUse(model: string, revision: string, context: EmbedderContext): Promise<SuggestedUse> {
  const known = CARDS.find(([name]) => name.test(model.split('/').at(-1) ?? ''))?.[1] ?? null;
  const local = await localFolder(model, revision, context);
  const published = local === null ? null : await readPublishedUse(local.folder);
  const pooling = published === null ? null : supportedPooling(published);
  const { prefixes } = known ?? { prefixes: { query: '', document: '' } };
  return {
    source: pooling !== null ? 'folder' : known !== null ? 'card' : 'unknown',
    dtype: local?.dtype ?? 'q8',
    pooling: pooling ?? known?.pooling ?? null,
    normalize: published?.normalize ?? known?.normalize ?? true,
    prefixes: { query: published?.prefixes.query ?? prefixes.query, document: published?.prefixes.document ?? prefixes.document },
    maxTokens: published?.maxTokens ?? known?.maxTokens ?? null,
  };
}

async function localFolder(
  model: string,
  revision: string,
  context: EmbedderContext,
): Promise<{ readonly folder: string; readonly dtype: Dtype } | null> {
  for (const dtype of DTYPES) {
    try {
      const { folder } = await locateModel({ model, revision, dtype }, { ...context, allowNetwork: false });
      return { folder, dtype };
    } catch (error) {
      if (!(error instanceof CutoverError) || error.code !== 'MODEL_MISSING') throw error;
    }
  }
  return null;
}
