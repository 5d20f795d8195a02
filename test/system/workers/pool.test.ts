import { afterEach, describe, expect, it } from 'vitest';
import { CutoverError } from '../../../src/core/errors.ts';
import { openPool, type Pool } from '../../../src/system/workers/pool.ts';
import { doublingModel } from '../onnxruntime/onnx.ts';

const open: Pool<Record<string, unknown>, unknown>[] = [];

function pool(workers = 2, file = 'tasks', workerData?: unknown): Pool<Record<string, unknown>, unknown> {
  const made = openPool<Record<string, unknown>, unknown>(new URL(`./fixtures/${file}.mjs`, import.meta.url), { workers, workerData });
  open.push(made);
  return made;
}

async function thrownBy(promise: Promise<unknown>): Promise<CutoverError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CutoverError);
  return error as CutoverError;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((made) => made.close()));
});

describe('a pool', () => {
  it('runs tasks, more than it has workers', async () => {
    const { run } = { run: (value: number) => workers.run({ kind: 'square', value }) };
    const workers = pool();
    expect(await Promise.all([1, 2, 3, 4, 5].map(run))).toEqual([1, 4, 9, 16, 25]);
  });

  it('hands workerData to the worker', async () => {
    expect(await pool(1, 'tasks', { model: 'm' }).run({ kind: 'data' })).toEqual({ model: 'm' });
  });

  it('moves buffers both ways', async () => {
    const workers = pool(1);
    expect(await workers.run({ kind: 'move' })).toEqual({ data: Float32Array.of(1, 2, 3) });
    const data = Float32Array.of(1, 2, 3);
    expect(await workers.run({ kind: 'received', data }, { transferList: [data.buffer] })).toBe(6);
    expect(data.length).toBe(0);
  });

  it('needs a whole number of workers', () => {
    expect(() => pool(0)).toThrow(RangeError);
    expect(() => pool(1.5)).toThrow(RangeError);
  });
});

describe('an error in a worker', () => {
  it('arrives as the CutoverError it was, and the pool goes on', async () => {
    const workers = pool(1);
    const error = await thrownBy(workers.run({ kind: 'known' }));
    expect(error.code).toBe('JSON_MALFORMED');
    expect(error.message).toBe('a.jsonl:3: not valid JSON: because.');
    expect(error.next).toBe('Fix that line; every line is one complete JSON object.');
    expect(error.details).toEqual(['one', 'two']);
    expect(error.stack).toContain('tasks.mjs');
    expect(await workers.run({ kind: 'square', value: 3 })).toBe(9);
  });

  it('keeps name, message and stack when it is an unknown one', async () => {
    const error = await pool(1)
      .run({ kind: 'unknown' })
      .catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(CutoverError);
    expect(error).toMatchObject({ name: 'RangeError', message: 'out of range', stack: expect.stringContaining('tasks.mjs') });
  });
});

describe('a worker that dies', () => {
  it.each([
    ['exits', { kind: 'exit' }, 'worker exited with code: 7'],
    ['throws past everyone', { kind: 'stray' }, 'thrown past everyone'],
  ])('%s: its task and all later ones throw WORKER_DIED', async (_, task, reason) => {
    const workers = pool(1);
    const waiting = workers.run({ kind: 'square', value: 2 });
    expect(await waiting).toBe(4);
    const [first, second] = await Promise.all([thrownBy(workers.run(task)), thrownBy(workers.run({ kind: 'square', value: 2 }))]);
    expect(first.code).toBe('WORKER_DIED');
    expect(first.message).toContain(reason);
    expect(second.code).toBe('WORKER_DIED');
    expect((await thrownBy(workers.run({ kind: 'square', value: 2 }))).message).toBe(first.message);
  });

  it.each([
    ['broken', 'no such luck'],
    ['empty', 'has no function as its default export'],
    ['absent', 'Cannot find module'],
  ])('cannot start (%s): every task throws WORKER_DIED with the reason', async (file, reason) => {
    const workers = pool(2, file);
    const errors = await Promise.all([1, 2, 3].map((value) => thrownBy(workers.run({ kind: 'square', value }))));
    for (const error of errors) expect(error).toMatchObject({ code: 'WORKER_DIED', message: expect.stringContaining(reason) });
  });
});

describe('abort and close', () => {
  it('stops running tasks and never begins waiting ones', async () => {
    const workers = pool(1);
    const controller = new AbortController();
    const tasks = [1, 2, 3].map(() => thrownBy(workers.run({ kind: 'endless' }, { signal: controller.signal })));
    setTimeout(() => controller.abort(), 50);
    for (const error of await Promise.all(tasks)) expect(error.code).toBe('INTERRUPTED');
    expect(await workers.run({ kind: 'square', value: 3 })).toBe(9);
  });

  it('does not begin with a signal that has fired', async () => {
    const error = await thrownBy(pool(1).run({ kind: 'endless' }, { signal: AbortSignal.abort() }));
    expect(error.code).toBe('INTERRUPTED');
  });

  it('closes while a task runs, closes twice, and takes no task afterwards', async () => {
    const begun = new Int32Array(new SharedArrayBuffer(4));
    const workers = pool(1, 'tasks', { begun });
    const running = workers.run({ kind: 'endless' });
    const waiting = thrownBy(workers.run({ kind: 'endless' }));
    while (Atomics.load(begun, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await Promise.all([workers.close(), workers.close()]);
    expect(await running).toBe('stopped');
    expect((await waiting).code).toBe('INTERRUPTED');
    await expect(workers.run({ kind: 'square', value: 1 })).rejects.toThrow('is closed');
  });
});

describe('onnxruntime in workers', () => {
  it('loads in pool after pool of one process', async () => {
    const task = { kind: 'onnx', model: doublingModel(), data: [1, 2] };
    for (let i = 0; i < 3; i++) {
      const workers = pool(2);
      expect(await Promise.all([workers.run(task), workers.run(task)])).toEqual([
        [2, 4],
        [2, 4],
      ]);
      await workers.close();
    }
  });
});
