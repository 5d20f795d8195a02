import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openSession, tensor } from '../../../src/system/onnxruntime/session.ts';
import { doublingModel } from './onnx.ts';

const MODEL = fileURLToPath(new URL('../../../models/Xenova/all-MiniLM-L6-v2/onnx/model_quantized.onnx', import.meta.url));

describe('openSession', () => {
  it('runs a model given as bytes', async () => {
    const session = await openSession(doublingModel(), 1);
    expect(session.inputNames).toEqual(['x']);
    expect(session.outputNames).toEqual(['y']);
    const { y } = await session.run({ x: tensor('float32', Float32Array.of(1, -2, 0.5), [3]) });
    expect(y?.data).toEqual(Float32Array.of(2, -4, 1));
  });

  it('runs a model given as a path', async () => {
    const session = await openSession(MODEL, 1);
    expect(session.inputNames).toEqual(expect.arrayContaining(['input_ids', 'attention_mask']));
    expect(session.outputNames).toContain('last_hidden_state');
    await session.release();
  });

  it('refuses to run once released, twice as well', async () => {
    const session = await openSession(doublingModel(), 2);
    await session.release();
    await session.release();
    await expect(session.run({})).rejects.toThrow('released');
  });

  it('throws on bytes that are no model, and on no threads', async () => {
    await expect(openSession(Uint8Array.of(1, 2, 3), 1)).rejects.toThrow();
    await expect(openSession(doublingModel(), 0)).rejects.toThrow(RangeError);
  });
});

describe('process.exit while sessions run in workers', () => {
  it('keeps its exit code', () => {
    const script = fileURLToPath(new URL('../workers/fixtures/leave.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, MODEL, '2'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(2);
  });
});
