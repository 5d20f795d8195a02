import { countIn, type JsonObject, readModelJson } from './model-json.ts';

/** What a model's `config.json` says of it. */
export interface ModelFacts {
  /** Dimension of the token vectors; null where it doesn't say. */
  readonly hiddenSize: number | null;
  /** Longest input in tokens, special tokens counted; null for models without a table of positions. */
  readonly positions: number | null;
  readonly type: string;
  /** Token id that fills up shorter texts of a batch; 0 where it doesn't say. */
  readonly padding: number;
}

/** Families that begin to count positions after the padding token's id, so that the table holds fewer tokens than rows. */
const OFFSET_POSITIONS: ReadonlySet<unknown> = new Set(['roberta', 'xlm-roberta', 'camembert', 'mpnet', 'longformer', 'xmod', 'esm']);

/** Families that name the number of positions but encode them relative to each other, so that it is no limit. */
const RELATIVE_POSITIONS: ReadonlySet<unknown> = new Set(['t5', 'mt5', 'umt5']);

/** @throws CutoverError MODEL_UNUSABLE */
export async function readModelFacts(folder: string): Promise<ModelFacts> {
  const config = await readModelJson(folder, 'config.json');
  return {
    hiddenSize: countIn(config, 'hidden_size', 'dim', 'd_model', 'n_embd'),
    positions: positionLimit(config),
    type: typeof config?.model_type === 'string' ? config.model_type : 'unknown',
    padding: typeof config?.pad_token_id === 'number' ? config.pad_token_id : 0,
  };
}

function positionLimit(config: JsonObject | null): number | null {
  const rows = countIn(config, 'max_position_embeddings', 'n_positions');
  if (rows === null || RELATIVE_POSITIONS.has(config?.model_type)) return null;
  if (!OFFSET_POSITIONS.has(config?.model_type)) return rows;
  const padding = typeof config?.pad_token_id === 'number' ? config.pad_token_id : 1;
  return rows - padding - 1;
}
