import { readdir } from 'node:fs/promises';
import { lookAt } from './init/look.ts';

/** What a run without a configuration could do here, in one command; null where nothing is recognised. @param folder absolute */
export async function firstStep(folder: string): Promise<string | null> {
  const { beir, tables, markdown, vectors } = await lookAt(folder, {});
  const runs = await runFiles(folder);
  if (runs !== null) return `\`cutover compare ${runs}\` compares the run files that are here; \`cutover init\` sets up a whole evaluation`;
  const [data] = beir;
  const hasData =
    data !== undefined ||
    (tables.some(({ role }) => role === 'queries') && (markdown.length > 0 || tables.some(({ role }) => role === 'corpus')));
  if (!hasData) return null;
  const where =
    data === undefined ? 'the files that are here' : data.path === '.' ? 'the data set that is here' : `the data set in ${data.path}`;
  if (vectors.length === 2)
    return `\`cutover init -y\` writes one for ${where} and the vectors ${vectors.map(({ name }) => name).join(' and ')}; then \`cutover run\``;
  return `\`cutover init -y --old <model> --new <model>\` writes one for ${where}; then \`cutover run\`. A service is written <url>#<model>`;
}

/** Two TREC runs and judgements in one folder, as options of `cutover compare`; null where that is not what is there. */
async function runFiles(folder: string): Promise<string | null> {
  const names = (await readdir(folder)).sort();
  const runs = names.filter((name) => /\.run(\.gz)?$/i.test(name));
  const qrels = names.filter((name) => /qrel|judg/i.test(name));
  if (runs.length !== 2 || qrels.length !== 1) return null;
  const [first = '', second = ''] = runs;
  const [before, after] = /new|next|after|candidate/i.test(first) ? [second, first] : [first, second];
  return `--qrels ${qrels[0]} --old ${before} --new ${after} -m nDCG@10`;
}
