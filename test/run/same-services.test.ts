import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { commandLine } from '../cli/command-line.ts';
import { EmbeddingService } from '../embed/http-service.ts';
import { projectFolder, writeData } from './module-project.ts';

const COUNT = 20;
/** Longer than a window of 500 words; what tells documents apart is behind it. */
const FILLER = Array.from({ length: 520 }, (_, i) => `word${i}`).join(' ');
const [before, after] = [await EmbeddingService.start(), await EmbeddingService.start()];
type Body = EmbeddingService['bodyOf'];
const exact: Body = after.bodyOf.bind(after);
const numbers = Array.from({ length: COUNT }, (_, i) => String(i).padStart(2, '0'));

beforeEach(() => {
  after.reset();
  after.bodyOf = exact;
});

/** `cutover run` from one service to the other, whose model has another name. */
async function run() {
  const folder = await projectFolder();
  await writeData(folder, {
    documents: new Map(numbers.map((i) => [`d${i}`, `${FILLER} subject${i}`])),
    queries: new Map(numbers.map((i) => [`q${i}`, `subject${i}`])),
    qrels: new Map(numbers.map((i) => [`q${i}`, new Map([[`d${i}`, 1]])])),
  });
  const version = (id: string, { url }: EmbeddingService) => `{ id: ${id}, embedder: http, url: '${url}', model: ${id} }`;
  const policy = 'policy: { rules: [{ metric: Success@1, nonInferior: 0.2 }] }';
  const lines = ['dataset: data', `old: ${version('one', before)}`, `new: ${version('other', after)}`, policy, 'output: report'];
  await writeFile(join(folder, 'cutover.yaml'), `${lines.join('\n')}\n`);
  return commandLine(folder)('run');
}

test('one model under two names is one version', async () => {
  const { code, err } = await run();
  expect(code).toBe(2);
  expect(err).toMatch(/VERSIONS_IDENTICAL .*gave the same answers to the canary texts/);
});

test('a window that shrinks beyond 512 tokens is another version, and its loss is measured', async () => {
  after.bodyOf = (texts) => exact(texts.map((text) => text.split(/\s+/).slice(0, 500).join(' ')));
  const { code, err } = await run();
  expect(code).toBe(1);
  // All documents are the same 500 words to it: each query finds the same one first.
  expect(err).toMatch(/FAIL {2}Success@1 nonInferior 0.2 .*\n\s+−0\.950 \[/);
});

test('answers that differ as those of one model do from call to call are said first', async () => {
  after.bodyOf = (texts) => {
    const { data } = exact(texts);
    return {
      data: data.map(({ index, embedding }) => ({ index, embedding: embedding.map((value, i) => (value ?? 0) * (1 + 0.005 * (-1) ** i)) })),
    };
  };
  const { code, err } = await run();
  expect(err).toContain(
    "all of 40 vectors that were compared are nearly those of one, as two answers of one model are: the service may ignore the model's name",
  );
  expect(err.indexOf('all of 40')).toBeLessThan(err.indexOf('Success@1 nonInferior'));
  expect(code).not.toBe(2);
  // A service has no folder that publishes settings.
  expect(err).not.toContain('as published');
});

test('nothing is said of two models', async () => {
  after.weights = 'second';
  expect((await run()).err).not.toContain('that were compared');
});
