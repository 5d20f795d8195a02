// One text a run, over one process with one single-threaded session for each core.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { AutoTokenizer, env } from '@xenova/transformers';
import ort from 'onnxruntime-node';
import { MODEL, MODELS, report } from './texts.mjs';

if (process.send === undefined) await lead();
else await follow();

async function lead() {
  const children = Array.from({ length: availableParallelism() }, () => fork(import.meta.filename));
  const answer = (child) => new Promise((resolve) => child.once('message', resolve));
  await Promise.all(children.map(answer));
  await report(async (texts) => {
    const vectors = [];
    let next = 0;
    const loop = async (child) => {
      while (next < texts.length) {
        const index = next++;
        const done = answer(child);
        child.send(texts[index]);
        vectors[index] = await done;
      }
    };
    await Promise.all(children.map(loop));
    return vectors;
  });
  for (const child of children) child.kill();
}

async function follow() {
  env.localModelPath = MODELS;
  env.allowRemoteModels = false;
  const tokenizer = await AutoTokenizer.from_pretrained(MODEL);
  const session = await ort.InferenceSession.create(`${MODELS}/${MODEL}/onnx/model_quantized.onnx`, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const tensor = ({ data, dims }) => new ort.Tensor('int64', data, dims);
  process.on('message', async (text) => {
    const { input_ids, attention_mask, token_type_ids } = tokenizer(text, { truncation: true, max_length: 512 });
    const types = token_type_ids ?? { data: new BigInt64Array(input_ids.data.length), dims: input_ids.dims };
    const { last_hidden_state: hidden } = await session.run({
      input_ids: tensor(input_ids),
      attention_mask: tensor(attention_mask),
      token_type_ids: tensor(types),
    });
    const first = hidden.data.subarray(0, hidden.dims[2]);
    const length = Math.hypot(...first);
    process.send(Array.from(first, (value) => value / length));
  });
  process.send('ready');
}
