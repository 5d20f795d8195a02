import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { spread } from '../runner/rounds.mjs';
import { watched } from '../runner/watched.mjs';
import { cutoverRun, ROOT } from './cutover-run.mjs';

/** As a run takes them where the configuration names no number. */
const WORKERS = availableParallelism();
const ONE_EACH = `${WORKERS} documents changed, one a worker`;

/** Real weights on a copy of the demo, and on glosses of WordNet, where loading the models is little beside the embedding. */
export async function changedCorpora({ environment, quick, say }) {
  const demo = await environment.data('demo', (folder) => {
    cpSync(join(ROOT, 'datasets', 'helpdesk'), join(folder, 'data'), { recursive: true });
    // Its documents will change, and a seal would not have it.
    const { hashes, counts, ...open } = JSON.parse(readFileSync(join(folder, 'data', 'dataset.json'), 'utf8'));
    writeFileSync(join(folder, 'data', 'dataset.json'), JSON.stringify(open));
    writeConfig(folder, readFileSync(join(ROOT, 'cutover.yaml'), 'utf8'));
  });
  const glosses = quick ? 500 : 6_000;
  const wordnet = await environment.data('wordnet', async (folder) => {
    const make = join(ROOT, 'benchmarks', 'wordnet', 'dataset.mjs');
    await watched(process.execPath, [make, join(folder, 'data'), '100', String(glosses)], { cwd: ROOT });
    writeConfig(folder, 'dataset:\nold: versions/bge-small-en.yaml\nnew: versions/bge-small-en-v1.5.yaml\npolicy: policy.yaml\n');
  });
  return {
    versions: [],
    tables: [
      await changes({ title: `The demo, ${documentsOf(demo).length} documents, two models`, folder: demo, rounds: 3, warmBelow: 2 }, say),
      await changes({ title: `WordNet, ${glosses} glosses, two models`, folder: wordnet, rounds: quick ? 1 : 3, warmBelow: null }, say),
    ],
  };
}

/** The configuration of the project, on the copy. */
function writeConfig(folder, text) {
  const versions = text.replace(/^(old|new|policy): (\S+)/gm, (_, key, path) => `${key}: ${join(ROOT, path)}`);
  const own = versions.replace(/^dataset:.*/m, 'dataset: data').replace(/^output:.*\n/m, '');
  writeFileSync(join(folder, 'cutover.yaml'), `${own}output: report\n`);
}

async function changes({ title, folder, rounds, warmBelow }, say) {
  const run = async (name, prepare) => {
    const found = [];
    for (let round = 0; round < (name === 'cold' ? 1 : rounds); round++) {
      prepare();
      found.push(await cutoverRun(folder));
      say(`${title}, ${name}: ${found.at(-1).seconds.toFixed(1)} s`);
    }
    return found;
  };
  const cold = await run('cold', () => undefined);
  const warm = await run('unchanged', () => undefined);
  const few = await run(ONE_EACH, () => edit(folder, WORKERS));
  const hundredth = await run('1 % of documents changed', () => edit(folder, Math.round(documentsOf(folder).length / 100)));
  const start = cold[0].seconds;
  return {
    title,
    columns: ['of it embedding s', 'of it both indexes s'],
    rounds,
    note: 'Ratio: the cold run ÷ this one. The cold run was made once. Both indexes are built anew after any change.',
    rows: [
      row('cold', cold, start, null),
      row('unchanged', warm, start, warmBelow === null ? null : { text: `< ${warmBelow} s`, met: middle(warm, 'seconds') < warmBelow }),
      row(ONE_EACH, few, start, null),
      row('1 % of documents changed', hundredth, start, warmBelow === null ? shareAim(cold[0], few, hundredth) : null),
    ],
  };
}

/** Embedding a document a worker is loading the models: the same for a hundredth of the corpus as for all of it. */
function shareAim(cold, few, hundredth) {
  const seconds = (value) => `${value.toFixed(2)} s`;
  const [share, loading, took] = [cold.embedding / 100, middle(few, 'embedding'), middle(hundredth, 'embedding')];
  return {
    text: `embedding ≤ 1 % of the cold one (${seconds(share)}) and loading the models (${seconds(loading)}): ${seconds(took)}`,
    met: took <= share + loading,
  };
}

function row(name, found, start, aim) {
  const seconds = spread(found.map((each) => each.seconds));
  return {
    name,
    aim,
    ratio: spread(found.map((each) => start / each.seconds)),
    seconds,
    rate: null,
    megabytes: Math.max(...found.map(({ megabytes }) => megabytes ?? 0)) || null,
    more: [middle(found, 'embedding'), middle(found, 'indexes')],
  };
}

function middle(found, key) {
  return spread(found.map((each) => each[key])).median;
}

function documentsOf(folder) {
  return readFileSync(join(folder, 'data', 'corpus.jsonl'), 'utf8')
    .trim()
    .split('\n');
}

let edits = 0;

/** Replaces the first word of so many documents, spread over the corpus, by one that was never there. */
function edit(folder, count) {
  const lines = documentsOf(folder);
  const step = Math.floor(lines.length / count);
  edits += 1;
  const changed = lines.map((line, i) => {
    if (i % step !== 0 || i >= step * count) return line;
    const { text, ...rest } = JSON.parse(line);
    const [, ...others] = text.split(' ');
    return JSON.stringify({ ...rest, text: [`edit${edits}`, ...others].join(' ') });
  });
  writeFileSync(join(folder, 'data', 'corpus.jsonl'), `${changed.join('\n')}\n`);
}
