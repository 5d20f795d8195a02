import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pairTokenizer } from '../../../src/embed/models/pair-tokenizer.ts';
import { findCrossEncoder } from '../../../src/embed/rerankers/cross-encoder.ts';
import type { CrossEncoderSpec } from '../../../src/model/pipeline.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { sharedWordsModel } from './shared-words.ts';

const SPEC: CrossEncoderSpec = { source: 'model', model: 'test/shared-words', revision: 'main', dtype: 'fp32', maxTokens: null };
const { signal } = new AbortController();

const contextOf = (folder: string) => ({ modelFolders: [folder], hubCache: join(folder, 'hub'), allowNetwork: false, workers: 1 });

test('a real graph reads query and document together, and its fingerprint is of what decides its scores', async () => {
  const folder = temporaryFolder();
  await sharedWordsModel(folder);
  const found = await findCrossEncoder(SPEC, contextOf(folder));
  const reranker = await found.open();
  // Red and car, the second time twice; one for the closing tokens, and nothing else in common.
  expect(await reranker.score('red car', ['blue bus', 'a red car', 'red red car'], signal)).toEqual([1, 3, 4]);
  expect(await reranker.score('red', ['red'], signal)).toEqual([2]);
  await reranker.close();
  expect((await findCrossEncoder(SPEC, contextOf(folder))).fingerprint).toBe(found.fingerprint);
  expect((await findCrossEncoder({ ...SPEC, maxTokens: 16 }, contextOf(folder))).fingerprint).not.toBe(found.fingerprint);
  await appendFile(join(folder, 'test', 'shared-words', 'tokenizer_config.json'), ' ');
  expect((await findCrossEncoder(SPEC, contextOf(folder))).fingerprint).not.toBe(found.fingerprint);
});

test('a long document is cut and the query kept, special tokens counted', async () => {
  const folder = temporaryFolder();
  await sharedWordsModel(folder);
  const reranker = await (await findCrossEncoder({ ...SPEC, maxTokens: 10 }, contextOf(folder))).open();
  // 10 less [CLS] and two [SEP] is 7: two words of the query, five of the document.
  expect(await reranker.score('red car', [`${'blue '.repeat(4)}red red red`], signal)).toEqual([2]);
  await reranker.close();
});

test('a model that is not there, and one with two scores, are refused', async () => {
  const folder = temporaryFolder();
  expect((await findCrossEncoder(SPEC, contextOf(folder)).catch((error) => error)).code).toBe('MODEL_MISSING');
  expect((await findCrossEncoder({ ...SPEC, model: '../other' }, contextOf(folder)).catch((error) => error)).code).toBe('VERSION_INVALID');
  await sharedWordsModel(folder, 2);
  const reranker = await (await findCrossEncoder(SPEC, contextOf(folder))).open();
  const error = await reranker.score('a', ['b'], signal).catch((thrown) => thrown);
  expect(error.code).toBe('MODEL_UNUSABLE');
  expect(error.message).toContain('is [1 × 2] for one pair; a re-ranker has one score');
  await reranker.close();
});

test('pairs are cut from the longer text, and special tokens are where the tokenizer puts them', () => {
  const words = (text: string) => text.split(' ').map((word) => word.charCodeAt(0));
  const encoder = (text: string, special: boolean, pair?: string) =>
    special ? [1, ...words(text), 2, 2, ...(pair === undefined ? [] : [...words(pair), 3])] : words(text);
  const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.charCodeAt(0));
  expect(pairTokenizer(encoder, 20, 'model')('a b', 'c')).toEqual({ ids: [1, a, b, 2, 2, c, 3], types: [0, 0, 0, 0, 0, 1, 1] });
  expect(pairTokenizer(encoder, 8, 'model')('a a a a', 'b b b b').ids).toEqual([1, a, a, 2, 2, b, b, 3]);
  expect(pairTokenizer(encoder, 8, 'model')('a a a a', 'b').ids).toEqual([1, a, a, a, 2, 2, b, 3]);
  expect(pairTokenizer(encoder, 8, 'model')('a', 'b b b b').ids).toEqual([1, a, 2, 2, b, b, b, 3]);
  expect(() => pairTokenizer(encoder, 5, 'model')).toThrow('leave no room for two texts in 5 tokens');
});
