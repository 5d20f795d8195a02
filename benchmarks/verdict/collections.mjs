// Runs `cutover` on public collections, so that the other commands can read what it measured. The collections are not part of the project:
// node benchmarks/verdict/collections.mjs --data DIR --out DIR [--only cranfield,cacm]
// DIR has a folder a collection as BEIR publishes them: corpus.jsonl, queries.jsonl, qrels/test.tsv.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string', default: 'reports/collections' },
    only: { type: 'string', default: 'metatool,banking77,cranfield,cacm' },
  },
});
const root = join(import.meta.dirname, '..', '..');
const versions = {
  old: join(root, 'versions', 'bge-small-en.yaml'),
  new: join(root, 'versions', 'bge-small-en-v1.5.yaml'),
  minilm: {
    id: 'all-MiniLM-L6-v2',
    model: 'Xenova/all-MiniLM-L6-v2',
    dtype: 'q8',
    pooling: 'mean',
    normalize: true,
    prefixes: { query: '', document: '' },
    maxTokens: 256,
  },
};

/** A collection as a data set: empty documents are taken, as published results do. */
function dataset(name, source, out) {
  const folder = join(out, 'data', name);
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    for (const part of ['corpus.jsonl', 'queries.jsonl', 'qrels']) symlinkSync(join(source, part), join(folder, part));
    writeFileSync(join(folder, 'dataset.json'), JSON.stringify({ name, allowEmpty: true }));
  }
  return folder;
}

/** One run: the old version and another, into a folder of its own; what is there already is not made again. */
function run(name, folder, fresh, out) {
  const config = join(out, `${name}.json`);
  writeFileSync(
    config,
    JSON.stringify({
      dataset: folder,
      old: versions.old,
      new: versions[fresh],
      search: { limit: 10, k: 20 },
      metrics: ['nDCG@10', 'R@10', 'RR@10'],
      production: { rebuilds: 0 },
      policy: { rules: [{ metric: 'nDCG@10', nonInferior: 0.02 }], inconclusive: 'warn' },
      output: join(out, name),
      cache: join(out, 'cache'),
      models: { folders: [join(root, 'models')], allowNetwork: false },
    }),
  );
  try {
    execFileSync(process.execPath, [join(root, 'dist', 'cli', 'bin.js'), 'run', '-c', config], { stdio: ['ignore', 'inherit', 'inherit'] });
  } catch (error) {
    if (error.status !== 1 && error.status !== 3) throw error;
  }
}

if (values.data === undefined) {
  console.log('No public collection given (--data DIR): skipped.');
} else {
  const out = resolve(values.out);
  mkdirSync(out, { recursive: true });
  for (const name of values.only.split(',')) {
    const source = resolve(values.data, name);
    if (!existsSync(join(source, 'corpus.jsonl'))) {
      console.log(`${name}: not in ${values.data}, skipped.`);
      continue;
    }
    const folder = dataset(name, source, out);
    run(name, folder, 'new', out);
    run(`${name}-minilm`, folder, 'minilm', out);
  }
}
