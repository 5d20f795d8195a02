import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bertNormalizer } from '../../../src/embed/models/bert-normalizer.ts';
import { cutting, loadEncoder } from '../../../src/embed/models/tokenizer.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MODEL = join(ROOT, 'models', 'Xenova', 'bge-small-en-v1.5');
const USE = { folder: MODEL, maxTokens: 100_000, lowercase: false, prefixes: { query: '', document: '' } };

interface Golden {
  readonly texts: readonly string[];
  readonly ids: readonly (readonly number[])[];
}

it("gives the tokens of Python's tokenizers for 523 awkward texts in 38 scripts", async () => {
  const golden = JSON.parse(readFileSync(join(ROOT, 'test/golden/tokenizer/tokenizer.json'), 'utf8')) as Golden;
  expect(golden.texts.length).toBeGreaterThan(500);
  const tokenizer = cutting(await loadEncoder(MODEL), USE);
  const other = golden.texts.filter((text, i) => tokenizer(text, 'document').ids.join() !== golden.ids[i]?.join());
  expect(other).toEqual([]);
});

it('changes no token of the English texts of the demo', async () => {
  const { AutoTokenizer, env } = await import('../../../src/embed/models/transformers-js.ts');
  Object.assign(env, { allowLocalModels: true, allowRemoteModels: false, useFSCache: false, localModelPath: dirname(MODEL) });
  const plain = await AutoTokenizer.from_pretrained(basename(MODEL), { local_files_only: true });
  const tokenizer = cutting(await loadEncoder(MODEL), USE);
  const lines = ['corpus.jsonl', 'queries.jsonl'].flatMap((file) =>
    readFileSync(join(ROOT, 'datasets/helpdesk', file), 'utf8')
      .trim()
      .split('\n'),
  );
  const texts = lines.map((line) => JSON.parse(line) as { title?: string; text: string }).map(({ title = '', text }) => `${title} ${text}`);
  expect(texts.length).toBeGreaterThan(500);
  for (const text of texts) expect(tokenizer(text, 'document').ids, text).toEqual(plain.encode(text, null, { add_special_tokens: true }));
});

it('leaves special tokens as they are written, and folders of other tokenizers alone', async () => {
  const normalise = await bertNormalizer(MODEL);
  expect(normalise?.('Die [MASK] ÄNDERT sich; ΟΔΟΣ 𠀀語')).toBe('die [MASK] andert sich; οδοσ  𠀀  語 ');
  expect(normalise?.('हिन्दी\u200d a\u0000b\tc')).toBe('हिनदी ab c');
  expect(await bertNormalizer(temporaryFolder())).toBeNull();
});
