import type { SuggestedUse } from '../../../embed/models/known-models.ts';
import type { VersionAnswer } from './answers.ts';
import { scalar } from './yaml-text.ts';

const SOURCES: Readonly<Record<SuggestedUse['source'], string>> = {
  folder: "As the model's folder publishes it.",
  card: "As the model's authors publish it; check it against the card of the model.",
  unknown: 'Nobody here knows how this model is meant to be used: take the settings from its card.',
};

/** A version file of a user's module. The path is relative to `versions/`. */
export function moduleText({ id, value }: VersionAnswer): string {
  return `# Everything that decides the vectors of this version.
id: ${scalar(id)} # a name for people
embedder: ${scalar(`../${value}`)} # exports embed(texts, request)
`;
}

/** A version file of a model, with what its authors publish. */
export function modelText({ id, value, revision }: VersionAnswer, use: SuggestedUse): string {
  const { dtype, pooling, normalize, prefixes, maxTokens } = use;
  const unsaid = (key: string, example: string) => `# ${key}: ${example} # taken from the model's folder unless it stands here`;
  return `# Everything that decides the vectors of this version. ${SOURCES[use.source]}
id: ${scalar(id)} # a name for people
model: ${scalar(value)}
revision: ${scalar(revision)} # branch, tag or commit on the hub
dtype: ${dtype} # the weights: q8, fp32 or fp16
${pooling === null ? unsaid('pooling', 'mean') : `pooling: ${pooling}`}
normalize: ${normalize}
prefixes: { query: ${JSON.stringify(prefixes.query)}, document: ${JSON.stringify(prefixes.document)} }
${maxTokens === null ? unsaid('maxTokens', '512') : `maxTokens: ${maxTokens} # longer texts are cut`}
`;
}
