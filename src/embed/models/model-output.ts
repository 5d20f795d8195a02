import { CutoverError } from '../../core/errors.ts';
import type { OnnxFacts } from '../../formats/onnx.ts';
import type { VersionSpec } from '../../model/version.ts';
import type { PublishedUse } from './model-metadata.ts';

/** What of a graph is taken. */
export interface ChosenOutput {
  readonly name: string;
  /** `tokens`: a vector a token, pooled here; `text`: one a text, with pooling and what follows it in the graph. */
  readonly kind: 'tokens' | 'text';
  /** Dimension; null where the graph doesn't fix it. */
  readonly width: number | null;
}

/** Names under which exporters put the token vectors. */
const TOKENS = ['last_hidden_state', 'token_embeddings'];
/** BERT's own second head, which no embedding model uses. */
const UNUSED = 'pooler_output';

/**
 * The output of a graph that a version takes. A graph with token vectors and finished vectors holds steps that pooling here
 * would leave out, so the spec has to say which it means.
 * @throws CutoverError MODEL_UNUSABLE where there is none that can be taken; VERSION_INVALID where the spec names none of them,
 *   leaves open which of two is meant, or pools what is pooled
 */
export function chosenOutput(spec: VersionSpec, { outputs }: OnnxFacts, published: PublishedUse, weights: string): ChosenOutput {
  const refuse = (found: string, reason: string): CutoverError =>
    new CutoverError('VERSION_INVALID', { file: spec.file, version: spec.id, found, reason });
  const names = outputs.map(({ name }) => name).join(', ');
  const all = outputs
    .filter(({ name }) => name !== UNUSED || name === spec.output)
    .flatMap((output): ChosenOutput[] => {
      const kind = output.rank === 3 || (output.rank === null && TOKENS.includes(output.name)) ? 'tokens' : 'text';
      return output.rank === 2 || kind === 'tokens' || output.rank === null ? [{ name: output.name, kind, width: output.width }] : [];
    });
  const tokens = TOKENS.flatMap((name) => all.filter((output) => output.name === name && output.kind === 'tokens')).at(0);
  const text = all.find(({ name, kind }) => kind === 'text' && /embed/i.test(name));
  if (spec.output !== undefined) {
    const found = all.find(({ name }) => name === spec.output);
    if (found === undefined) throw refuse(`output: ${spec.output}`, `the graph puts out ${names}`);
    if (found.kind === 'text' && spec.pooling !== undefined)
      throw refuse(`pooling: ${spec.pooling}`, `${found.name} is pooled in the graph; leave \`pooling\` out`);
    return found;
  }
  if (tokens !== undefined && text !== undefined) {
    if (spec.pooling === undefined && published.pooling === null) return text;
    const both = `${text.name} beside ${tokens.name}`;
    const reason = `${weights} has ${both}, and steps inside the graph would be left out by pooling the tokens: say \`output: ${text.name}\` without \`pooling\`, or \`output: ${tokens.name}\` where ${text.name} is known to be the same`;
    throw refuse(spec.pooling === undefined ? 'no output' : `pooling: ${spec.pooling}`, reason);
  }
  const only = tokens ?? text;
  if (only === undefined)
    throw new CutoverError('MODEL_UNUSABLE', { file: weights, reason: `it puts out ${names}, none of ${TOKENS.join(', ')}` });
  if (only.kind === 'text' && spec.pooling !== undefined)
    throw refuse(`pooling: ${spec.pooling}`, `the graph puts out ${names} only, which is pooled in it; leave \`pooling\` out`);
  return only;
}
