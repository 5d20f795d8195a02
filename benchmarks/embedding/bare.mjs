import { availableParallelism } from 'node:os';
import { AutoTokenizer, env } from '@xenova/transformers';
import ort from 'onnxruntime-node';
import { MODEL, MODELS, report } from './texts.mjs';

env.localModelPath = MODELS;
env.allowRemoteModels = false;
const tokenizer = await AutoTokenizer.from_pretrained(MODEL);
const open = () =>
  ort.InferenceSession.create(`${MODELS}/${MODEL}/onnx/model_quantized.onnx`, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const sessions = await Promise.all(Array.from({ length: availableParallelism() }, open));
const tensor = ({ data, dims }) => new ort.Tensor('int64', data, dims);
await report(async (texts) => {
  let next = 0;
  const loop = async (session) => {
    while (next < texts.length) {
      const { input_ids, attention_mask, token_type_ids } = tokenizer(texts[next++], { truncation: true, max_length: 512 });
      const types = token_type_ids ?? { data: new BigInt64Array(input_ids.data.length), dims: input_ids.dims };
      await session.run({ input_ids: tensor(input_ids), attention_mask: tensor(attention_mask), token_type_ids: tensor(types) });
    }
  };
  await Promise.all(sessions.map(loop));
});
