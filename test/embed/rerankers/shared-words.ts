import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Field, message, node, onnxFile, valueInfo } from '../../formats/onnx-files.ts';

const MODELS = fileURLToPath(new URL('../../../models', import.meta.url));

function axes(name: string, axis: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(axis));
  return message([1, 1], [2, 7], [8, name], [9, bytes]);
}

const CAST_TO_FLOAT = { to: 1 };

/**
 * A small cross-encoder: real BERT tokens, and a graph whose one score counts the pairs of equal tokens in query and document
 * (the closing token of each makes one).
 */
function graphOf(scores: 1 | 2): Uint8Array {
  const input = (name: string) => valueInfo(name, 'int64', ['batch', 'tokens']);
  const more: readonly Field[] = [];
  return onnxFile(
    {
      inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map(input),
      outputs: [valueInfo('logits', 'float', ['batch', scores])],
      tensors: [axes('one', 1), axes('two', 2)],
      nodes: [
        node('Cast', ['token_type_ids'], ['inDocument'], CAST_TO_FLOAT),
        node('Cast', ['attention_mask'], ['all'], CAST_TO_FLOAT),
        node('Sub', ['all', 'inDocument'], ['inQuery']),
        node('Unsqueeze', ['input_ids', 'two'], ['down']),
        node('Unsqueeze', ['input_ids', 'one'], ['across']),
        node('Equal', ['down', 'across'], ['equal']),
        node('Cast', ['equal'], ['same'], CAST_TO_FLOAT),
        node('Unsqueeze', ['inQuery', 'one'], ['queryRow']),
        node('Unsqueeze', ['inDocument', 'two'], ['documentColumn']),
        node('MatMul', ['queryRow', 'same'], ['shared']),
        node('MatMul', ['shared', 'documentColumn'], ['count']),
        ...(scores === 1
          ? [node('Squeeze', ['count', 'one'], ['logits'])]
          : [node('Squeeze', ['count', 'one'], ['once']), node('Concat', ['once', 'once'], ['logits'], { axis: 1 })]),
      ],
    },
    ...more,
  );
}

/** Writes the model as `test/shared-words` into a models folder. */
export async function sharedWordsModel(folder: string, scores: 1 | 2 = 1): Promise<void> {
  const model = join(folder, 'test', 'shared-words');
  await mkdir(join(model, 'onnx'), { recursive: true });
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) await cp(join(MODELS, 'Xenova', 'bge-small-en', file), join(model, file));
  await writeFile(join(model, 'config.json'), JSON.stringify({ model_type: 'bert', max_position_embeddings: 512 }));
  await writeFile(join(model, 'onnx', 'model.onnx'), graphOf(scores));
}
