import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { openEmbedder } from '../../../src/embed/registry.ts';
import { arrowRowBytes } from '../../../src/formats/arrow-rows.ts';
import type { LedgerEntry } from '../../../src/model/ledger.ts';
import type { VersionSpec } from '../../../src/model/version.ts';
import { Project } from '../../e2e/project.ts';
import { context, itemsOf, spec, vectorsOf } from '../../embed/support.ts';

interface Document {
  readonly _id: string;
  readonly title: string;
  readonly text: string;
}

const CLAIMED = { model: 'Xenova/bge-small-en', revision: 'main', dtype: 'q8', pooling: 'cls', maxTokens: 512 } as const;
const unit = (vector: Float32Array) => vector.map((value) => value / Math.hypot(...vector));
const whole = ({ title, text }: Document) => `${title} ${text}`;

/** Stores of vectors that are not quite what they are said to be; real weights. */
const STORES: Readonly<
  Record<string, { readonly cause: RegExp; readonly spec?: Partial<VersionSpec>; readonly text?: (document: Document) => string }>
> = {
  pooled: { cause: /mean pooling/, spec: { pooling: 'mean' } },
  other: { cause: /it is of bge-small-en-v1\.5/, spec: { model: 'Xenova/bge-small-en-v1.5' } },
  untitled: { cause: /the text without its title/, text: ({ text }) => text },
  colon: { cause: /title and text with a colon between them/, text: ({ title, text }) => `${title}: ${text}` },
};

describe('untagged vectors that are not of the version they are said to be of', () => {
  let project: Project;
  let documents: Document[];

  const store = async (name: string, vectors: readonly Float32Array[]) => {
    await mkdir(project.path(name), { recursive: true });
    await writeFile(project.path(name, 'a.arrow'), arrowRowBytes({ id: documents.map(({ _id }) => _id) }, 'vector', vectors));
  };
  const vectorsUnder = async (changes: Partial<VersionSpec>, text: (document: Document) => string) => {
    const embedder = await openEmbedder(spec({ ...CLAIMED, ...changes }), context());
    return vectorsOf(embedder, itemsOf(documents.map(text))).finally(() => embedder.close());
  };

  beforeAll(async () => {
    project = await Project.create(['billing']);
    const corpus = (await project.read('data', 'corpus.jsonl')).trim().split('\n');
    // Each text is embedded two dozen times, so it is a short one.
    documents = corpus.slice(0, 8).map((line) => {
      const document = JSON.parse(line) as Document;
      return { ...document, text: document.text.slice(0, 160) };
    });
    const rest = corpus.slice(documents.length);
    await project.write('data/corpus.jsonl', `${[...documents.map((document) => JSON.stringify(document)), ...rest].join('\n')}\n`);
    const names = [...Object.keys(STORES), 'rounded'];
    await project.configure({ extra: `stores:\n${names.map((name) => `  ${name}: { kind: arrow, path: ${name} }\n`).join('')}` });
    for (const [name, made] of Object.entries(STORES)) await store(name, await vectorsUnder(made.spec ?? {}, made.text ?? whole));
    // As another release of the runtime rounds the same weights: cosines of 0.998 to 0.9998 were measured.
    const random = seededRandom(5, 'rounding');
    const right = await vectorsUnder({}, whole);
    await store(
      'rounded',
      right.map((vector) => unit(vector.map((value) => value + 0.006 * (random.next() - 0.5)))),
    );
  }, 300_000);
  afterAll(() => project?.remove());

  it.each(Object.entries(STORES))(
    '%s: nothing is tagged, exit 1, and the likeliest cause is named',
    async (name, { cause }) => {
      const { code, stdout } = await project.run('tag', 'apply', name, '--as', 'old');
      expect([code, stdout.split('\n')[0]]).toEqual([1, expect.stringContaining('0 rows tagged')]);
      expect(stdout).toMatch(/cosine with the vectors made here, \d+ rows: least 0\.\d+, 5 % below 0\.\d+, median 0\.\d+, greatest 0\.\d+/);
      expect(stdout).toMatch(new RegExp(`likeliest for \\d+ of \\d+ looked at: (?:${cause.source})`));
    },
    300_000,
  );

  it('takes those of another runtime where it is named, and the ledger says so', async () => {
    const refused = await project.run('tag', 'apply', 'rounded', '--as', 'old');
    expect([refused.code, refused.stdout]).toEqual([
      1,
      expect.stringContaining('the same version in another runtime, which rounds differently'),
    ]);
    expect(refused.stdout).toContain('--runtime onnxruntime');
    const { code, stdout } = await project.run('tag', 'apply', 'rounded', '--as', 'old', '--runtime', 'onnxruntime');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`${documents.length} rows tagged`)]);
    const [entry] = JSON.parse((await project.run('migrate', 'history', 'rounded', '--json')).stdout) as LedgerEntry[];
    expect(entry?.event).toMatchObject({ type: 'tagging', tagging: { runtime: 'onnxruntime', rows: documents.length } });
    // A foreign space is not let through by it.
    expect((await project.run('tag', 'apply', 'other', '--as', 'old', '--runtime', 'onnxruntime')).code).toBe(1);
  }, 300_000);
});
