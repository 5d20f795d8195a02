import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import type { Evaluation } from '../../src/model/evaluation.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { WORDS } from './bump-project.ts';
import { commandLine } from './command-line.ts';

const root = temporaryFolder();

/** A model small enough to read: it counts letters. Both sides differ by next to nothing, so that no list changes and no rule fails. */
const MODULE = `export const fingerprint = 'letters-BASE';
export const embed = async (texts) => texts.map((text) => {
  const counts = new Array(27).fill(BASE);
  for (const letter of text.toLowerCase()) counts[Math.max(0, letter.charCodeAt(0) - 96) % 27] += 1;
  return counts;
});
`;

interface Row {
  readonly [column: string]: string | number;
}

/** Documents, queries and judgements under these names of columns; each query looks for one document, and all are judged. */
function rows({ id, title, text }: Record<'id' | 'title' | 'text', string>, documentId = (word: string) => word) {
  const queries = WORDS.map((word, i) => ({ qid: `q${i}`, question: `how do I ${word}`, style: i % 2 === 0 ? 'short' : 'long' }));
  return {
    documents: WORDS.map((word) => ({ [id]: documentId(word), [title]: word, [text]: `All about the ${word} of a team.` })) as Row[],
    queries: queries as Row[],
    judgements: queries.flatMap(({ qid }, i) =>
      WORDS.map((word, j) => ({ query: qid, document: documentId(word), grade: i === j ? 1 : 0 })),
    ) as Row[],
  };
}

const csv = (table: readonly Row[]) =>
  `${[Object.keys(table[0] ?? {}), ...table.map((row) => Object.values(row))].map((cells) => cells.join(',')).join('\n')}\n`;
const jsonl = (table: readonly object[]) => `${table.map((row) => JSON.stringify(row)).join('\n')}\n`;

function parquet(table: readonly Row[]): Buffer {
  const columns = Object.keys(table[0] ?? {}).map((name) => ({ name, data: table.map((row) => row[name] ?? null) }));
  return Buffer.from(parquetWriteBuffer({ columnData: columns }));
}

type Files = Readonly<Record<string, string | Buffer>>;

/** Kind of data → what lies in the folder. */
const KINDS: Readonly<Record<string, () => Files>> = {
  BEIR: () => {
    const { documents, judgements } = rows({ id: '_id', title: 'title', text: 'text' });
    const tsv = judgements.map(({ query, document, grade }) => `${query}\t${document}\t${grade}\n`).join('');
    const queries = WORDS.map((word, i) => ({
      _id: `q${i}`,
      text: `how do I ${word}`,
      metadata: { style: i % 2 === 0 ? 'short' : 'long' },
    }));
    return {
      'help/corpus.jsonl': jsonl(documents),
      'help/queries.jsonl': jsonl(queries),
      'help/qrels/test.tsv': `query-id\tcorpus-id\tscore\n${tsv}`,
    };
  },
  CSV: () => {
    const { documents, queries, judgements } = rows({ id: 'sku', title: 'name', text: 'body' });
    return { 'articles.csv': csv(documents), 'search-queries.csv': csv(queries), 'judgements.csv': csv(judgements) };
  },
  Parquet: () => {
    const { documents, queries, judgements } = rows({ id: 'doc_id', title: 'heading', text: 'passage' });
    return {
      'data/docs.parquet': parquet(documents),
      'data/queries.parquet': parquet(queries),
      'data/qrels.parquet': parquet(judgements),
    };
  },
  'JSON Lines': () => {
    const { documents, queries, judgements } = rows({ id: 'slug', title: 'subject', text: 'content' });
    return { 'pages.jsonl': jsonl(documents), 'questions.jsonl': jsonl(queries), 'relevance.jsonl': jsonl(judgements) };
  },
  Markdown: () => {
    const page = (word: string) => (word > 'd' ? `guides/${word}.md` : `${word}.md`);
    const { queries, judgements } = rows({ id: 'id', title: 'title', text: 'text' }, page);
    const pages = WORDS.map((word) => [`docs/${page(word)}`, `# ${word}\n\nAll about the ${word} of a team.\n`]);
    return { ...Object.fromEntries(pages), 'queries.csv': csv(queries), 'qrels.csv': csv(judgements) };
  },
};

