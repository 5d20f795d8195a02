import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { floatBytes, inlineTensor, node, onnxFile, outsideTensor, valueInfo } from '../../formats/onnx-files.ts';

/** Tokens of a model that is small enough to be worked by hand. */
export const WORDS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'red', 'green', 'blue', 'query', ':', 'old', 'new', 'shoe', 'hat'] as const;
/** Dimensions of its token vectors. */
export const WIDTH = 4;

/** What a tiny model is made of. */
export interface TinyModel {
  /** Number [words × width]: the vector of each token; a fixed pattern unless given. */
  readonly table?: readonly number[];
  /** File of the table, relative to the graph; inside the graph unless given. */
  readonly beside?: string;
  /** Number [width × out]: a `sentence_embedding` output beside the tokens', the mean times this. */
  readonly sentence?: readonly number[];
  /** Leaves the tokens' output out. */
  readonly onlySentence?: boolean;
  /** More files of the folder: JSON, text or bytes. */
  readonly files?: Readonly<Record<string, object | string | Uint8Array>>;
}

/** The vectors of the tokens unless others are given: no two alike, none zero. */
export function plainTable(seed = 1): number[] {
  return Array.from({ length: WORDS.length * WIDTH }, (_, i) => Math.sin((i + 1) * (seed + 0.37)));
}

/** Writes a model whose token vectors are rows of a table: `last_hidden_state = table[input_ids]`. @returns the folder */
export async function writeTinyModel(folder: string, model: TinyModel = {}): Promise<string> {
  const { beside, table = plainTable() } = model;
  const shape = [WORDS.length, WIDTH];
  await put(folder, 'config.json', { model_type: 'bert', hidden_size: WIDTH, max_position_embeddings: 64, pad_token_id: 0 });
  await put(folder, 'tokenizer.json', tokenizer());
  await put(folder, 'tokenizer_config.json', { tokenizer_class: 'BertTokenizer', do_lower_case: true, model_max_length: 64 });
  await put(
    folder,
    'onnx/model_quantized.onnx',
    tinyGraph(model, beside === undefined ? inlineTensor('table', shape, table) : outsideTensor('table', shape, beside)),
  );
  if (beside !== undefined) await put(folder, join('onnx', beside), floatBytes(table));
  for (const [name, content] of Object.entries(model.files ?? {})) await put(folder, name, content);
  return folder;
}

function tinyGraph({ sentence, onlySentence = false }: TinyModel, table: Uint8Array): Uint8Array {
  const out = (sentence?.length ?? 0) / WIDTH;
  return onnxFile({
    nodes: [
      node('Gather', ['table', 'input_ids'], ['last_hidden_state'], { axis: 0 }),
      ...(sentence === undefined
        ? []
        : [
            node('ReduceMean', ['last_hidden_state'], ['mean'], { axes: [1], keepdims: 0 }),
            node('MatMul', ['mean', 'projection'], ['sentence_embedding']),
          ]),
    ],
    tensors: [table, ...(sentence === undefined ? [] : [inlineTensor('projection', [WIDTH, out], sentence)])],
    inputs: [valueInfo('input_ids', 'int64', ['batch', 'tokens'])],
    outputs: [
      ...(onlySentence ? [] : [valueInfo('last_hidden_state', 'float', ['batch', 'tokens', WIDTH])]),
      ...(sentence === undefined ? [] : [valueInfo('sentence_embedding', 'float', ['batch', out])]),
    ],
  });
}

function tokenizer(): object {
  const special = (id: number) => ({
    id,
    content: WORDS[id],
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const piece = (id: number) => ({ SpecialToken: { id: WORDS[id], type_id: 0 } });
  const named = (id: number) => ({ id: WORDS[id], ids: [id], tokens: [WORDS[id]] });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [0, 1, 2, 3].map(special),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [piece(2), { Sequence: { id: 'A', type_id: 0 } }, piece(3)],
      pair: [piece(2), { Sequence: { id: 'A', type_id: 0 } }, piece(3), { Sequence: { id: 'B', type_id: 1 } }, piece(3)],
      special_tokens: { '[CLS]': named(2), '[SEP]': named(3) },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
    },
  };
}

async function put(folder: string, name: string, content: object | string | Uint8Array): Promise<void> {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  const isBytes = content instanceof Uint8Array || typeof content === 'string';
  await writeFile(file, isBytes ? content : JSON.stringify(content));
}

/** A safetensors file of float32 tensors. */
export function safetensors(
  tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>>,
): Uint8Array {
  let at = 0;
  const header: Record<string, unknown> = {};
  const parts = Object.entries(tensors).map(([name, { shape, values }]) => {
    const bytes = floatBytes(values);
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
    return bytes;
  });
  const head = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  return Buffer.concat([length, head, ...parts]);
}
