import { CutoverError } from '../../core/errors.ts';
import type { Dtype, Pooling } from '../../model/version.ts';
import type { EmbedderContext } from '../embedder.ts';
import { cardOf } from './cards.ts';
import { locateModel } from './model-location.ts';
import { readPublishedUse, supportedPooling, withCard } from './model-metadata.ts';

/** How a model is meant to be used, and who says so. */
export interface SuggestedUse {
  /** `folder`: files of the model on this machine; `card`: what its authors publish; `unknown`: nobody here knows. */
  readonly source: 'folder' | 'card' | 'unknown';
  /** Where a card's settings were read; null elsewhere. */
  readonly readFrom: string | null;
  readonly dtype: Dtype;
  readonly pooling: Pooling | null;
  /** The graph's output, where it is not that of the tokens. */
  readonly output: string | null;
  readonly normalize: boolean;
  readonly prefixes: { readonly query: string; readonly document: string };
  readonly maxTokens: number | null;
}

const DTYPES: readonly Dtype[] = ['q8', 'fp32', 'fp16'];

/**
 * The settings that a model's authors publish: those in its folder where it is on this machine, else those of its card.
 * Nothing is downloaded.
 */
export async function suggestedUse(model: string, revision: string, context: EmbedderContext): Promise<SuggestedUse> {
  const local = await localFolder(model, revision, context);
  const inFolder = await readPublishedUse(local?.folder ?? '');
  const known = cardOf(model);
  const { pooling, normalize, prefixes, maxTokens, output } = withCard(inFolder, model);
  const source = supportedPooling(inFolder) !== null ? 'folder' : known === null ? 'unknown' : 'card';
  return {
    source,
    readFrom: source === 'card' ? (known?.source ?? null) : null,
    dtype: local?.dtype ?? 'q8',
    pooling: supportedPooling({ pooling }),
    output,
    normalize: normalize ?? true,
    prefixes: { query: prefixes.query ?? '', document: prefixes.document ?? '' },
    maxTokens,
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
