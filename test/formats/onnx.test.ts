import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readOnnxFacts } from '../../src/formats/onnx.ts';
import { graph, inlineTensor, message, node, onnxFile, outsideTensor, valueInfo } from './onnx-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cutover-onnx-'));
});

async function written(name: string, bytes: Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, bytes);
  return file;
}

const branch = (location: string) => graph({ tensors: [outsideTensor('inner', [1], location)] });

describe('where an ONNX file says that its weights are', () => {
  it('finds every place that may hold a tensor', async () => {
    const sparse = message([1, outsideTensor('values', [1], 'sparse.bin')], [2, outsideTensor('indices', [1], 'indices.bin')]);
    const withTensor = message(
      [1, 'a'],
      [4, 'Constant'],
      [5, message([1, 'value'], [5, outsideTensor('c', [1], 'attribute.bin')], [20, 4])],
    );
    const withTensors = message([5, message([10, outsideTensor('d', [1], 'list.bin')])]);
    const withBranch = message(
      [4, 'If'],
      [5, message([1, 'then_branch'], [6, branch('then.bin')])],
      [5, message([11, branch('graphs.bin')])],
    );
    const withSparse = message([5, message([22, sparse])], [5, message([23, message([1, outsideTensor('e', [1], 'sparse-list.bin')])])]);
    const main = graph({
      nodes: [withTensor, withTensors, withBranch, withSparse],
      tensors: [outsideTensor('w', [2], 'w.bin'), inlineTensor('b', [1], [1])],
    });
    const bytes = message(
      [7, Buffer.concat([main, message([15, sparse])])],
      [20, message([1, branch('training.bin')])],
      [25, message([7, message([5, message([5, outsideTensor('f', [1], 'function.bin')])])])],
    );
    const found = readOnnxFacts(await written('all.onnx', bytes)).externalData;
    expect([...found].sort()).toEqual(
      ['w', 'sparse', 'indices', 'attribute', 'list', 'then', 'graphs', 'sparse-list', 'training', 'function']
        .map((name) => `${name}.bin`)
        .sort(),
    );
  });

  it('names a file once, and none for a tensor that is in the graph', async () => {
    const tensors = [
      outsideTensor('a', [1], 'model.onnx_data_1'),
      outsideTensor('b', [1], 'model.onnx_data_1', 4),
      inlineTensor('c', [1], [3]),
    ];
    expect(readOnnxFacts(await written('twice.onnx', onnxFile({ tensors }))).externalData).toEqual(['model.onnx_data_1']);
    expect(readOnnxFacts(await written('none.onnx', onnxFile({ tensors: [inlineTensor('c', [1], [3])] }))).externalData).toEqual([]);
  });

  it('ignores a location of a tensor that is not marked as stored elsewhere', async () => {
    const unmarked = message([8, 'a'], [9, Buffer.alloc(4)], [13, message([1, 'location'], [2, 'old.bin'])]);
    expect(readOnnxFacts(await written('unmarked.onnx', onnxFile({ tensors: [unmarked] }))).externalData).toEqual([]);
  });

  it('reads a mark as parsers do: 32 bits of it, and any that is known', async () => {
    const marked = (...values: readonly number[]) =>
      message([13, message([1, 'location'], [2, 'w.bin'])], ...values.map((value) => [14, value] as const));
    for (const [values, found] of [
      [[2 ** 32 + 1], ['w.bin']],
      [[3 * 2 ** 40 + 1], ['w.bin']],
      [[1, 7], ['w.bin']],
      [[7, 1], ['w.bin']],
      [[2 ** 32], []],
      [[2], []],
    ] as const)
      expect([values, readOnnxFacts(await written('marked.onnx', onnxFile({ tensors: [marked(...values)] }))).externalData]).toEqual([
        values,
        found,
      ]);
    // A field whose number has more than 32 bits is one for some parsers, and another for others.
    const hidden = message([2 ** 29 + 13, message([1, 'location'], [2, 'w.bin'])], [14, 1]);
    const file = await written('hidden.onnx', onnxFile({ tensors: [hidden] }));
    expect(() => readOnnxFacts(file)).toThrow('a field has no number');
  });

  it('refuses a message in two halves, which parsers put together', async () => {
    const halves = [message([8, 'a'], [13, message([1, 'location'], [2, 'w.bin'])]), message([14, 1])];
    const tensor = message([4, 'Constant'], [5, message([1, 'value'], ...halves.map((half) => [5, half] as const))]);
    const place = message([13, message([1, 'location'], [2, 'old.bin'], [2, 'w.bin'])], [14, 1]);
    for (const parts of [{ nodes: [tensor] }, { tensors: [place] }]) {
      const file = await written('halves.onnx', onnxFile(parts));
      expect(() => readOnnxFacts(file)).toThrow(/it is no ONNX graph: field \d is there twice/);
    }
    const graphs = await written('graphs.onnx', onnxFile({}, [7, branch('second.bin')]));
    expect(() => readOnnxFacts(graphs)).toThrow('field 7 is there twice');
  });

  it('skips weights without reading them, whatever their bytes are', async () => {
    const large = inlineTensor('large', [300_000], new Array<number>(300_000).fill(Number.NaN));
    const file = await written('large.onnx', onnxFile({ tensors: [large, outsideTensor('w', [1], 'behind.bin')] }));
    expect(readOnnxFacts(file).externalData).toEqual(['behind.bin']);
  });

  it('reads names, ranks and widths of the outputs', async () => {
    const outputs = [
      valueInfo('last_hidden_state', 'float', ['b', 't', 384]),
      valueInfo('sentence_embedding', 'float', ['b', 'd']),
      message([1, 'odd']),
    ];
    expect(readOnnxFacts(await written('outputs.onnx', onnxFile({ nodes: [node('Id', ['a'], ['b'])], outputs }))).outputs).toEqual([
      { name: 'last_hidden_state', rank: 3, width: 384 },
      { name: 'sentence_embedding', rank: 2, width: null },
      { name: 'odd', rank: null, width: null },
    ]);
  });
});

describe('what is no ONNX file', () => {
  const deep = (levels: number): Uint8Array =>
    levels === 0 ? graph({}) : graph({ nodes: [message([5, message([6, deep(levels - 1)])])] });
  const whole = onnxFile({ tensors: [outsideTensor('w', [1], 'w.bin')] });
  it.each([
    ['empty', new Uint8Array(), /it holds no graph/],
    ['a text', Buffer.from('not a model at all'), /no ONNX graph/],
    ['cut short', whole.subarray(0, whole.length - 7), /no ONNX graph/],
    ['a length behind the end', Buffer.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f]), /ends behind what holds it/],
    ['a number without end', Buffer.alloc(12, 0xff), /a number does not end/],
    ['graphs without end', message([7, deep(40)]), /nested more than 32/],
  ])('refuses %s with the byte', async (name, bytes, reason) => {
    const file = await written(`${name}.onnx`, bytes);
    expect(() => readOnnxFacts(file)).toThrow(expect.objectContaining({ code: 'MODEL_UNUSABLE', message: expect.stringMatching(reason) }));
  });
});