function folderWith(files: Files): string {
  const folder = mkdtempSync(join(root, 'project-'));
  const all = { 'first.mjs': MODULE.replaceAll('BASE', '0.01'), 'second.mjs': MODULE.replaceAll('BASE', '0.02'), ...files };
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** The two commands after `npm install`, and what the second leaves. */
async function firstReport(files: Files) {
  const folder = folderWith(files);
  const cutover = commandLine(folder);
  const init = await cutover('init', '--old', 'first.mjs', '--new', 'second.mjs');
  expect(init.code, init.err).toBe(0);
  const run = await cutover('run', '--json');
  const path = (name: string) => join(folder, 'reports', 'cutover', name);
  for (const name of ['report.html', 'summary.md', 'junit.xml', 'certificate.json']) expect(existsSync(path(name)), run.err).toBe(true);
  const read = (name: string) => readFileSync(path(name), 'utf8');
  return {
    init,
    run,
    read,
    verdict: JSON.parse(run.out) as Verdict,
    evaluation: JSON.parse(read('evaluation.json')) as Evaluation,
  };
}

describe('from a folder with data to the first report by `init` and `run`', () => {
  test.each(Object.entries(KINDS))('%s', async (_, files) => {
    const { init, run, verdict, evaluation } = await firstReport(files());
    expect(init.err).toMatch(/assumed +judgements: [\s\S]*12 needs typically show a loss of/);
    expect(run.err).toMatch(/^needs +12 needs .*the margin is 0\.020: expect inconclusive/m);
    // Nothing changed, but twelve needs can't show that losses are within the margins that `init` writes.
    expect([run.code, verdict.outcome], run.err).toEqual([3, 'inconclusive']);
    expect(verdict.headline).toMatch(/^Inconclusive: too few needs to tell; nDCG@10 0\.000 /);
    expect(verdict.rules.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
    expect(
      verdict.rules.filter(({ outcome }) => outcome === 'inconclusive').map(({ id, difference, next }) => [id, difference, next]),
    ).toEqual([
      [
        'nDCG@10 nonInferior 0.02 on served',
        0,
        expect.stringMatching(/^Judge queries of about \d+ more needs \(\d+ in all\): they would settle it/),
      ],
      [
        'R@10 nonInferior 0.03 on served',
        0,
        expect.stringMatching(/^Judge queries of about \d+ more needs \(\d+ in all\): they would settle it/),
      ],
    ]);
    // Every document and query is read under its own name, and every judgement meets both.
    expect(evaluation.dataset).toMatchObject({ documents: 12, queries: 12 });
    expect(evaluation.queries.judged).toEqual(WORDS.map(() => true));
    expect(evaluation.quality).toHaveProperty('nDCG@10');
    expect(evaluation.quality).not.toHaveProperty('notApplicable');
    const quality = evaluation.quality as Record<string, { served?: { new: { mean: number | null } } }>;
    expect(quality['R@10']?.served?.new.mean).toBeGreaterThan(0.8);
    expect(verdict.rules.filter(({ found }) => found === 'no value')).toEqual([]);
    expect(verdict.rules.filter(({ slice }) => slice !== null).length, 'the style of the queries is a slice').toBeGreaterThan(0);
  });

  test('without judgements: a verdict on what can be known, and what it does not say', async () => {
    const { 'judgements.csv': _, ...files } = KINDS.CSV?.() ?? {};
    const { init, run, verdict, read } = await firstReport(files);
    expect(init.err).toMatch(/no judgements/);
    expect([run.code, verdict.outcome], run.err).toEqual([0, 'pass']);
    // Of twelve documents chance alone keeps most of ten, so the depth is one at which a swap could be seen.
    expect(verdict.rules.map(({ rule }) => rule.metric)).toEqual(['annRecall@10', 'untranslatedConsumers', 'overlap@1']);
    expect(verdict.headline).toBe('Pass: 2 of 3 rules hold (1 decided nothing); without judgements, quality was not measured.');
    expect(verdict.reasons.join('\n')).toMatch(/Without a judgement.*cutover judge next/);
    for (const name of ['report.html', 'summary.md']) expect(read(name)).toMatch(/quality was not measured/);
  });

  test('without judgements vectors that know nothing of the texts fail', async () => {
    const pages = Array.from({ length: 120 }, (_, i) => ({ id: `d${i}`, title: WORDS[i % 12] as string, text: `page ${i} of a team` }));
    const queries = Array.from({ length: 40 }, (_, i) => ({ id: `q${i}`, text: `${WORDS[i % 12]} number ${i}` }));
    const noise = `import { createHash } from 'node:crypto';
export const fingerprint = 'noise';
export const embed = async (texts) => texts.map((text) => [...createHash('sha512').update(text).digest()].map((byte) => byte - 127.5));
`;
    const { run, verdict } = await firstReport({ 'pages.jsonl': jsonl(pages), 'queries.jsonl': jsonl(queries), 'second.mjs': noise });
    expect([run.code, verdict.outcome], run.err).toEqual([1, 'fail']);
    const broken = verdict.rules.filter(({ outcome }) => outcome === 'fail');
    expect(broken.map(({ id }) => id)).toEqual(['overlap@6 atLeast 0.2']);
    expect(broken[0]?.next).toMatch(/vectors belong to these texts.*cutover judge next/);
  });
});
